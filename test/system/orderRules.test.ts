/**
 * The rules of `POST /v2/orders` for a batch and for order entry over a socket: a caller who may not place an order in
 * one way may not in the others, and is told the same; and a connection ends with the credential that opened it.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type AppRig, appRig, CALLBACK } from "./appRig.ts";
import { type Exchange, startExchange, type Trader } from "./exchange.ts";
import { listen } from "./sockets.ts";

const FIVE_SECONDS = { timeout: 6_000, interval: 50 };
const ORDER = { symbol: "F", side: "buy", type: "limit", qty: "1", limit_price: "5", time_in_force: "gtc" };

let exchange: Exchange;
let rig: AppRig;
let admin: Trader;
beforeAll(async () => {
  exchange = await startExchange();
  admin = await exchange.admin();
  rig = appRig(exchange, await exchange.trader(0), await exchange.trader(1_000));
});
afterAll(() => exchange.close());

/** A key, or the access token of a session or of an app. */
type Credential = { readonly keyId: string; readonly secret: string } | { readonly token: string };
/** Status, code and reason of a refusal; the status of an order that is accepted. */
type Told = readonly [status: number, code: number | null, reason: string];
// oxlint-disable-next-line typescript/no-explicit-any -- answers have many shapes
type Body = any;

const HERE = { "CF-Connecting-IP": "192.0.2.7" };
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const headersOf = (as: Credential): Record<string, string> =>
  "token" in as ? bearer(as.token) : { "APCA-API-KEY-ID": as.keyId, "APCA-API-SECRET-KEY": as.secret };
const told = (status: number, body: Body): Told => [status, body?.code ?? null, body?.reason ?? body?.status];
const keyOf = ({ keyId, secret }: Trader): Credential => ({ keyId, secret });

/** A connection of order entry that has said who it is; `first` is the answer. */
async function connect(as: Credential, from: Record<string, string> = HERE) {
  const client = await listen(`${exchange.url.replace("http", "ws")}/v1/trading/stream`, from);
  const [key, secret] = "token" in as ? ["oauth", as.token] : [as.keyId, as.secret];
  client.send({ action: "auth", key, secret });
  return { ...client, first: await client.next("answer", () => true) };
}

let frames = 0;
async function bySocket(as: Credential, order: object, from = HERE): Promise<Told> {
  const client = await connect(as, from);
  if (client.first.T === "error") {
    await client.ends(1008);
    return told(client.first.status, client.first);
  }
  const id = `frame-${++frames}`;
  client.send({ action: "orders", id, commands: [{ action: "place", ...order }] });
  const answer = await client.next("answer", (frame) => frame.id === id);
  client.close();
  const [result] = answer.results ?? [answer];
  return told(result.status, answer.T === "error" ? answer : result.body);
}

async function byBatch(as: Credential, order: object, from = HERE): Promise<Told> {
  const batch = { commands: [{ action: "place", ...order }] };
  const reply = await exchange.call(null, "POST", "/v1/orders/batch", batch, { ...headersOf(as), ...from });
  return reply.status === 207 ? told(reply.body[0].status, reply.body[0].body) : told(reply.status, reply.body);
}

async function alone(as: Credential, order: object, from = HERE): Promise<Told> {
  const reply = await exchange.call(null, "POST", "/v2/orders", order, { ...headersOf(as), ...from });
  return told(reply.status, reply.body);
}

/** Places an order in every way, which all are told the same. */
async function everyWay(as: Credential, order: object = ORDER, from = HERE): Promise<Told> {
  const single = await alone(as, order, from);
  const others = [await byBatch(as, order, from), await bySocket(as, order, from)];
  expect(others).toEqual([single, single]);
  return single;
}

async function newKey(who: Trader, asked: object = {}): Promise<{ keyId: string; secret: string }> {
  const { status, body } = await exchange.call(null, "POST", "/v1/keys", asked, bearer(who.token));
  expect(status).toBe(201);
  return { keyId: body.key_id, secret: body.secret };
}

const asAdmin = (method: string, path: string, body?: unknown) => exchange.call(admin, method, path, body);
const userPath = ({ accountId }: Trader) => `/v1/admin/users/${accountId}`;

describe("WS-21, GW-12: who may place an order", () => {
  test("a key that trades may, one that only reads, a guest's, and one from another address may not", async () => {
    const [ada, bob] = [await exchange.trader(1_000), await exchange.trader(0)];
    expect(await everyWay(keyOf(ada))).toEqual([200, null, "new"]);
    expect(await everyWay(await newKey(ada, { scopes: ["trade"] }))).toEqual([200, null, "new"]);
    expect(await everyWay(await newKey(ada, { scopes: ["read"] }))).toEqual([403, 40310000, "forbidden"]);
    const placed = await newKey(ada, { allowed_ips: ["192.0.2.0/24"] });
    expect(await everyWay(placed)).toEqual([200, null, "new"]);
    const elsewhere = { "CF-Connecting-IP": "198.51.100.7" };
    expect(await everyWay(placed, ORDER, elsewhere)).toEqual([401, 40110000, "unauthorized"]);
    expect(await everyWay({ ...placed, secret: "wrong" })).toEqual([401, 40110000, "unauthorized"]);
    const invited = { email: bob.email };
    await exchange.call(null, "POST", `/v1/accounts/${ada.accountId}/grants`, invited, bearer(ada.token));
    await vi.waitFor(async () => {
      const { body } = await exchange.call(null, "GET", "/v1/accounts", undefined, bearer(bob.token));
      expect(body.accounts).toHaveLength(2);
    }, FIVE_SECONDS);
    const guest = await newKey(bob, { account_id: ada.accountId, scopes: ["read"] });
    expect(await everyWay(guest)).toEqual([403, 40310000, "forbidden"]);
  });

  test("an app may as far as its user has allowed it to", async () => {
    const app = await rig.configured(await rig.register({ name: "An app", redirect_uris: [CALLBACK] }));
    const reads = await rig.tokensFor(app, { scope: "openid read" });
    expect(await everyWay({ token: reads.access_token })).toEqual([403, 40310000, "forbidden"]);
    const trades = await rig.tokensFor(app, { scope: "openid trade" });
    expect(await everyWay({ token: trades.access_token })).toEqual([200, null, "new"]);
  });

  test("a viewer, an ended session, and a login that is disabled or erased may not", async () => {
    const ada = await exchange.trader(1_000);
    expect(await everyWay({ token: ada.token })).toEqual([200, null, "new"]);
    await asAdmin("PATCH", userPath(ada), { roles: ["viewer"] });
    await vi.waitFor(async () => expect((await alone(keyOf(ada), ORDER))[0]).toBe(403), FIVE_SECONDS);
    expect(await everyWay(keyOf(ada))).toEqual([403, 40310000, "forbidden"]);
    await asAdmin("PATCH", userPath(ada), { disabled: true });
    await vi.waitFor(async () => expect((await alone(keyOf(ada), ORDER))[0]).toBe(401), FIVE_SECONDS);
    expect(await everyWay(keyOf(ada))).toEqual([401, 40110000, "unauthorized"]);
    expect(await everyWay({ token: ada.token })).toEqual([401, 40110000, "unauthorized"]);
    const bob = await exchange.trader(0);
    const erased = await exchange.call(null, "POST", "/v1/privacy/erase", { confirm: "erase" }, bearer(bob.token));
    expect(erased.status).toBeLessThan(300);
    await vi.waitFor(async () => expect((await alone(keyOf(bob), ORDER))[0]).toBe(401), FIVE_SECONDS);
    expect(await everyWay(keyOf(bob))).toEqual([401, 40110000, "unauthorized"]);
  });
});

describe("WS-22, AC-53: which orders are taken", () => {
  test.each([
    ["of an asset that is not listed", { symbol: "NONE" }, [422, 42210000, "asset_not_found"]],
    ["for more than there is", { qty: "100000" }, [403, 40310000, "insufficient_buying_power"]],
    ["of shares that are not there", { side: "sell", limit_price: "50" }, [403, 40310000, "insufficient_qty"]],
    ["with a field of a wrong type", { qty: {} }, [422, 40010001, "body_field"]],
    ["with an unknown field", { limitPrice: "1" }, [422, 40010001, "unknown_field"]],
    ["with a price between ticks", { limit_price: "5.001" }, [422, 42210000, "price_increment"]],
    ["with an id that is too long", { client_order_id: "x".repeat(129) }, [422, 40010001, "client_order_id_too_long"]],
  ])("one %s is refused", async (_what, changes, refusal) => {
    const ada = await exchange.trader(1_000);
    expect(await everyWay(keyOf(ada), { ...ORDER, ...changes })).toEqual(refusal);
  });

  test("in a halted market an order is taken or refused as it is alone, and a delisted asset takes none", async () => {
    const ada = await exchange.trader(10_000);
    const of = (symbol: string, changes: object = {}) => ({ ...ORDER, symbol, ...changes });
    expect((await asAdmin("POST", "/v1/admin/symbols/INTC/halt", { reason: "news" })).status).toBe(200);
    expect(await everyWay(keyOf(ada), of("INTC"))).toEqual([200, null, "new"]);
    const market = { type: "market", limit_price: undefined, time_in_force: "day" };
    const [halted] = await everyWay(keyOf(ada), of("INTC", market));
    expect(halted).toBeGreaterThanOrEqual(200);
    await everyWay(keyOf(ada), of("INTC", { time_in_force: "ioc" }));
    expect((await asAdmin("DELETE", "/v1/admin/instruments/KO")).status).toBeLessThan(300);
    await vi.waitFor(async () => expect((await alone(keyOf(ada), of("KO")))[0]).toBe(422), FIVE_SECONDS);
    expect(await everyWay(keyOf(ada), of("KO"))).toEqual([422, 40010001, "asset_not_active"]);
  });

  test("RL-2: without tokens none is taken, and n commands cost n in a batch and in a frame", async () => {
    const ada = await exchange.trader(1_000, {}, { plan: "standard" });
    const cancels = Array.from({ length: 100 }, () => ({ action: "cancel", client_order_id: "none" }));
    const batch = () =>
      exchange.call(null, "POST", "/v1/orders/batch", { commands: cancels }, { ...headersOf(keyOf(ada)), ...HERE });
    const before = Number((await batch()).headers.get("X-RateLimit-Remaining"));
    const client = await connect(keyOf(ada));
    client.send({ action: "orders", id: "half", commands: cancels.slice(0, 50) });
    const { rate } = await client.next("answer", (frame) => frame.id === "half");
    // Tokens come back at 100 a minute.
    expect(before - rate.remaining).toBeGreaterThan(40);
    let left = rate.remaining;
    while (left > 0) {
      const reply = await exchange.call(ada, "GET", "/v2/orders", undefined, HERE);
      left = Number(reply.headers.get("X-RateLimit-Remaining"));
    }
    const refused = [429, 42910000, "rate_limited"];
    // One token may have come back between the requests: each way is asked until it is refused.
    for (const way of [alone, byBatch, bySocket]) {
      await vi.waitFor(async () => expect(await way(keyOf(ada), ORDER)).toEqual(refused), FIVE_SECONDS);
    }
    client.close();
  });
});

describe("WS-21: a connection ends with its credential", () => {
  const key = async (ada: Trader) => {
    const made = await newKey(ada);
    return { as: made, path: `/v1/keys/${made.keyId}` };
  };

  test.each([
    ["a key that may no longer trade", { scopes: ["read"] }],
    ["a key that is bound to an address", { allowed_ips: ["198.51.100.0/24"] }],
    ["a key that expires", { expires_at: () => new Date(Date.now() + 1_500).toISOString() }],
  ])("%s", async (_what, change) => {
    const ada = await exchange.trader(1_000);
    const { as, path } = await key(ada);
    const expires = "expires_at" in change;
    if (!expires) {
      const client = await connect(as);
      expect(client.first).toMatchObject({ T: "success" });
      await exchange.call(null, "PATCH", path, change, bearer(ada.token));
      await client.next("end", ({ reason }) => reason === "session_ended");
      return client.ends(4401);
    }
    const expiring = await newKey(ada, { expires_at: change.expires_at() });
    const client = await connect(expiring);
    expect(client.first).toMatchObject({ T: "success" });
    await client.ends(4401);
    expect(await everyWay(expiring)).toEqual([401, 40110000, "unauthorized"]);
  });

  test.each([
    [
      "its key is revoked by an administrator",
      (ada: Trader) => asAdmin("DELETE", `${userPath(ada)}/keys/${ada.keyId}`),
    ],
    ["its login is disabled", (ada: Trader) => asAdmin("PATCH", userPath(ada), { disabled: true })],
    ["its login becomes a viewer", (ada: Trader) => asAdmin("PATCH", userPath(ada), { roles: ["viewer"] })],
    [
      "its login is erased",
      (ada: Trader) => exchange.call(null, "POST", "/v1/privacy/erase", { confirm: "erase" }, bearer(ada.token)),
    ],
  ])("when %s", async (_what, end) => {
    const ada = await exchange.trader(0);
    const client = await connect(keyOf(ada));
    expect(client.first).toMatchObject({ T: "success" });
    expect((await end(ada)).status).toBeLessThan(300);
    await client.ends(4401);
  });

  test("when the session of its token ends", async () => {
    const ada = await exchange.trader(0);
    const client = await connect({ token: ada.token });
    expect(client.first).toMatchObject({ T: "success" });
    const ended = await asAdmin("DELETE", `${userPath(ada)}/sessions`);
    expect(ended.status).toBeLessThan(300);
    await client.ends(4401);
  });
});

describe("RK-2, RK-6, RK-7, RK-12: what stops an account from trading stops it on every way", () => {
  const as = (who: Trader, method: string, path: string, body?: unknown) =>
    exchange.call(null, method, path, body, { ...headersOf(keyOf(who)), ...HERE });

  test("its owner's suspension and kill switch, and a block of the exchange; a preview names them", async () => {
    const ada = await exchange.trader(1_000);
    const suspend = { suspend_trade: true };
    expect(await as(ada, "PATCH", "/v2/account/configurations", suspend)).toMatchObject({ status: 200, body: suspend });
    expect(await everyWay(keyOf(ada))).toEqual([403, 40310000, "trading_suspended"]);
    expect((await as(ada, "GET", "/v2/account")).body).toMatchObject({ trade_suspended_by_user: true });
    await as(ada, "PATCH", "/v2/account/configurations", { suspend_trade: false });
    const placed = await as(ada, "POST", "/v2/orders", ORDER);
    expect(placed.status).toBe(200);

    const killed = await as(ada, "POST", "/v1/account/kill_switch", { on: true, cancel_orders: true });
    expect(killed).toMatchObject({ status: 200, body: { on: true, canceled: [{ id: placed.body.id, status: 200 }] } });
    expect(await everyWay(keyOf(ada))).toEqual([403, 40310000, "kill_switch"]);
    const risk = `/v1/admin/accounts/${ada.accountId}`;
    expect(await asAdmin("PATCH", `${risk}/risk`, { blocked_symbols: ["F"] })).toMatchObject({ status: 200 });
    const preview = await as(ada, "POST", "/v1/orders/preview", { ...ORDER, qty: "1000" });
    expect(preview.body).toMatchObject({
      accepted: false,
      refusals: [
        { rule: "kill_switch", status: 403 },
        { rule: "blocks", error: { reason: "symbol_blocked" } },
        { rule: "hold", error: { buying_power: "1000", cost_basis: "5000", max_qty: "200" } },
      ],
      estimate: { qty: "1000", cash_held: "5000" },
    });
    expect((await as(ada, "POST", "/v1/account/kill_switch", { on: false })).body).toMatchObject({ on: false });
    expect(await everyWay(keyOf(ada))).toEqual([403, 40310000, "symbol_blocked"]);
    await asAdmin("PATCH", `${risk}/risk`, { blocked_symbols: [] });
    expect(await asAdmin("POST", `${risk}/kill_switch`, { on: true })).toMatchObject({
      body: { set_by: ["exchange"] },
    });
    expect((await as(ada, "POST", "/v1/account/kill_switch", { on: false })).body).toMatchObject({ on: true });
    expect(await everyWay(keyOf(ada))).toEqual([403, 40310000, "kill_switch"]);
    await asAdmin("POST", `${risk}/kill_switch`, { on: false });
    expect(await everyWay(keyOf(ada))).toEqual([200, null, "new"]);
  });
});
