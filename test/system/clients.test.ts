/** The clients that traders already have, unchanged, against the whole exchange. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import ccxt from "ccxt";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";

let exchange: Exchange;
let maker: Trader;
let streamUrl: string;

beforeAll(async () => {
  exchange = await startExchange();
  streamUrl = exchange.url.replace("http", "ws");
  maker = await exchange.trader(1_000_000, { AAPL: 1_000 });
  await quote("sell", 200.1);
  await quote("buy", 199.9);
});
afterAll(async () => {
  await exchange.close();
});

/** Rests a limit order of the maker. */
async function quote(side: string, price: number): Promise<void> {
  const ticket = { symbol: "AAPL", side, type: "limit", time_in_force: "gtc", qty: 100, limit_price: price };
  const reply = await exchange.call(maker, "POST", "/v2/orders", ticket);
  expect(reply).toMatchObject({ status: 200, body: { status: "new" } });
}

describe("@alpacahq/alpaca-trade-api", () => {
  let trader: Trader;
  let alpaca: Alpaca;

  beforeAll(async () => {
    trader = await exchange.trader(10_000);
    alpaca = new Alpaca({
      keyId: trader.keyId,
      secret: trader.secret,
      rateLimit: false,
      fetchApi: (input, init) => {
        const { pathname, search } = new URL(String(input));
        return fetch(exchange.url + pathname + search, init);
      },
    });
  });

  test("WS-1: reads the account and the assets", async () => {
    const account = await alpaca.trading.account.getAccount();
    expect(account).toMatchObject({ id: trader.accountId, status: "ACTIVE", cash: "10000", currency: "USD" });
    const clock = await alpaca.trading.clock.legacyClock();
    expect(clock.isOpen).toBe(true);
    const day = new Date("2026-11-20");
    const days = await alpaca.trading.calendar.legacyCalendar({ start: day, end: day });
    expect(days).toMatchObject([{ date: day, open: "00:00", close: "20:00" }]);
  });

  test("WS-5: submits a market order, waits for its fill on the stream, and sees the position", async () => {
    const stream = alpaca.trading.stream({ url: `${streamUrl}/stream` });
    stream.connect();
    try {
      const ticket = { type: "market", symbol: "AAPL", qty: 2, side: "buy", clientOrderId: "sdk-market" } as const;
      const filled = await alpaca.trading.submitAndWait(ticket, { timeoutMs: 10_000, stream });
      expect(filled).toMatchObject({ status: "filled", filledQty: "2", filledAvgPrice: "200.1" });
    } finally {
      stream.disconnect();
    }
    const positions = await alpaca.trading.positions.getAllOpenPositions();
    expect(positions).toHaveLength(1);
    expect(positions[0]).toMatchObject({ symbol: "AAPL", qty: "2", avgEntryPrice: "200.1", side: "long" });
  });

  test("AC-9: cancels a resting limit order", async () => {
    const resting = await alpaca.trading.orders.limit({ symbol: "AAPL", qty: 1, side: "buy", limitPrice: 150 });
    expect(resting.status).toBe("new");
    const id = String(resting.id);
    await alpaca.trading.orders.deleteOrderByOrderID({ orderId: id });
    const canceled = await alpaca.trading.orders.getOrderByOrderID({ orderId: id });
    expect(canceled.status).toBe("canceled");
    await expect(alpaca.trading.orders.deleteOrderByOrderID({ orderId: id })).rejects.toMatchObject({ status: 422 });
  });

  test("MD-4: gets quotes and trades on the data stream in MessagePack", async () => {
    const stream = alpaca.marketData.stockStream({ url: `${streamUrl}/v2/iex` });
    const quotes: Record<string, unknown>[] = [];
    const trades: Record<string, unknown>[] = [];
    const subscribed = vi.fn<() => void>();
    stream.onQuote((message) => quotes.push(message as unknown as Record<string, unknown>));
    stream.onTrade((message) => trades.push(message as unknown as Record<string, unknown>));
    stream.onConnect(() => {
      stream.subscribeForQuotes(["AAPL"]);
      stream.subscribeForTrades(["AAPL"]);
      subscribed();
    });
    stream.connect();
    try {
      await vi.waitFor(() => expect(subscribed).toHaveBeenCalled(), { timeout: 10_000 });
      let price = 199.91;
      // The subscription is acknowledged later, so it quotes until the stream has both.
      await vi.waitFor(
        async () => {
          price = Math.round(price * 100 + 1) / 100;
          await quote("buy", price);
          await alpaca.trading.orders.market({ symbol: "AAPL", qty: 1, side: "buy" });
          expect(quotes.length).toBeGreaterThan(0);
          expect(trades.length).toBeGreaterThan(0);
        },
        { timeout: 15_000, interval: 200 },
      );
      expect(quotes.at(-1)).toMatchObject({ symbol: "AAPL", askPrice: 200.1 });
      expect(trades.at(-1)).toMatchObject({ symbol: "AAPL", price: 200.1, size: 1 });
    } finally {
      stream.disconnect();
    }
  });

  test("ID-4: gets an error for a wrong key", async () => {
    const stranger = new Alpaca({
      keyId: trader.keyId,
      secret: "wrong",
      fetchApi: (input, init) => fetch(exchange.url + new URL(String(input)).pathname, init),
    });
    await expect(stranger.trading.account.getAccount()).rejects.toMatchObject({ status: 401 });
    const stream = stranger.trading.stream({ url: `${streamUrl}/stream` });
    stream.connect();
    expect(await stream.waitForAuthenticationResult(10_000)).toMatchObject({ authenticated: false });
    stream.disconnect();
  });
});

describe("ccxt", () => {
  let client: InstanceType<typeof ccxt.pro.alpaca>;

  beforeAll(async () => {
    const trader = await exchange.trader(10_000);
    const base = exchange.url;
    client = new ccxt.pro.alpaca({
      apiKey: trader.keyId,
      secret: trader.secret,
      enableRateLimit: false,
      urls: {
        api: {
          trader: base,
          market: base,
          broker: base,
          ws: { crypto: `${streamUrl}/v2/iex`, trading: `${streamUrl}/stream` },
        },
      },
    });
    await client.loadHttpProxyAgent();
    await client.loadMarkets(true, { asset_class: "us_equity" });
  });
  afterAll(async () => {
    await client.close();
  });

  test("WS-8: reads the clock, the markets and the balance", async () => {
    expect(Math.abs(Number(await client.fetchTime()) - Date.now())).toBeLessThan(60_000);
    expect(client.market("AAPL/USD")).toMatchObject({ id: "AAPL" });
    const balance = await client.fetchBalance();
    expect(balance["USD"]).toMatchObject({ total: 10_000 });
  });

  test("AC-9: rests, finds and cancels a limit order", async () => {
    const id = String((await client.createOrder("AAPL/USD", "limit", "buy", 1.5, 150.25)).id);
    expect(await client.fetchOrder(id, "AAPL/USD")).toMatchObject({ status: "open", amount: 1.5, price: 150.25 });
    expect(await client.fetchOpenOrders("AAPL/USD")).toHaveLength(1);
    await client.cancelOrder(id, "AAPL/USD");
    expect(await client.fetchOrder(id, "AAPL/USD")).toMatchObject({ status: "canceled" });
    expect(await client.fetchOpenOrders("AAPL/USD")).toEqual([]);
  });

  test("AC-22, AC-25, AC-28: places and edits a stop limit order, and buys for an amount", async () => {
    const stop = await client.createOrder("AAPL/USD", "limit", "buy", 1, 251, { triggerPrice: 250 });
    expect(stop).toMatchObject({ triggerPrice: 250, price: 251, status: "open" });
    const edited = await client.editOrder(String(stop.id), "AAPL/USD", "limit", "buy", 2, 252, { triggerPrice: 250.5 });
    expect(edited).toMatchObject({ triggerPrice: 250.5, price: 252, amount: 2 });
    expect(edited.id).not.toBe(stop.id);
    await client.cancelOrder(String(edited.id), "AAPL/USD");
    // ccxt sends gtc with everything.
    const bought = await client.createOrder("AAPL/USD", "market", "buy", 0, undefined, { cost: 100.05 });
    expect(bought).toMatchObject({ filled: 0.5, status: "closed" });
  });

  test("WS-5: receives the fill of its market order", async () => {
    const updates = client.watchOrders("AAPL/USD");
    // The first update only comes once the stream listens: trade until then.
    await vi.waitFor(
      async () => {
        await client.createOrder("AAPL/USD", "market", "buy", 1);
        const update = await Promise.race([updates, new Promise((resolve) => setImmediate(resolve, null))]);
        expect(update).not.toBeNull();
      },
      { timeout: 10_000, interval: 200 },
    );
    expect((await updates)[0]).toMatchObject({ symbol: "AAPL/USD", side: "buy", amount: 1 });
  });

  test("AC-4: raises InsufficientFunds, which it does not retry, for too little cash", async () => {
    const order = client.createOrder("AAPL/USD", "limit", "buy", 1_000, 190);
    await expect(order).rejects.toBeInstanceOf(ccxt.InsufficientFunds);
  });
});
