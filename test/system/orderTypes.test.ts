/** Every type and class of order by the SDK that traders have, and what it has no field for by the API itself. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Reply, Trader } from "./exchange.ts";

const WAIT_OPTIONS = { timeout: 20_000, interval: 50 };

let exchange: Exchange;
let maker: Trader;
let trader: Trader;
let alpaca: Alpaca;

beforeAll(async () => {
  exchange = await startExchange();
  maker = await exchange.trader(10_000_000, { KO: 10_000 });
  trader = await exchange.trader(1_000_000, { KO: 1_000 });
  alpaca = new Alpaca({
    keyId: trader.keyId,
    secret: trader.secret,
    rateLimit: false,
    fetchApi: (input, init) => {
      const { pathname, search } = new URL(String(input));
      return fetch(exchange.url + pathname + search, init);
    },
  });
  await make("sell", 70.1);
  await make("buy", 69.9);
  // The last trade, from which stops follow.
  await alpaca.trading.orders.market({ symbol: "KO", side: "buy", qty: 1 });
});
afterAll(async () => {
  await exchange.close();
});
beforeEach(async () => {
  // What a test leaves open would be on the other side of what the next one sends (AC-42).
  await exchange.call(trader, "DELETE", "/v2/orders");
});

const make = (side: "buy" | "sell", price: number, qty = 100): Promise<Reply> =>
  exchange.call(maker, "POST", "/v2/orders", {
    symbol: "KO",
    side,
    type: "limit",
    time_in_force: "gtc",
    qty,
    limit_price: price,
  });

/** A limit buy of one share of KO at $60 by the API, with changes. */
const post = (changes: object): Promise<Reply> =>
  exchange.call(trader, "POST", "/v2/orders", {
    symbol: "KO",
    side: "buy",
    type: "limit",
    time_in_force: "gtc",
    qty: 1,
    limit_price: 60,
    ...changes,
  });

const found = (id: string | undefined): Promise<Reply> => exchange.call(trader, "GET", `/v2/orders/${id}?nested=true`);

const KO = { symbol: "KO", side: "sell", qty: 1, timeInForce: "gtc" } as const;

/** The type of an entry: the SDK sends it, and its input types do not have it. */
const limitAt = (limitPrice: number) => ({ type: "limit", limitPrice }) as const;

test("AC-22, AC-29: the SDK places stops and trailing stops, and sees where they are", async () => {
  const { orders } = alpaca.trading;
  expect(await orders.stop({ ...KO, stopPrice: 60 })).toMatchObject({
    type: "stop",
    status: "new",
    stopPrice: "60",
  });
  expect(await orders.stopLimit({ ...KO, stopPrice: 60, limitPrice: 59.5 })).toMatchObject({
    type: "stop_limit",
    stopPrice: "60",
    limitPrice: "59.5",
  });
  const trailing = await orders.trailingStop({ ...KO, trailPercent: 5 });
  expect(trailing).toMatchObject({ type: "trailing_stop", trailPercent: "5" });
  expect((await found(trailing.id)).body).toMatchObject({ hwm: "70.1", stop_price: "66.59" });
  const amount = await orders.trailingStop({ ...KO, trailPrice: 1.5 });
  expect((await found(amount.id)).body).toMatchObject({ trail_price: "1.5", hwm: "70.1", stop_price: "68.6" });
});

test("AC-24, AC-29, OB-30: the SDK places a bracket, its entry is filled, and both exits are live", async () => {
  const bracket = await alpaca.trading.orders.bracket({
    symbol: "KO",
    side: "buy",
    qty: 2,
    ...limitAt(70.1),
    timeInForce: "gtc",
    takeProfit: { limitPrice: 80 },
    stopLoss: { stopPrice: 60, limitPrice: 59 },
  });
  expect(bracket.orderClass).toBe("bracket");
  expect(bracket.legs).toMatchObject([
    { side: "sell", type: "limit", limitPrice: "80" },
    { side: "sell", type: "stop_limit", stopPrice: "60", limitPrice: "59" },
  ]);
  await vi.waitFor(async () => {
    const { body } = await found(bracket.id);
    expect(body).toMatchObject({ status: "filled", legs: [{ status: "new" }, { status: "new" }] });
  }, WAIT_OPTIONS);
});

test("AC-24, OB-30: the SDK places an OCO and an OTO", async () => {
  const oco = await alpaca.trading.orders.oco({
    ...KO,
    takeProfit: { limitPrice: 80 },
    stopLoss: { stopPrice: 60 },
  });
  expect(oco).toMatchObject({ orderClass: "oco", type: "limit", limitPrice: "80", status: "new" });
  expect(oco.legs).toMatchObject([{ type: "stop", stopPrice: "60" }]);
  const oto = await alpaca.trading.orders.oto({
    symbol: "KO",
    side: "buy",
    qty: 1,
    ...limitAt(60),
    timeInForce: "gtc",
    stopLoss: { stopPrice: 50 },
  });
  expect(oto.legs).toMatchObject([{ type: "stop", status: "held" }]);
});

test("AC-25: a notional order buys the quantity that the amount pays for", async () => {
  const bought = await alpaca.trading.orders.market({ symbol: "KO", side: "buy", notional: 140.2, timeInForce: "day" });
  expect(bought).toMatchObject({ notional: "140.2", filledQty: "2", status: "filled" });
});

test("AC-28, AC-36: the SDK replaces an order, and the replacement has another id", async () => {
  const { orders } = alpaca.trading;
  const first = await orders.limit({ symbol: "KO", side: "buy", qty: 1, limitPrice: 60, timeInForce: "day" });
  const next = await orders.patchOrderByOrderId({
    orderId: String(first.id),
    patchOrderRequest: { qty: "2", limitPrice: "61", timeInForce: "gtc" },
  });
  expect(next).toMatchObject({ replaces: first.id, qty: "2", limitPrice: "61", timeInForce: "gtc" });
  await vi.waitFor(async () => {
    expect((await found(first.id)).body).toMatchObject({ status: "replaced", replaced_by: next.id });
  }, WAIT_OPTIONS);
  const again = await exchange.call(trader, "PATCH", `/v2/orders/${next.id}`, { qty: 2 });
  expect(again).toMatchObject({ status: 422, body: { code: 42210000, message: "order parameters are not changed" } });
});

test("AC-20, AC-23, AC-29: instructions are applied, and shown as they were requested", async () => {
  const instructions = [
    { display_qty: "0.5" },
    { hidden: true },
    { min_qty: "0.5" },
    { all_or_none: true },
    { post_only: true },
    { peg: { to: "mid", offset: "0.05" } },
    { self_trade_prevention: "cancel_oldest" },
  ];
  for (const advanced_instructions of instructions) {
    const reply = await post({ advanced_instructions });
    expect(reply).toMatchObject({ status: 200, body: { status: "new", advanced_instructions } });
  }
  const expires_at = new Date(Date.now() + 3_600_000).toISOString();
  expect(await post({ time_in_force: "gtd", advanced_instructions: { expires_at } })).toMatchObject({
    body: { time_in_force: "gtd", expires_at, status: "new" },
  });
  const refused = await post({ limit_price: 71, advanced_instructions: { post_only: true } });
  expect(refused.body).toMatchObject({ status: "canceled", filled_qty: "0", close_reason: "post_only" });
  const touched = await post({ type: "market_if_touched", limit_price: null, stop_price: 65 });
  expect(touched.body).toMatchObject({ type: "market_if_touched", stop_price: "65", status: "new" });
});

test.each<[object, number, string]>([
  [{ time_in_force: "opg" }, 42210000, "opg orders need a market with auctions"],
  [{ type: "stop", limit_price: null }, 40010001, "stop orders require a stop price"],
  [
    { type: "trailing_stop", limit_price: null },
    40010001,
    "trailing stop orders must specify one of trail_price or trail_percent",
  ],
  [{ order_class: "bracket" }, 40010001, "bracket orders require take_profit.limit_price and stop_loss.stop_price"],
  [
    { advanced_instructions: { pots_only: true } },
    40010001,
    "unknown field advanced_instructions.pots_only; did you mean advanced_instructions.post_only?",
  ],
  [
    { type: "market", limit_price: null, advanced_instructions: { post_only: true } },
    42210000,
    "post_only is not supported for market gtc orders",
  ],
])("AC-21 to AC-24, AC-27: %o is refused with %i: %s", async (changes, code, message) => {
  expect(await post(changes)).toMatchObject({ status: 422, body: { code, message } });
});
