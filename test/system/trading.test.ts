import { compactVerify, createLocalJWKSet } from "jose";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";
import { tradeUpdates } from "./sockets.ts";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(async () => {
  await exchange.close();
});

const order = (side: string, qty: number, price: number, extra: Record<string, unknown> = {}) => ({
  symbol: "AAPL",
  side,
  type: "limit",
  time_in_force: "gtc",
  qty,
  limit_price: price,
  ...extra,
});

async function holdings(trader: Trader): Promise<{ cash: number; shares: number }> {
  const account = await exchange.call(trader, "GET", "/v2/account");
  const positions = await exchange.call(trader, "GET", "/v2/positions");
  const shares = positions.body.find((position: { symbol: string }) => position.symbol === "AAPL")?.qty ?? "0";
  return { cash: Math.round(Number(account.body.cash) * 10_000), shares: Math.round(Number(shares) * 1_000_000) };
}

test("AC-6, AU-1: two traders cross: cash and shares move exactly, both get updates, and PostgreSQL has both sides", async () => {
  const seller = await exchange.trader(0, { AAPL: 100 });
  const buyer = await exchange.trader(10_000);
  const streams = await Promise.all(
    [seller, buyer].map(({ keyId, secret }) => tradeUpdates(exchange.url, keyId, secret)),
  );

  const ask = await exchange.call(seller, "POST", "/v2/orders", order("sell", 10, 150.25));
  expect(ask).toMatchObject({ status: 200, body: { status: "new", filled_qty: "0", limit_price: "150.25" } });
  const bid = await exchange.call(buyer, "POST", "/v2/orders", order("buy", 4.5, 151));
  expect(bid).toMatchObject({ status: 200, body: { status: "filled", filled_avg_price: "150.25", filled_qty: "4.5" } });

  for (const [stream, id, event] of [
    [streams[0], ask.body.id, "partial_fill"],
    [streams[1], bid.body.id, "fill"],
  ] as const) {
    const frame = await stream?.next(event, ({ data }) => data.event === event && data.order.id === id);
    expect(frame.data).toMatchObject({ price: "150.25", qty: "4.5" });
    stream?.close();
  }
  const cost = 4.5 * 150.25 * 10_000;
  expect(await holdings(buyer)).toEqual({ cash: 100_000_000 - cost, shares: 4_500_000 });
  expect(await holdings(seller)).toEqual({ cash: cost, shares: 95_500_000 });

  await vi.waitFor(
    async () => {
      const fills = await exchange.rows(
        "select account_id, body->>'side' as side, body->>'qty' as qty from audit_events where action = 'order.filled' and account_id = any($1)",
        [[seller.accountId, buyer.accountId]],
      );
      expect(fills).toHaveLength(2);
      expect(fills).toContainEqual({ account_id: buyer.accountId, side: "buy", qty: "4.5" });
      expect(fills).toContainEqual({ account_id: seller.accountId, side: "sell", qty: "4.5" });
    },
    { timeout: 10_000, interval: 100 },
  );
  expect((await exchange.call(seller, "DELETE", `/v2/orders/${ask.body.id}`)).status).toBe(204);
});

test("MD-83: what is traded reaches the indicators, by way of the tape", async () => {
  const [seller, buyer] = [await exchange.trader(0, { INTC: 10 }), await exchange.trader(1_000)];
  for (const [qty, price] of [
    [1, 20],
    [3, 21],
  ] as const) {
    const of = (side: string) => ({ ...order(side, qty, price), symbol: "INTC" });
    await exchange.call(seller, "POST", "/v2/orders", of("sell"));
    expect(await exchange.call(buyer, "POST", "/v2/orders", of("buy"))).toMatchObject({ body: { status: "filled" } });
  }
  const path = "/v1/indicators/vwap?symbol=INTC&timeframe=1Min&limit=1";
  const expected = { indicator: "vwap", complete: true, values: [{ value: 20.75 }] };
  const seen = async () => expect((await exchange.call(buyer, "GET", path)).body).toMatchObject(expected);
  await vi.waitFor(seen, { timeout: 20_000, interval: 200 });
});

test("PA-6, PA-13: a paper account trades by its key and hears of it on /stream; the live order is still there", async () => {
  const [seller, owner] = [await exchange.trader(0, { MSFT: 5 }), await exchange.trader(0)];
  const signedIn = { Authorization: `Bearer ${owner.token}` };
  const opened = await exchange.call(null, "POST", "/v1/accounts", { type: "paper" }, signedIn);
  const asked = { account_id: opened.body.account_id };
  const { body: key } = await exchange.call(null, "POST", "/v1/keys", asked, signedIn);
  const by = { "APCA-API-KEY-ID": key.key_id, "APCA-API-SECRET-KEY": key.secret };
  const stream = await tradeUpdates(exchange.url, key.key_id, key.secret);

  const ticket = { ...order("buy", 2, 400), symbol: "MSFT" };
  const bid = await exchange.call(null, "POST", "/v2/orders", ticket, by);
  expect(bid).toMatchObject({ status: 200, body: { status: "new" } });
  // It would have met the paper order, had that been in the book.
  const ask = await exchange.call(seller, "POST", "/v2/orders", { ...order("sell", 3, 399), symbol: "MSFT" });
  const frame = await stream.next("fill", ({ data }) => data.event === "fill" && data.order.id === bid.body.id);
  expect(frame.data).toMatchObject({ price: "400", qty: "2" });
  stream.close();
  expect((await exchange.call(null, "GET", "/v2/account", undefined, by)).body).toMatchObject({ cash: "99200" });
  const live = await exchange.call(seller, "GET", `/v2/orders/${ask.body.id}`);
  expect(live.body).toMatchObject({ status: "new", filled_qty: "0" });
  expect((await exchange.call(seller, "DELETE", `/v2/orders/${ask.body.id}`)).status).toBe(204);
});

test("PF-47, PF-48: with a fee plan over HTTP, fills are charged in cash, basis, activities and statement", async () => {
  const [seller, buyer] = [await exchange.trader(0, { KO: 40 }), await exchange.trader(1_000)];
  const admin = await exchange.admin();
  for (const { accountId } of [seller, buyer]) {
    const path = `/v1/admin/accounts/${accountId}/fee-plan`;
    expect((await exchange.call(admin, "PUT", path, { fee_plan: "maker_taker" })).status).toBe(200);
    expect((await exchange.call(admin, "GET", path)).body).toMatchObject({ fee_plan: "maker_taker" });
  }
  const trade = async (from: Trader, to: Trader, qty: number, price: number) => {
    const ask = await exchange.call(from, "POST", "/v2/orders", { ...order("sell", qty, price), symbol: "KO" });
    const bid = await exchange.call(to, "POST", "/v2/orders", { ...order("buy", qty, price), symbol: "KO" });
    expect(bid).toMatchObject({ status: 200, body: { status: "filled" } });
    await vi.waitFor(async () => {
      expect((await exchange.call(from, "GET", `/v2/orders/${ask.body.id}`)).body.status).toBe("filled");
    }, 10_000);
  };
  const ofBuyer = async (path: string) => (await exchange.call(buyer, "GET", path)).body;
  const fees = async () => (await ofBuyer("/v2/account/activities/FEE?direction=asc")) as { net_amount: string }[];

  // A taker pays 25 basis points, which are part of the basis.
  await trade(seller, buyer, 10, 40);
  expect(await ofBuyer("/v2/account")).toMatchObject({ cash: "599" });
  expect(await fees()).toMatchObject([{ activity_type: "FEE", net_amount: "-1" }]);
  expect((await ofBuyer("/v1/portfolio/lots?symbol=KO")).lots).toMatchObject([{ qty: "10", cost_basis: "401" }]);
  // An open buy holds the most that its fee may be.
  const open = await exchange.call(buyer, "POST", "/v2/orders", { ...order("buy", 1, 39), symbol: "KO" });
  expect(await ofBuyer("/v2/account")).toMatchObject({ buying_power: "559.9025" });
  await exchange.call(buyer, "DELETE", `/v2/orders/${open.body.id}`);

  // A maker pays 15, and for a sale what the regulators take on the day.
  await trade(buyer, seller, 4, 41);
  const charged = -Number((await fees())[1]?.net_amount);
  expect(charged).toBeGreaterThanOrEqual(0.246);
  expect(charged).toBeLessThan(0.246 + 0.03);
  expect(Number((await ofBuyer("/v2/account")).cash)).toBeCloseTo(599 + 164 - charged, 4);
  const [{ gain }] = (await ofBuyer("/v1/portfolio/realized?symbol=KO")).items;
  expect(Number(gain)).toBeCloseTo(164 - charged - 160.4, 4);
  const [{ csv }] = (await ofBuyer("/v1/account/statements")).statements;
  const keys = { "APCA-API-KEY-ID": buyer.keyId, "APCA-API-SECRET-KEY": buyer.secret };
  const statement = await (await fetch(exchange.url + csv, { headers: keys })).text();
  const total = /^total,[^,]*,,fees,,,,,(-[\d.]+),/m.exec(statement)?.[1];
  expect(Number(total)).toBeCloseTo(-1 - charged, 4);
});

test("AC-3: a hundred concurrent submissions of one order create one order and get equal answers", async () => {
  const trader = await exchange.trader(10_000);
  const ticket = order("buy", 1, 100, { client_order_id: "again-and-again" });
  const replies = await Promise.all(
    Array.from({ length: 100 }, () => exchange.call(trader, "POST", "/v2/orders", ticket)),
  );
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  const open = await exchange.call(trader, "GET", "/v2/orders");
  expect(open.body).toHaveLength(1);
  const other = await exchange.call(trader, "POST", "/v2/orders", { ...ticket, qty: 2 });
  expect(other).toMatchObject({ status: 422, body: { code: 40010001, message: "client_order_id must be unique" } });
});

test("AC-4, AC-9: holds follow the order, and a cancel releases them", async () => {
  const trader = await exchange.trader(1_000, { MSFT: 3 });
  const buy = await exchange.call(trader, "POST", "/v2/orders", order("buy", 6, 150));
  expect((await exchange.call(trader, "GET", "/v2/account")).body).toMatchObject({
    cash: "100",
    buying_power: "100",
    equity: "2434",
    last_equity: "2434",
  });
  const refused = await exchange.call(trader, "POST", "/v2/orders", order("buy", 1, 150));
  expect(refused).toMatchObject({
    status: 403,
    body: { code: 40310000, reason: "insufficient_buying_power", buying_power: "100", cost_basis: "150" },
  });
  const short = await exchange.call(trader, "POST", "/v2/orders", { ...order("sell", 4, 900), symbol: "MSFT" });
  expect(short).toMatchObject({ status: 403, body: { code: 40310000, symbol: "MSFT", existing_qty: "3" } });
  expect((await exchange.call(trader, "DELETE", `/v2/orders/${buy.body.id}`)).status).toBe(204);
  expect((await exchange.call(trader, "GET", "/v2/account")).body).toMatchObject({ buying_power: "1000" });
  const again = await exchange.call(trader, "DELETE", `/v2/orders/${buy.body.id}`);
  expect(again).toMatchObject({
    status: 422,
    body: { code: 42210000, message: 'order is already in "canceled" state' },
  });
  const found = await exchange.call(
    trader,
    "GET",
    `/v2/orders:by_client_order_id?client_order_id=${buy.body.client_order_id}`,
  );
  expect(found.body).toMatchObject({ id: buy.body.id, status: "canceled" });
});

test("OB-5, AC-5: a market order trades within its collar and never rests", async () => {
  const maker = await exchange.trader(0, { KO: 100 });
  const taker = await exchange.trader(100_000);
  for (const price of [70, 71, 90]) {
    await exchange.call(maker, "POST", "/v2/orders", { ...order("sell", 10, price), symbol: "KO" });
  }
  const market = { symbol: "KO", side: "buy", type: "market", time_in_force: "day", qty: "25" };
  const reply = await exchange.call(taker, "POST", "/v2/orders", market);
  expect(reply.body).toMatchObject({ status: "canceled", filled_qty: "20", filled_avg_price: "70.5" });
  expect((await exchange.call(taker, "GET", "/v2/account")).body).toMatchObject({ buying_power: "98590" });
});

test("WS-2, WS-3: bad input gets its status and error body, and changes nothing", async () => {
  const trader = await exchange.trader(1_000);
  const before = await exchange.call(trader, "GET", "/v2/account");
  const valid = order("buy", 1, 100);
  const cases: readonly (readonly [string, unknown, number, string | RegExp])[] = [
    ["malformed JSON", '{"symbol": "AAPL", ', 400, "request body format is invalid"],
    ["an array for a body", "[]", 422, /./],
    ["unknown symbol", { ...valid, symbol: "NOPE" }, 422, 'asset "NOPE" not found'],
    ["negative quantity", { ...valid, qty: "-1" }, 422, "qty must be > 0"],
    ["zero quantity", { ...valid, qty: 0 }, 422, "qty must be > 0"],
    ["a quantity of 30 digits", { ...valid, qty: "9".repeat(30) }, 422, /qty/],
    ["a quantity that is no number", { ...valid, qty: "many" }, 422, /qty/],
    ["sub-penny price", { ...valid, limit_price: 290.123 }, 422, /sub-penny increment/],
    ["negative price", { ...valid, limit_price: -5 }, 422, "limit price must be > 0"],
    ["no price", { ...valid, limit_price: undefined }, 422, "limit orders require a limit price"],
    ["unknown side", { ...valid, side: "hold" }, 422, /side/],
    ["unknown type", { ...valid, type: "telepathic" }, 422, "invalid order type"],
    ["a body of 2 MB", JSON.stringify({ ...valid, client_order_id: "x".repeat(2_000_000) }), 413, /./],
  ];
  for (const [name, body, status, message] of cases) {
    const reply = await exchange.call(trader, "POST", "/v2/orders", body);
    expect({ name, status: reply.status }).toEqual({ name, status });
    expect(reply.body).toEqual(expect.objectContaining({ code: expect.any(Number), message: expect.any(String) }));
    if (typeof message === "string") expect(reply.body.message).toBe(message);
    else expect(reply.body.message).toMatch(message);
    expect(JSON.stringify(reply.body)).not.toMatch(/\bat .*\.(ts|js)\b/);
  }
  const { call } = exchange;
  const said = { code: 40110000, message: expect.any(String), reason: "unauthorized" };
  expect((await call(null, "GET", "/v2/account")).body).toEqual(said);
  const stranger = { ...trader, secret: "wrong".repeat(8) };
  expect((await call(stranger, "GET", "/v2/account")).status).toBe(401);
  expect((await call(null, "GET", "/v2/account", undefined, { Authorization: "Bearer e30.e30.x" })).status).toBe(401);
  expect((await call(trader, "GET", "/v2/orders/not-a-uuid")).status).toBe(422);
  expect((await call(trader, "GET", "/v2/nowhere")).body).toMatchObject({ code: 40410000 });
  expect((await call(trader, "GET", "/v2/account")).body).toEqual(before.body);
  expect((await call(trader, "GET", "/v2/orders?status=all")).body).toEqual([]);
});

test("ID-4: a bearer token and an API key authenticate for the same account", async () => {
  const trader = await exchange.trader(12.5);
  const byKey = await exchange.call(trader, "GET", "/v2/account");
  const byToken = await exchange.call(null, "GET", "/v2/account", undefined, {
    Authorization: `Bearer ${trader.token}`,
  });
  const basic = Buffer.from(`${trader.keyId}:${trader.secret}`).toString("base64");
  const byBasic = await exchange.call(null, "GET", "/v2/account", undefined, { Authorization: `Basic ${basic}` });
  expect(byKey.body).toMatchObject({ id: trader.accountId, cash: "12.5", status: "ACTIVE" });
  expect(byToken.body).toEqual(byKey.body);
  expect(byBasic.body).toEqual(byKey.body);
});

test("AU-1, PV-1: every refusal of an account is in the trail, with the encrypted address of the client", async () => {
  const trader = await exchange.trader(10);
  await exchange.call(trader, "POST", "/v2/orders", order("buy", 1, 100), { "User-Agent": "system-test" });
  await vi.waitFor(
    async () => {
      const rows = await exchange.rows(
        "select action, result, user_agent, body->>'reason' as reason from audit_events where account_id = $1 and action like 'order%'",
        [trader.accountId],
      );
      const sealed: unknown = expect.stringMatching(/^v1\./);
      const refusal = { action: "order.refused", result: "refused", user_agent: sealed };
      expect(rows).toEqual([{ ...refusal, reason: "insufficient_buying_power" }]);
    },
    { timeout: 10_000, interval: 100 },
  );
});

test("AU-6: anybody can verify a checkpoint of the trail, and find its event in PostgreSQL", async () => {
  await exchange.trader(10);
  const published = await vi.waitFor(
    async () => {
      const { body } = await exchange.call(null, "GET", "/v1/audit/checkpoints");
      expect(body.checkpoints.length).toBeGreaterThan(0);
      return body;
    },
    { timeout: 10_000, interval: 100 },
  );
  for (const { shard, seq, jws } of published.checkpoints) {
    const { payload } = await compactVerify(jws, createLocalJWKSet({ keys: published.keys }));
    const claims = JSON.parse(new TextDecoder().decode(payload));
    const hash = "select encode(hash, 'hex') as hash from audit_events where shard = $1 and seq = $2";
    expect(await exchange.rows(hash, [shard, seq])).toEqual([{ hash: claims.hash }]);
    expect(claims).toMatchObject({ shard, seq });
  }
});
