/** Withdrawals over HTTP: who may request one, and the responses. */
import { expect, test } from "vitest";
import type { Scope } from "../../protocol/auth/principal.ts";
import { withdrawalToWire } from "../../protocol/mapping/accounts.ts";
import { newKeyId, routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { account, approvals, identity, send, tokenOf, trade, type Reply } from "./fakes.ts";
import { TRADER, WITHDRAWAL } from "./samples.ts";
import { transfers } from "./transferFakes.ts";

const BODY = { amount: 100.5, reference: "rent" };

/** A request of a session whose step-up is this old. */
async function person(body: unknown, steppedUpAt: number | null, headers: Record<string, string> = {}): Promise<Reply> {
  const token = await tokenOf(TRADER, { steppedUpAt });
  return send("POST", "/v1/withdrawals", {
    headers: { Authorization: `Bearer ${token}`, ...headers },
    body: JSON.stringify(body),
  });
}

/** A request with a key of these scopes: a new key each time, because the gateway caches keys. */
async function byKey(scopes: Scope[]): Promise<Reply> {
  identity.apiKeys.verify.mockResolvedValueOnce({ ok: true, value: { ...TRADER, scopes } });
  const id = newKeyId(await routeOfEmail(crypto.randomUUID()));
  return trade("POST", "/v1/withdrawals", BODY, { "APCA-API-KEY-ID": id });
}

test("ID-66: a withdrawal is asked of the account, which sends it to the administrators: nothing else is called", async () => {
  expect(await person(BODY, Date.now())).toMatchObject({
    status: 202,
    body: { state: "pending", transfer_state: "pending" },
  });
  const asked = { amount: "100.5", reference: "rent" };
  expect(account.requestWithdrawal).toHaveBeenCalledWith(TRADER, asked, expect.anything(), null, expect.any(String));
  expect(transfers.requestDeposit).not.toHaveBeenCalled();
  expect(identity.notifications.withdrawalRequested).not.toHaveBeenCalled();
});

test("ID-67: the Idempotency-Key may stand for the reference; a replay is marked", async () => {
  const { reference: _, ...body } = BODY;
  expect((await person(body, Date.now())).status).toBe(422);
  const withdrawal = { ...WITHDRAWAL, state: "settled" } as const;
  const answer = { status: 202, body: JSON.stringify(withdrawalToWire(WITHDRAWAL)), replayed: true };
  account.requestWithdrawal.mockResolvedValueOnce({ ok: true, value: { withdrawal, answer } });
  const reply = await person(body, Date.now(), { "Idempotency-Key": '"k1"' });
  expect(reply.headers.get("Idempotency-Replayed")).toBe("true");
  expect(account.requestWithdrawal.mock.lastCall?.[1]).toEqual({ amount: "100.5", reference: "k1" });
  expect(account.requestWithdrawal.mock.lastCall?.[3]).toMatchObject({ key: "k1" });
});

test("ID-69: a session needs a fresh step-up and a key the scope withdraw; an app cannot withdraw", async () => {
  expect(await person(BODY, null)).toMatchObject({ status: 403, body: { code: 40310001 } });
  expect((await person(BODY, Date.now() - 300_500)).status).toBe(403);
  expect((await byKey(["read", "trade"])).status).toBe(403);
  const token = await tokenOf({ ...TRADER, scopes: ["withdraw"] }, { kind: "app" });
  const app = { headers: { Authorization: `Bearer ${token}` }, body: JSON.stringify(BODY) };
  expect((await send("POST", "/v1/withdrawals", app)).status).toBe(403);
  expect(account.requestWithdrawal).not.toHaveBeenCalled();
  expect((await byKey(["withdraw"])).status).toBe(202);
});

test.each([{ ...BODY, by: "x" }, { ...BODY, account_id: "x" }, { ...BODY, amount: {} }, { reference: "x" }, [], "x"])(
  "ID-69: a body with more or other fields is refused: %j",
  async (body) => {
    expect((await person(body, Date.now())).status).toBe(422);
    expect(account.requestWithdrawal).not.toHaveBeenCalled();
  },
);

test("ID-66: refusals of the account have its reasons", async () => {
  const refusal = { reason: "insufficient_buying_power", buyingPower: 5, costBasis: 10 } as const;
  account.requestWithdrawal.mockResolvedValueOnce({ ok: false, refusal });
  expect(await person(BODY, Date.now())).toMatchObject({ status: 403, body: { buying_power: "0.0005" } });
  const many = { reason: "too_many_withdrawals", limit: 10 } as const;
  account.requestWithdrawal.mockResolvedValueOnce({ ok: false, refusal: many });
  expect((await person(BODY, Date.now())).status).toBe(403);
});

test("ID-66: the list has the state of each, in pages", async () => {
  const reply = await trade("GET", "/v1/withdrawals?limit=1");
  expect(reply).toMatchObject({
    status: 200,
    body: { withdrawals: [{ withdrawal_id: WITHDRAWAL.id, amount: "100.5", state: "pending" }], next: "7" },
  });
  expect(JSON.stringify(reply.body)).not.toContain(WITHDRAWAL.requestedBy);
  expect(await trade("GET", "/v1/withdrawals?before=7&limit=2")).toMatchObject({ body: { next: null } });
  expect(account.withdrawals).toHaveBeenLastCalledWith(7, 2);
  expect((await trade("GET", "/v1/withdrawals?before=x")).status).toBe(422);
});

test("ID-121: a list of withdrawals writes nothing, whoever looks at it", async () => {
  const token = await tokenOf({ ...TRADER, guest: true, scopes: ["read"] });
  expect((await send("GET", "/v1/withdrawals", { headers: { Authorization: `Bearer ${token}` } })).status).toBe(200);
  expect((await trade("GET", "/v1/withdrawals")).status).toBe(200);
  const writes = [
    identity.notifications.withdrawalRequested,
    account.requestWithdrawal,
    transfers.requestDeposit,
    approvals.beginAct,
  ];
  for (const write of writes) expect(write).not.toHaveBeenCalled();
});

test("ID-122: what became of a withdrawal is told as of a two-phase transfer, too", async () => {
  const decided = { state: "rejected", decidedAt: WITHDRAWAL.requestedAt } as const;
  const states = [
    [WITHDRAWAL, "pending"],
    [{ ...WITHDRAWAL, ...decided, state: "settled", decidedBy: "ann" }, "posted"],
    [{ ...WITHDRAWAL, ...decided, decidedBy: "ann" }, "voided"],
    [{ ...WITHDRAWAL, ...decided, decidedBy: null }, "expired"],
  ] as const;
  account.withdrawals.mockResolvedValueOnce(states.map(([withdrawal], place) => ({ ...withdrawal, place })));
  const { body } = await trade("GET", "/v1/withdrawals");
  const told = (body as { withdrawals: { transfer_state: string }[] }).withdrawals;
  expect(told.map(({ transfer_state: state }) => state)).toEqual(states.map(([, state]) => state));
});
