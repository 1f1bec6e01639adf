/** A market that an administrator halts and resumes, as a client of the data stream sees it. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";

const WAIT_OPTIONS = { timeout: 20_000, interval: 50 };

let exchange: Exchange;
let admin: Trader;
let trader: Trader;
let other: Trader;

beforeAll(async () => {
  exchange = await startExchange();
  admin = await exchange.admin();
  trader = await exchange.trader(10_000, { KO: 100 });
  other = await exchange.trader(10_000, { KO: 100 });
});
afterAll(async () => {
  await exchange.close();
});

async function order(side: "buy" | "sell", price: number, as = trader): Promise<string> {
  const ticket = { symbol: "KO", side, type: "limit", time_in_force: "gtc", qty: 1, limit_price: price };
  const reply = await exchange.call(as, "POST", "/v2/orders", ticket);
  expect(reply).toMatchObject({ status: 200, body: { status: "new" } });
  return reply.body.id;
}

test("MD-30, MD-32, MD-33, MD-35: a halt, its auction and its end reach the SDK's stream in MessagePack", async () => {
  const path = "/v1/admin/symbols/KO";
  const alpaca = new Alpaca({ keyId: trader.keyId, secret: trader.secret });
  const stream = alpaca.marketData.stockStream({ url: `${exchange.url.replace("http", "ws")}/v2/iex` });
  const told: string[] = [];
  stream.onStatus(({ symbol, statusCode, reasonCode }) => told.push(`${symbol} ${statusCode}${reasonCode}`));
  stream.onLuld(({ symbol, limitUpPrice, indicator }) => told.push(`${symbol} ${limitUpPrice} ${indicator}`));
  stream.onImbalance(({ symbol, price }) => told.push(`${symbol} at ${price}`));
  stream.onConnect(() => {
    stream.subscribeForStatuses(["KO"]);
    stream.subscribeForLulds(["*"]);
    stream.subscribeForImbalances(["KO"]);
  });
  stream.connect();
  const sees = (...words: string[]) =>
    vi.waitFor(
      () => expect(told.filter((word) => word.startsWith("KO")).slice(-words.length)).toEqual(words),
      WAIT_OPTIONS,
    );
  try {
    await sees("KO T", "KO 0 F");
    expect(await exchange.call(admin, "POST", `${path}/halt`, { reason: "news" })).toMatchObject({
      status: 200,
      body: { phase: "halted", halt: "news", until: null },
    });
    await vi.waitFor(() => expect(told).toContain("KO HT1"), WAIT_OPTIONS);
    const orders = [await order("buy", 71.5), await order("sell", 70.5, other)];
    await vi.waitFor(() => expect(told.at(-1)).toMatch(/^KO at 7[01]/), WAIT_OPTIONS);
    const quote = await exchange.call(trader, "GET", "/v2/stocks/KO/quotes/latest");
    // Crossed prices are no quote.
    expect(quote.status).toBe(404);
    const resumed = await exchange.call(admin, "POST", `${path}/resume`, { call_seconds: 1 });
    expect(resumed).toMatchObject({
      status: 200,
      body: { phase: "reopening_auction", indicative: { paired_qty: "1" } },
    });
    await vi.waitFor(() => expect(told).toContain("KO T"), WAIT_OPTIONS);
    await vi.waitFor(async () => {
      const found = await Promise.all(
        orders.map((id, nth) => exchange.call(nth === 0 ? trader : other, "GET", `/v2/orders/${id}`)),
      );
      expect(found.map(({ body }) => body.status)).toEqual(["filled", "filled"]);
    }, WAIT_OPTIONS);
    expect(told.indexOf("KO HT1")).toBeLessThan(told.indexOf("KO QT7"));
    expect((await exchange.call(admin, "GET", path)).body).toMatchObject({ phase: "continuous", orders: 0 });
    expect((await exchange.call(admin, "POST", `${path}/resume`)).status).toBe(409);
    expect((await exchange.call(trader, "GET", path)).status).toBe(403);
  } finally {
    stream.disconnect();
  }
});

test("MD-36: the breaker reaches every share", async () => {
  const answer = await exchange.call(admin, "POST", "/v1/admin/market/breaker", { level: 1 });
  expect(answer).toMatchObject({ status: 200, body: { not_due: [], unreached: [] } });
  expect(answer.body.halted).toHaveLength(20);
  expect((await exchange.call(admin, "GET", "/v1/admin/symbols/F")).body).toMatchObject({ halt: "breaker_1" });
  expect((await exchange.call(admin, "GET", "/v1/admin/symbols/BTC%2FUSD")).body).toMatchObject({
    phase: "continuous",
  });
});
