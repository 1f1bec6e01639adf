/** API keys, shared accounts and which account a request acts on. */
import type { AccountAccess } from "../../protocol/rpc/identity/accounts.ts";
import { expect, test, vi } from "vitest";
import type { GrantView } from "../../protocol/rpc/identity/grants.ts";
import { account, identity, keyId, send, tokenOf, trade } from "./fakes.ts";
import { KEY, ORDER, TRADER, UNAUTHORIZED } from "./samples.ts";

const FRESH = { steppedUpAt: Date.now() };
const SHARED = "7d3c0a4e-0000-4000-8000-00000000000a";
const GRANT: GrantView = { id: "g1", email: "bob@example.com", access: "read", createdAt: ORDER.submittedAt };

async function asPerson(method: string, path: string, body?: unknown, view = {}, headers: Record<string, string> = {}) {
  const token = await tokenOf(TRADER, view);
  const init = { headers: { Authorization: `Bearer ${token}`, ...headers } };
  return send(method, path, body === undefined ? init : { ...init, body: JSON.stringify(body) });
}

test("ID-8: creating a key takes a session with a fresh step-up, not a key", async () => {
  identity.apiKeys.create.mockResolvedValueOnce({ ok: true, value: { keyId, secret: "s", key: KEY } });
  const made = await asPerson("POST", "/v1/keys", undefined, FRESH);
  expect(made).toMatchObject({ status: 201, body: { secret: "s", scopes: ["read"], allowed_ips: ["192.0.2.0/24"] } });
  const plain = { name: "", accountId: null, scopes: ["read", "trade"], allowedIps: [], expiresAt: null };
  expect(identity.apiKeys.create).toHaveBeenCalledWith(TRADER.userId, plain, expect.anything());
  expect(await asPerson("POST", "/v1/keys")).toMatchObject({ status: 403, body: { code: 40310001 } });
  expect((await trade("POST", "/v1/keys")).status).toBe(403);
  expect((await send("POST", "/v1/keys")).status).toBe(401);
  expect(identity.apiKeys.create).toHaveBeenCalledTimes(1);
});

test("ID-70: other fields of a key are refused", async () => {
  const wrong: [unknown, string][] = [
    [{ secret: "mine" }, "secret"],
    [{ key_id: "PKX" }, "key_id"],
    [{ user_id: SHARED }, "user_id"],
    [{ roles: ["admin"] }, "roles"],
    [{ created_at: 1 }, "created_at"],
    [{ scopes: ["read", "admin"] }, "scopes.1"],
    [{ scopes: [] }, "scopes"],
    [{ scopes: ["read", "read"] }, "scopes"],
    [{ account_id: "mine" }, "account_id"],
    [{ allowed_ips: ["10.0.0.1/8"] }, "allowed_ips.0"],
    [{ allowed_ips: "10.0.0.0/8" }, "allowed_ips"],
    [{ allowed_ips: Array.from({ length: 33 }, () => "::1") }, "allowed_ips"],
    [{ expires_at: "tomorrow" }, "expires_at"],
    [{ expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
    [{ name: "a\u0000b" }, "name"],
    [{ name: "x".repeat(65) }, "name"],
  ];
  for (const [body, field] of wrong) {
    const reply = await asPerson("POST", "/v1/keys", body, FRESH);
    expect(reply, JSON.stringify(body)).toMatchObject({ status: 422 });
    expect(JSON.stringify(reply.body)).toContain(field);
  }
  for (const body of [{ account_id: SHARED }, { secret: "x" }, { last_used_at: null }, { scopes: [] }]) {
    expect((await asPerson("PATCH", "/v1/keys/PKX", body, FRESH)).status, JSON.stringify(body)).toBe(422);
  }
  expect(identity.apiKeys.create).not.toHaveBeenCalled();
});

test("ID-70: a person lists, changes and revokes its keys", async () => {
  identity.apiKeys.list.mockResolvedValueOnce([KEY]);
  const listed = await asPerson("GET", "/v1/keys");
  expect(listed).toMatchObject({ status: 200, body: { keys: [{ key_id: "PKX", last_used_at: null, name: "bot" }] } });
  expect(JSON.stringify(listed.body)).not.toContain("secret");
  identity.apiKeys.change.mockResolvedValueOnce({ ok: true, value: KEY });
  expect((await asPerson("PATCH", "/v1/keys/PKX", { scopes: ["read"] }, FRESH)).status).toBe(200);
  expect(identity.apiKeys.change).toHaveBeenCalledWith("PKX", { scopes: ["read"] }, expect.anything());
  identity.apiKeys.change.mockResolvedValueOnce({ ok: false, reason: "scopes_widened" });
  expect((await asPerson("PATCH", "/v1/keys/PKX", { scopes: ["trade"] }, FRESH)).status).toBe(422);
  expect((await asPerson("PATCH", "/v1/keys/PKX", { name: "x" })).status).toBe(403);
  identity.apiKeys.revoke.mockResolvedValueOnce(true);
  expect((await asPerson("DELETE", "/v1/keys/PKX")).status).toBe(204);
  expect((await asPerson("DELETE", "/v1/keys/PKX")).status).toBe(404);
});

test("ID-72: the address of a key is checked at each use, also while the key is cached", async () => {
  identity.apiKeys.verify.mockImplementation(async (_, secret, ip) =>
    secret === "right" && ip === "192.0.2.1" ? { ok: true, value: TRADER } : { ok: false, reason: "no_such_key" },
  );
  try {
    const from = (ip: string) => trade("GET", "/v2/clock", undefined, { "CF-Connecting-IP": ip });
    const basic = (ip: string) =>
      send("GET", "/v2/clock", {
        headers: { Authorization: `Basic ${btoa(`${keyId}:right`)}`, "CF-Connecting-IP": ip },
      });
    expect((await from("192.0.2.1")).status).toBe(200);
    expect(await from("192.0.2.2")).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect((await basic("192.0.2.1")).status).toBe(200);
    expect(await basic("192.0.2.2")).toMatchObject({ status: 401, body: UNAUTHORIZED });
    expect(identity.apiKeys.verify.mock.calls.map(([, , ip]) => ip)).toEqual(["192.0.2.1", "192.0.2.2", "192.0.2.2"]);
  } finally {
    identity.apiKeys.verify.mockImplementation(async (_, secret) =>
      secret === "right" ? { ok: true, value: TRADER } : { ok: false, reason: "no_such_key" },
    );
  }
});

test("ID-70: a key may do what its scopes allow: trade alone does not read", async () => {
  const scoped = (scopes: ("read" | "trade")[]) =>
    identity.apiKeys.verify.mockResolvedValueOnce({ ok: true, value: { ...TRADER, scopes } });
  scoped(["trade"]);
  expect((await trade("GET", "/v2/account")).status).toBe(403);
  expect((await trade("DELETE", "/v2/orders")).status).toBe(207);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_001 });
  try {
    scoped(["read"]);
    expect((await trade("GET", "/v2/account")).status).toBe(200);
    expect((await trade("DELETE", "/v2/orders")).status).toBe(403);
  } finally {
    vi.useRealTimers();
  }
  expect(account.cancelAllOrders).toHaveBeenCalledTimes(1);
});

/** What a login says of an account that is shared with it, or of one that is not. */
const accessOf = (standing: boolean): AccountAccess => ({ own: false, scopes: standing ? ["read"] : [] });

test("ID-78: a shared account is read, and nothing else is allowed on it", async () => {
  identity.ownAccounts.access.mockImplementation(async (id) => accessOf(id === SHARED));
  const on = (method: string, path: string, id: string, body?: unknown, view = {}) =>
    asPerson(method, path, body, view, { "X-Account-ID": id });
  expect((await on("GET", "/v2/account", SHARED.toUpperCase())).status).toBe(200);
  expect((await on("GET", "/v2/account", TRADER.accountId)).status).toBe(200);
  const forbidden = { status: 403, body: { code: 40310000, message: "forbidden." } };
  const unknown = await on("GET", "/v2/account", crypto.randomUUID());
  expect(unknown).toMatchObject(forbidden);
  expect((await on("GET", "/v2/account", "../nonsense")).body).toEqual(unknown.body);
  expect(await on("DELETE", "/v2/orders", SHARED)).toMatchObject(forbidden);
  expect(account.cancelAllOrders).not.toHaveBeenCalled();
  // Routes about the login itself ignore shared accounts.
  for (const [method, path] of [
    ["GET", "/v1/keys"],
    ["POST", "/v1/keys"],
  ] as const) {
    expect((await on(method, path, SHARED, undefined, FRESH)).status, path).toBe(403);
  }
  // A key has no account but its own.
  expect((await trade("GET", "/v2/account", undefined, { "X-Account-ID": SHARED })).status).toBe(403);
  expect((await trade("GET", "/v2/account", undefined, { "X-Account-ID": TRADER.accountId })).status).toBe(200);
});

test("ID-78: after its grant has ended an account is read for five seconds at most", async () => {
  const id = crypto.randomUUID();
  let standing = true;
  identity.ownAccounts.access.mockImplementation(async () => accessOf(standing));
  const read = async () => (await asPerson("GET", "/v2/account", undefined, {}, { "X-Account-ID": id })).status;
  expect(await read()).toBe(200);
  standing = false;
  expect(await read()).toBe(200);
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_001 });
  try {
    expect(await read()).toBe(403);
    // An account that is shared again is read at once.
    standing = true;
    expect(await read()).toBe(200);
  } finally {
    vi.useRealTimers();
  }
});

test("ID-86: a guest's requests are counted as its own, and take no token of the account", async () => {
  const id = crypto.randomUUID();
  identity.ownAccounts.access.mockImplementation(async () => accessOf(true));
  const own = await asPerson("GET", "/v2/account");
  expect([own.status, account.metered.mock.calls.length]).toEqual([200, 1]);
  const shared = await asPerson("GET", "/v2/account", undefined, {}, { "X-Account-ID": id });
  expect([shared.status, account.metered.mock.calls.length]).toEqual([200, 1]);
  expect(shared.headers.get("X-RateLimit-Limit")).toBe("100");
  identity.apiKeys.verify.mockResolvedValueOnce({ ok: true, value: { ...TRADER, scopes: ["read"], guest: true } });
  expect((await trade("GET", "/v2/account")).status).toBe(200);
  expect(account.metered).toHaveBeenCalledTimes(1);
});

test("ID-75: sharing answers 202 with the grant; owner and receiver see it in their lists", async () => {
  identity.accountGrants.give.mockResolvedValueOnce({ ok: true, value: GRANT });
  const path = `/v1/accounts/${TRADER.accountId.toUpperCase()}/grants`;
  // A stolen session must not create what outlasts it.
  expect(await asPerson("POST", path, { email: "bob@example.com" })).toMatchObject({
    status: 403,
    body: { code: 40310001 },
  });
  expect(identity.accountGrants.give).not.toHaveBeenCalled();
  expect(await asPerson("POST", path, { email: "bob@example.com" }, FRESH)).toMatchObject({
    status: 202,
    body: { id: "g1", email: "bob@example.com", access: "read" },
  });
  expect(identity.accountGrants.give).toHaveBeenCalledWith(
    TRADER.accountId,
    "bob@example.com",
    "read",
    expect.anything(),
  );
  for (const body of [
    {},
    { email: "bob" },
    { email: "b@example.com", access: "trade" },
    { email: "b@example.com", x: 1 },
  ]) {
    expect((await asPerson("POST", path, body, FRESH)).status, JSON.stringify(body)).toBe(422);
  }
  identity.accountGrants.give.mockResolvedValueOnce({ ok: false, reason: "forbidden" });
  expect((await asPerson("POST", `/v1/accounts/${SHARED}/grants`, { email: "bob@example.com" }, FRESH)).status).toBe(
    403,
  );
  identity.accountGrants.given.mockResolvedValueOnce([GRANT]);
  expect(await asPerson("GET", path)).toMatchObject({ status: 200, body: { grants: [{ id: "g1" }] } });
  expect((await asPerson("GET", `/v1/accounts/${SHARED}/grants`)).status).toBe(403);
  expect((await asPerson("DELETE", `${path}/g1`)).status).toBe(404);
  identity.accountGrants.end.mockResolvedValueOnce(true);
  expect((await asPerson("DELETE", `${path}/g1`)).status).toBe(204);
  const sharedGrant = {
    id: "g2",
    access: "read",
    ownerEmail: "ada@example.com",
    createdAt: ORDER.submittedAt,
  } as const;
  identity.accountGrants.accounts.mockResolvedValueOnce([
    { accountId: TRADER.accountId, grant: null },
    { accountId: SHARED, grant: sharedGrant },
  ]);
  expect(await asPerson("GET", "/v1/accounts")).toMatchObject({
    status: 200,
    body: {
      accounts: [
        { account_id: TRADER.accountId, access: "owner", grant_id: null },
        { account_id: SHARED, access: "read", grant_id: "g2", owner_email: "ada@example.com" },
      ],
    },
  });
});

test("AC-92: a key finds out which account it is for, and none of the others", async () => {
  const all = [TRADER.accountId, SHARED].map((accountId) => ({ accountId, grant: null }));
  identity.accountGrants.accounts.mockResolvedValueOnce(all);
  const { status, body } = await trade("GET", "/v1/accounts");
  expect([status, body]).toMatchObject([200, { accounts: [{ account_id: TRADER.accountId }] }]);
  expect((body as { accounts: unknown[] }).accounts).toHaveLength(1);
  const app = await tokenOf({ ...TRADER, scopes: ["trade"] }, { kind: "app" });
  const refused = await send("GET", "/v1/accounts", { headers: { Authorization: `Bearer ${app}` } });
  expect(refused).toMatchObject({ status: 403 });
});
