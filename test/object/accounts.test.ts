/** Several accounts of one user, by the gateway and real objects. */
import { env } from "cloudflare:workers";
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { accountObject, identityObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import { routeOfEmail } from "../../protocol/ids/loginRoute.ts";
import { gatewayHarness, type GatewayHarness, type TestUser } from "./gatewayHarness.ts";

beforeEach(() => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
});
afterEach(() => void vi.useRealTimers());

/** Lets what was remembered of checks go out of date. */
const fiveSecondsLater = (): void => void vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_001 });

async function open(who: TestUser, name: string, type = "cash"): Promise<string> {
  const { status, body } = await who.ask("POST", "/v1/accounts", { name, type }, { "Idempotency-Key": name });
  expect(status).toBe(201);
  return String(body["account_id"]);
}

async function fund(admin: TestUser, accountId: string, amount: string): Promise<void> {
  const deposit = { reference: crypto.randomUUID(), amount };
  expect((await admin.ask("POST", `/v1/admin/accounts/${accountId}/deposits`, deposit)).status).toBe(200);
}

async function keyFor(who: TestUser, accountId?: string, scopes = ["read", "trade"]) {
  const { body } = await who.ask("POST", "/v1/keys", { scopes, ...(accountId ? { account_id: accountId } : {}) });
  return { "APCA-API-KEY-ID": String(body["key_id"]), "APCA-API-SECRET-KEY": String(body["secret"]) };
}

const ORDER = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "200" };

async function town(): Promise<{ gateway: GatewayHarness; admin: TestUser; ada: TestUser; eve: TestUser }> {
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  return { gateway, admin, ada: await gateway.enrol("ada", admin), eve: await gateway.enrol("eve", admin) };
}

test("AC-91, AC-92: two accounts of a user have money, orders and keys of their own; the default one is what is named nowhere", async () => {
  const { gateway, admin, ada } = await town();
  const second = await open(ada, "second", "margin");
  await fund(admin, ada.accountId, "100");
  await fund(admin, second, "10000");
  const on = { "X-Account-ID": second };
  expect((await ada.ask("GET", "/v2/account")).body).toMatchObject({ id: ada.accountId, cash: "100" });
  expect((await ada.ask("GET", "/v2/account", undefined, on)).body).toMatchObject({ id: second, cash: "10000" });
  expect((await ada.ask("POST", "/v2/orders", ORDER)).body).toMatchObject({ reason: "insufficient_buying_power" });
  expect((await ada.ask("POST", "/v2/orders", ORDER, on)).status).toBe(200);
  expect((await ada.ask("GET", "/v2/orders")).body).toEqual([]);
  expect((await ada.ask("GET", "/v2/orders", undefined, on)).body).toHaveLength(1);

  const [first, other] = [await keyFor(ada), await keyFor(ada, second)];
  const idBy = async (key: Record<string, string>) => (await gateway.send("GET", "/v2/account", key)).body["id"];
  expect([await idBy(first), await idBy(other)]).toEqual([ada.accountId, second]);
  expect((await gateway.send("GET", "/v2/account", { ...other, "X-Account-ID": ada.accountId })).status).toBe(403);

  expect((await ada.ask("PATCH", `/v1/accounts/${second}`, { is_default: true })).body).toMatchObject({
    is_default: true,
    account_number: (await ada.ask("GET", "/v2/account", undefined, on)).body["account_number"],
  });
  fiveSecondsLater();
  expect((await ada.ask("GET", "/v2/account")).body["id"]).toBe(second);
  expect((await ada.ask("GET", "/v2/account", undefined, { "X-Account-ID": ada.accountId })).body["id"]).toBe(
    ada.accountId,
  );
  expect(await idBy(first), "a key keeps its account").toBe(ada.accountId);
  expect(await idBy(await keyFor(ada)), "a new key has the default one").toBe(second);
  const again = await gateway.signIn(ada.email, second);
  expect((await again.ask("GET", "/v2/account")).body["id"]).toBe(second);
  const listed = (await ada.ask("GET", "/v1/accounts")).body["accounts"];
  expect(listed).toMatchObject([
    { account_id: ada.accountId, access: "owner", account: { is_default: false, type: "cash" } },
    { account_id: second, access: "owner", account: { is_default: true, type: "margin", name: "second" } },
  ]);
});

test("AC-92: an attacker reaches no account of another user by its id, on no way in", async () => {
  const { gateway, ada, eve } = await town();
  const [second, hers] = [await open(ada, "second"), await open(eve, "hers")];
  const key = await keyFor(eve, hers);
  for (const id of [ada.accountId, second]) {
    const on = { "X-Account-ID": id };
    expect((await eve.ask("GET", "/v2/account", undefined, on)).status).toBe(403);
    expect((await eve.ask("POST", "/v2/orders", ORDER, on)).status).toBe(403);
    expect((await gateway.send("GET", "/v2/account", { ...key, ...on })).status).toBe(403);
    expect((await eve.ask("POST", "/v1/keys", { account_id: id, scopes: ["read"] })).status).toBe(403);
    expect((await eve.ask("PATCH", `/v1/accounts/${id}`, { name: "mine", is_default: true })).status).toBe(404);
    expect((await eve.ask("DELETE", `/v1/accounts/${id}`)).status).toBe(404);
    expect((await eve.ask("POST", `/v1/accounts/${id}/grants`, { email: eve.email })).status).toBe(403);
    expect((await eve.ask("GET", `/v1/accounts/${id}/grants`)).status).toBe(403);
  }
  expect((await ada.ask("GET", "/v1/accounts")).body["accounts"]).toHaveLength(2);
});

test("AC-92: an account lets only its owner do more than read, whatever principal a worker sends", async () => {
  const { ada, eve } = await town();
  const second = await open(ada, "second");
  const origin = { requestId: "r", ip: "", userAgent: "" };
  const asked = { reference: "x", amount: "1", to: eve.accountId };
  const as = (userId: string) => ({ userId, accountId: second, roles: ["trader"] as const });
  await runInDurableObject(env.ACCOUNT.getByName(second), async (object: AccountRpc) => {
    const calls = (userId: string) => [
      () => object.metered("standard", "cancelAllOrders", [as(userId), origin]),
      () => object.metered("standard", "requestOwnTransfer", [as(userId), asked, origin, null]),
    ];
    for (const call of calls(eve.accountId)) await expect(call()).rejects.toThrow("is not allowed");
    for (const call of calls(ada.accountId)) expect(await call()).toMatchObject({ refused: false });
  });
});

test("ID-75, AC-92: a grant shares the account that it names, and no other of the owner", async () => {
  const { ada, eve } = await town();
  const [second, third] = [await open(ada, "second"), await open(ada, "third")];
  const given = await ada.ask("POST", `/v1/accounts/${second}/grants`, { email: eve.email });
  expect(given.status).toBe(202);
  const read = async (id: string) => (await eve.ask("GET", "/v2/account", undefined, { "X-Account-ID": id })).status;
  await vi.waitFor(async () => expect(await read(second)).toBe(200), 5_000);
  expect([await read(ada.accountId), await read(third)]).toEqual([403, 403]);
  const grants = async (id: string) => (await ada.ask("GET", `/v1/accounts/${id}/grants`)).body["grants"];
  expect([await grants(second), await grants(third), await grants(ada.accountId)]).toMatchObject([[{}], [], []]);
  // A second account is shared with the same person by a grant of its own.
  const more = await ada.ask("POST", `/v1/accounts/${third}/grants`, { email: eve.email });
  expect(more.body["id"]).not.toBe(given.body["id"]);
  await vi.waitFor(async () => expect(await read(third)).toBe(200), 5_000);
  const wrong = `/v1/accounts/${third}/grants/${String(given.body["id"])}`;
  expect((await ada.ask("DELETE", wrong)).status, "of another account").toBe(404);
  // The end of the account is the end of its grants.
  expect((await ada.ask("DELETE", `/v1/accounts/${second}`)).status).toBe(200);
  const shared = async () => (await eve.ask("GET", "/v1/accounts")).body["accounts"];
  await vi.waitFor(async () => expect(await shared()).toHaveLength(2), 5_000);
  fiveSecondsLater();
  expect([await read(second), await read(third)]).toEqual([403, 200]);
});

test("AC-93: a closed account takes nothing any more, over a restart, and its history is read", async () => {
  const { gateway, admin, ada } = await town();
  const second = await open(ada, "second");
  const on = { "X-Account-ID": second };
  const key = await keyFor(ada, second, ["read", "trade", "withdraw"]);
  await fund(admin, second, "10000");
  const order = await ada.ask("POST", "/v2/orders", ORDER, on);
  const close = () => ada.ask("DELETE", `/v1/accounts/${second}`);
  expect(await close()).toMatchObject({ status: 409, body: { reason: "account_not_empty", orders: 1, cash: "10000" } });
  await ada.ask("DELETE", `/v2/orders/${String(order.body["id"])}`, undefined, on);
  expect(await close()).toMatchObject({ status: 409, body: { orders: 0, cash: "10000" } });
  const withdrawal = await gateway.send("POST", "/v1/withdrawals", key, { amount: "10000", reference: "all" });
  expect(withdrawal.status).toBe(202);
  expect(await close()).toMatchObject({ status: 409, body: { transfers: 1 } });
  const approval = await vi.waitFor(async () => {
    const { body } = await admin.ask("GET", "/v1/admin/approvals?state=pending");
    const found = (body["approvals"] as Record<string, unknown>[]).find((each) => each["account_id"] === second);
    if (found === undefined) throw new Error("not listed yet");
    return String(found["approval_id"]);
  }, 10_000);
  await gateway.secured(admin);
  expect((await admin.ask("POST", `/v1/admin/approvals/${approval}/approve`)).status).toBe(200);
  await vi.waitFor(async () => expect((await close()).body).toMatchObject({ state: "closed" }), 5_000);
  expect((await close()).status, "repeated").toBe(200);
  await evictDurableObject(env.ACCOUNT.getByName(second));

  expect((await ada.ask("POST", "/v2/orders", { ...ORDER, client_order_id: "late" }, on)).body).toMatchObject({
    reason: "account_closed",
  });
  const deposit = await admin.ask("POST", `/v1/admin/accounts/${second}/deposits`, { reference: "late", amount: "1" });
  expect(deposit.body).toMatchObject({ reason: "account_closed" });
  fiveSecondsLater();
  expect((await gateway.send("GET", "/v2/account", key)).status, "its keys have ended").toBe(401);
  expect((await ada.ask("POST", "/v1/keys", { account_id: second })).body).toMatchObject({
    reason: "account_not_open",
  });
  expect((await ada.ask("PATCH", `/v1/accounts/${second}`, { is_default: true })).status).toBe(409);
  expect((await ada.ask("GET", "/v2/orders?status=closed", undefined, on)).body).toHaveLength(1);
  expect((await ada.ask("GET", "/v1/withdrawals", undefined, on)).body["withdrawals"]).toHaveLength(1);
  expect((await ada.ask("DELETE", `/v1/accounts/${ada.accountId}`)).body).toMatchObject({
    reason: "account_is_default",
  });
  const audited = await accountObject(env, second).audited();
  expect(audited?.account).toMatchObject({ cash: 0, closedAt: expect.any(Number) as number });
});

test("AC-91: an account is opened once, with its owner and its type; a repeated opening changes nothing", async () => {
  const { ada } = await town();
  const route = await routeOfEmail(ada.email);
  const origin = { requestId: "r", ip: "", userAgent: "" };
  const asked = { type: "cash", name: "later", request: null } as const;
  const opened = await identityObject(env, route).ownAccounts.open(asked, origin);
  if (!opened.ok) throw new Error(opened.reason);
  const { accountId } = opened.value.account;
  // A repeated opening changes nothing of the account.
  await accountObject(env, accountId).open(accountId, origin, "somebody else", "margin");
  const summary = await accountObject(env, accountId).summary();
  expect(summary).toMatchObject({ ownerId: ada.accountId, type: "cash" });
});

test("AC-94: cash moves between accounts of one user exactly once, never below zero, and both trails name the other account", async () => {
  const { admin, ada } = await town();
  const second = await open(ada, "second");
  await fund(admin, ada.accountId, "100");
  const path = "/v1/transfers/internal";
  const move = (amount: string, reference: string) =>
    ada.ask("POST", path, { to_account_id: second, amount, reference });
  const cash = async (id: string) =>
    (await ada.ask("GET", "/v2/account", undefined, { "X-Account-ID": id })).body["cash"];
  const moved = await move("30.5", "rent");
  expect(moved).toMatchObject({ status: 202, body: { to_account_id: second, amount: "30.5", reference: "rent" } });
  const listed = async () => (await ada.ask("GET", path)).body["transfers"] as Record<string, unknown>[];
  await vi.waitFor(async () => expect((await listed())[0]?.["state"]).toBe("posted"), 10_000);
  expect([await cash(ada.accountId), await cash(second)]).toEqual(["69.5", "30.5"]);
  expect((await move("30.5", "rent")).body["transfer_id"]).toBe(moved.body["transfer_id"]);
  expect((await move("31", "rent")).status, "another transfer with its reference").toBe(409);
  expect((await ada.ask("GET", "/v1/withdrawals")).body["withdrawals"]).toEqual([]);
  // At once ten of 10 dollars, of which six can be paid.
  const many = await Promise.all(Array.from({ length: 10 }, (_, nth) => move("10", `many ${nth}`)));
  expect(many.filter(({ status }) => status === 202)).toHaveLength(6);
  await vi.waitFor(async () => expect((await listed()).every(({ state }) => state === "posted")).toBe(true), 10_000);
  expect([await cash(ada.accountId), await cash(second)]).toEqual(["9.5", "90.5"]);
  const activities = async (id: string) =>
    (await ada.ask("GET", "/v2/account/activities/JNLC", undefined, { "X-Account-ID": id }))
      .body as unknown as object[];
  expect([await activities(ada.accountId), await activities(second)].map(({ length }) => length)).toEqual([7, 7]);
});

test("AC-94: an account of another user refuses the cash, as a closed one does, and the payer has it again", async () => {
  const { admin, ada, eve } = await town();
  const closed = await open(ada, "closed");
  await fund(admin, ada.accountId, "100");
  expect((await ada.ask("DELETE", `/v1/accounts/${closed}`)).status).toBe(200);
  const direct = (to: string) =>
    accountObject(env, ada.accountId).requestOwnTransfer(
      { userId: ada.accountId, accountId: ada.accountId, roles: ["trader"] },
      { to, amount: "30", reference: to },
      { requestId: "r", ip: "", userAgent: "" },
      null,
    );
  // What the gateway refuses (to another user) the accounts refuse as well.
  for (const to of [eve.accountId, closed, crypto.randomUUID()]) expect(await direct(to)).toMatchObject({ ok: true });
  const path = "/v1/transfers/internal";
  const listed = async () => (await ada.ask("GET", path)).body["transfers"] as Record<string, unknown>[];
  await vi.waitFor(
    async () => expect((await listed()).map(({ state }) => state)).toEqual(["voided", "voided", "voided"]),
    10_000,
  );
  expect((await ada.ask("GET", "/v2/account")).body).toMatchObject({ cash: "100" });
  expect((await eve.ask("GET", "/v2/account")).body).toMatchObject({ cash: "0" });
  expect((await eve.ask("POST", path, { to_account_id: ada.accountId, amount: "1", reference: "x" })).status).toBe(403);
  const theirs = { from_account_id: ada.accountId, to_account_id: eve.accountId, amount: "1", reference: "x" };
  expect((await eve.ask("POST", path, theirs)).status).toBe(403);
});
