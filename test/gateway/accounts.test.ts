/** Accounts of a user: the routes, and which account a request is about. */
import { expect, test } from "vitest";
import { account, accountNames, identity, keyId, send, tokenOf } from "./fakes.ts";
import { OWN_ACCOUNT, TRADER } from "./samples.ts";

const OTHER = crypto.randomUUID();

const asPerson = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  send(method, path, {
    headers: { Authorization: `Bearer ${await tokenOf(TRADER)}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

test("AC-91: an account is opened with a type and a name, once for each idempotency key", async () => {
  const opened = await asPerson(
    "POST",
    "/v1/accounts",
    { type: "margin", name: "savings" },
    { "Idempotency-Key": "k" },
  );
  expect(opened).toMatchObject({
    status: 201,
    body: { account_id: TRADER.accountId, account_number: "EX1", type: "cash", state: "open", is_default: true },
  });
  expect(identity.ownAccounts.open).toHaveBeenCalledWith(
    { type: "margin", name: "savings", request: { key: "k", fingerprint: expect.any(String) as string } },
    expect.objectContaining({ requestId: expect.any(String) as string }),
  );
  const opening = { account: { ...OWN_ACCOUNT, state: "opening" as const }, replayed: true };
  identity.ownAccounts.open.mockResolvedValueOnce({ ok: true, value: opening });
  const again = await asPerson("POST", "/v1/accounts", {});
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([202, "true"]);
  for (const body of [{ type: "gold" }, { name: "x".repeat(65) }, { number: "EX2" }, { name: "a\u0000" }]) {
    expect((await asPerson("POST", "/v1/accounts", body)).status, JSON.stringify(body)).toBe(422);
  }
  expect((await asPerson("POST", "/v1/accounts", { type: "paper", cash: "25000" })).status).toBe(201);
  expect(identity.ownAccounts.open.mock.lastCall?.[0]).toMatchObject({ type: "paper", paperCash: 250_000_000 });
  for (const cash of ["0", "-1", "1e5", "100000000.0001", "x"]) {
    const refused = await asPerson("POST", "/v1/accounts", { type: "paper", cash });
    expect(refused, cash).toMatchObject({ status: 422, body: { reason: "paper_cash_invalid" } });
  }
  expect(await asPerson("POST", "/v1/accounts", { type: "cash", cash: "5" })).toMatchObject({
    status: 409,
    body: { reason: "not_paper_account" },
  });
  identity.ownAccounts.open.mockResolvedValueOnce({ ok: false, reason: "too_many_accounts" });
  expect(await asPerson("POST", "/v1/accounts", {})).toMatchObject({
    status: 403,
    body: { reason: "too_many_accounts" },
  });
});

test("AC-91, AC-93: an account is changed and closed by its id; what is left in it is told", async () => {
  const path = `/v1/accounts/${OTHER.toUpperCase()}`;
  expect((await asPerson("PATCH", path, { name: "b", is_default: true })).status).toBe(200);
  expect(identity.ownAccounts.change.mock.lastCall?.slice(0, 2)).toEqual([OTHER, { name: "b", isDefault: true }]);
  expect((await asPerson("PATCH", path, { is_default: false })).status).toBe(422);
  expect((await asPerson("DELETE", path)).status).toBe(200);
  expect(identity.ownAccounts.close.mock.lastCall?.[0]).toBe(OTHER);
  const left = { orders: 1, positions: ["AAPL"], cash: 15_000, transfers: 2 };
  identity.ownAccounts.close.mockResolvedValueOnce({ ok: true, value: { kind: "refused", left } });
  expect(await asPerson("DELETE", path)).toMatchObject({
    status: 409,
    body: { reason: "account_not_empty", orders: 1, positions: ["AAPL"], cash: "1.5", transfers: 2 },
  });
  identity.ownAccounts.close.mockResolvedValueOnce({ ok: false, reason: "account_not_found" });
  expect((await asPerson("DELETE", path)).status).toBe(404);
});

test("AC-92: a session names any of its own accounts, with all that it may do, for five seconds from memory", async () => {
  identity.ownAccounts.access.mockImplementation(async (id) =>
    id === OTHER ? { own: true } : { own: false, scopes: [] },
  );
  const on = (id: string, method = "DELETE", path = "/v2/orders") =>
    asPerson(method, path, undefined, { "X-Account-ID": id });
  expect((await on(OTHER.toUpperCase())).status).toBe(207);
  expect(accountNames.at(-1)).toBe(OTHER);
  expect(account.cancelAllOrders.mock.lastCall?.[0]).toMatchObject({ userId: TRADER.userId, accountId: OTHER });
  expect(account.cancelAllOrders.mock.lastCall?.[0]).not.toHaveProperty("guest");
  expect((await on(OTHER, "GET", "/v1/keys")).status, "the login is the same").toBe(200);
  const asked = identity.ownAccounts.access.mock.calls.length;
  expect((await on(OTHER)).status).toBe(207);
  expect(identity.ownAccounts.access).toHaveBeenCalledTimes(asked);
  for (const id of [crypto.randomUUID(), `${OTHER}/x`, "", "null"]) {
    expect((await on(id)).status, id).toBe(403);
  }
  expect(account.cancelAllOrders).toHaveBeenCalledTimes(2);
});

test("AC-92: keys and apps have one account, whatever the header says", async () => {
  identity.ownAccounts.access.mockImplementation(async () => ({ own: true }));
  const key = { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" };
  expect((await send("GET", "/v2/account", { headers: { ...key, "X-Account-ID": OTHER } })).status).toBe(403);
  expect((await send("GET", "/v2/account", { headers: { ...key, "X-Account-ID": TRADER.accountId } })).status).toBe(
    200,
  );
  const app = await tokenOf(TRADER, { kind: "app" });
  const headers = { Authorization: `Bearer ${app}`, "X-Account-ID": OTHER };
  expect((await send("GET", "/v2/account", { headers })).status).toBe(403);
  expect(identity.ownAccounts.access).not.toHaveBeenCalled();
});
