/**
 * The actor of a request, as the gateway passes it to the account, to the approvals, and to the log line of the
 * request.
 */
import { expect, test } from "vitest";
import { credentialDigestOf } from "../../workers/gateway/credentialDigest.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { account, approvals, asAdmin, identity, keyId, lines, send, tokenOf, trade } from "./fakes.ts";
import { ADMIN, ORDER, TICKET, TRADER } from "./samples.ts";
import { transfers } from "./transferFakes.ts";

/** The log line of the newest request. */
const logged = () =>
  lines.map((line) => JSON.parse(line) as Record<string, unknown>).findLast(({ event }) => event === "request");

const withKey: Principal = { ...TRADER, credential: { kind: "api_key", id: keyId } };

test("AU-25, PV-23: a request by key tells the account which key, and the log a digest of it", async () => {
  identity.apiKeys.verify.mockResolvedValueOnce({
    ok: true,
    value: { ...withKey, credential: { kind: "api_key", id: keyId } },
  });
  expect((await trade("POST", "/v2/orders", TICKET)).status).toBe(200);
  const [principal] = account.submitOrder.mock.calls[0] ?? [];
  expect(principal?.credential).toEqual({ kind: "api_key", id: keyId });
  const line = logged();
  expect(line).toMatchObject({
    userId: TRADER.userId,
    accountId: TRADER.accountId,
    credentialKind: "api_key",
    credential: await credentialDigestOf("api_key", keyId),
  });
  expect(JSON.stringify(line)).not.toContain(keyId.slice(0, 12));
});

test("AU-25, PV-23: a person's session and an app's are told apart", async () => {
  for (const [kind, credential] of [
    ["person", { kind: "session", id: "s" }],
    ["app", { kind: "app", id: "client/s" }],
  ] as const) {
    const token = await tokenOf({ ...TRADER, credential }, { kind });
    const reply = await send("GET", `/v2/orders/${ORDER.id}`, { headers: { Authorization: `Bearer ${token}` } });
    expect(reply.status).toBe(200);
    expect(logged()).toMatchObject({
      credentialKind: credential.kind,
      credential: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  }
});

test("AU-25: what an administrator does is told as an administrator's, to the account and to the approvals", async () => {
  const path = `/v1/admin/accounts/${TRADER.accountId}/deposits`;
  expect((await asAdmin("POST", path, { reference: "a", amount: "5" })).status).toBe(200);
  const actor = { userId: ADMIN.userId, credentialKind: "admin", credentialId: "" };
  expect(transfers.requestDeposit.mock.calls[0]?.[1]).toMatchObject({ actor });
  expect(logged()).toMatchObject({ userId: ADMIN.userId, credentialKind: "admin" });
  await asAdmin("POST", `/v1/admin/approvals/${crypto.randomUUID()}/approve`, undefined);
  expect(transfers.approve.mock.calls[0]?.[2]).toMatchObject({ actor });
});

test("PV-23: who is not known is not in the log", async () => {
  await send("GET", "/v1/health");
  expect(Object.keys(logged() ?? {})).not.toContain("credentialKind");
});

test("PV-23: the admin log names a revoked key by its digest", async () => {
  await asAdmin("DELETE", `/v1/admin/users/${TRADER.userId}/keys/${keyId}`, undefined);
  const facts = { key: await credentialDigestOf("api_key", keyId) };
  expect(approvals.beginAct.mock.lastCall).toMatchObject([{ what: "user.key_revoked", facts }]);
  expect(JSON.stringify(approvals.beginAct.mock.calls)).not.toContain(keyId.slice(2, 22));
});
