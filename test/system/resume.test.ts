/** Streams over torn sockets, through the whole exchange: every event once, whatever was cut in a busy market. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { MarketWatcher } from "../crash/marketWatcher.ts";
import { openStream } from "../rig/streamSocket.ts";
import { DepthWatcher } from "../crash/depthWatcher.ts";
import { TradingWatcher } from "../crash/tradingWatcher.ts";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";

const WAIT_OPTIONS = { timeout: 20_000, interval: 50 };
const ROUNDS = 60;

let exchange: Exchange;
let seller: Trader;
let buyer: Trader;

beforeAll(async () => {
  exchange = await startExchange();
  seller = await exchange.trader(0.01, { AAPL: 1_000 });
  buyer = await exchange.trader(1_000_000);
});
afterAll(async () => {
  await exchange.close();
});

async function order(as: Trader, side: "buy" | "sell", qty: number, price: number): Promise<string> {
  const ticket = { symbol: "AAPL", side, type: "limit", time_in_force: "gtc", qty, limit_price: price };
  const reply = await exchange.call(as, "POST", "/v2/orders", ticket);
  expect(reply.status).toBe(200);
  return reply.body.id;
}

const orders = async (of: Trader) => (await exchange.call(of, "GET", "/v2/orders?status=all&limit=500")).body;

test("WS-11, MD-6: clients whose sockets break repeatedly in a busy market receive every event once", async () => {
  const traders = [seller, buyer].map((trader) => ({ trader, watcher: new TradingWatcher(exchange.url, trader) }));
  const market = new MarketWatcher(exchange.url, buyer, "AAPL");
  const streams = [...traders.map(({ watcher }) => watcher.stream), market.stream];
  for (let round = 0; round < ROUNDS; round++) {
    const price = 200 + (round % 7) / 100;
    await Promise.all([order(seller, "sell", 2, price), order(buyer, "buy", 1, price), order(buyer, "buy", 1, price)]);
    if (round % 3 === 0) streams[(round / 3) % streams.length]?.tear();
  }
  const all = await exchange.call(buyer, "GET", "/v2/positions/AAPL");
  await vi.waitFor(async () => {
    for (const { trader, watcher } of traders) expect(watcher.differences(await orders(trader))).toEqual([]);
    expect(market.trades.reduce((sum, { size }) => sum + size, 0)).toBe(Number(all.body.qty));
  }, WAIT_OPTIONS);
  for (const stream of streams) {
    expect(stream.violations).toEqual([]);
    expect(stream.connections).toBeGreaterThan(3);
    await stream.close();
  }
});

test("MD-100, MD-103: clients that are cut in a busy market have the displayed book at every frame, with its checksums", async () => {
  const watchers = [seller, buyer, buyer].map((trader) => new DepthWatcher(exchange.url, trader, "AAPL"));
  const placed: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const price = 250 + (round % 9) / 100;
    const [asked] = await Promise.all([order(seller, "sell", 3, price), order(buyer, "buy", 1, price - 0.03)]);
    placed.push(asked);
    if (round % 5 === 4) await exchange.call(seller, "DELETE", `/v2/orders/${placed[round - 2]}`);
    if (round % 2 === 0) watchers[(round / 2) % watchers.length]?.stream.tear();
  }
  const side = (rows: [...(string | number)[], string, string][]) =>
    rows.map((row) => {
      const [p, s] = row.slice(-2).map(Number);
      return row.length === 3 ? { p, s, id: row[0] } : { p, s };
    });
  await vi.waitFor(async () => {
    const levels = (await exchange.call(buyer, "GET", "/v1/books/AAPL?levels=500")).body;
    const orders = (await exchange.call(buyer, "GET", "/v1/books/AAPL?view=orders")).body;
    for (const { depth, orders: queues } of watchers) {
      expect([depth.rows("b"), depth.rows("a")]).toEqual([side(levels.bids), side(levels.asks)]);
      expect([queues.rows("b"), queues.rows("a")]).toEqual([side(orders.bids), side(orders.asks)]);
    }
  }, WAIT_OPTIONS);
  const ofSeller = new Set((await orders(seller)).map(({ id }: { id: string }) => id));
  const [first, ...others] = watchers;
  expect([...(first?.own.values() ?? [])].filter((id) => !ofSeller.has(id))).toEqual([]);
  expect(first?.own.size).toBeGreaterThan(0);
  for (const { own } of others) expect([...own.values()].filter((id) => ofSeller.has(id))).toEqual([]);
  for (const { stream, depth, orders: queues } of watchers) {
    expect(stream.violations).toEqual([]);
    expect(stream.connections).toBeGreaterThan(3);
    expect(depth.verified).toBeGreaterThan(5);
    expect(queues.verified).toBeGreaterThan(5);
    await stream.close();
  }
  // What rests here would trade with the orders of other tests.
  for (const trader of [seller, buyer]) await exchange.call(trader, "DELETE", "/v2/orders");
});

test("EQ-10: a device sees balances and positions change by what another one does, and only those it listens to", async () => {
  const trader = await exchange.trader(10_000);
  const device = async (...streams: string[]) => {
    const frames: { stream: string; data: Record<string, unknown> }[] = [];
    const socket = await openStream(`${exchange.url}/stream`, (text) => frames.push(JSON.parse(text)));
    socket.send({ action: "authenticate", data: { key_id: trader.keyId, secret_key: trader.secret } });
    socket.send({ action: "listen", data: { streams } });
    await vi.waitFor(
      () => expect(frames.at(-1)).toMatchObject({ stream: "listening", data: { streams } }),
      WAIT_OPTIONS,
    );
    return { socket, frames };
  };
  const both = await device("account_updates", "position_updates");
  const orders = await device("trade_updates");
  const newest = (stream: string) => both.frames.findLast((frame) => frame.stream === stream)?.data;

  await order(trader, "buy", 2, 190);
  await vi.waitFor(
    () => expect(newest("account_updates")).toMatchObject({ cash: "9620", cash_held: "380" }),
    WAIT_OPTIONS,
  );
  expect(newest("position_updates")).toBeUndefined();
  await order(seller, "sell", 2, 190);
  await vi.waitFor(
    () =>
      expect(newest("position_updates")?.["positions"]).toMatchObject([
        { symbol: "AAPL", qty: "2", cost_basis: "380" },
      ]),
    WAIT_OPTIONS,
  );
  await vi.waitFor(() => expect(newest("account_updates")).toMatchObject({ cash_held: "0" }), WAIT_OPTIONS);
  const account = (await exchange.call(trader, "GET", "/v2/account")).body;
  expect(newest("account_updates")).toMatchObject({ cash: account.cash, buying_power: account.buying_power });
  // Another device takes half of it back to an order: the position is told with what is available of it.
  const exit = await order(trader, "sell", 1, 300);
  const available = (qty: string) => ({ positions: [{ qty_available: qty }] });
  await vi.waitFor(() => expect(newest("position_updates")).toMatchObject(available("1")), WAIT_OPTIONS);
  await exchange.call(trader, "DELETE", `/v2/orders/${exit}`);
  await vi.waitFor(() => expect(newest("position_updates")).toMatchObject(available("2")), WAIT_OPTIONS);
  const versions = both.frames.flatMap(({ data }) => (data["version"] === undefined ? [] : [Number(data["version"])]));
  expect(versions).toEqual([...versions].sort((a, b) => a - b));
  expect(orders.frames.filter(({ stream }) => stream.endsWith("_updates") && stream !== "trade_updates")).toEqual([]);
  expect(orders.frames).toContainEqual(expect.objectContaining({ data: expect.objectContaining({ event: "fill" }) }));
  for (const { socket } of [both, orders]) socket.close();
});

describe("WS-14: cancel_on_disconnect", () => {
  test("cancels the open orders when the connection breaks, and none after the client has switched it off", async () => {
    const frames: { stream: string; data: Record<string, unknown> }[] = [];
    const connect = async () => {
      const socket = await openStream(`${exchange.url}/stream`, (text) => frames.push(JSON.parse(text)));
      const data = { key_id: buyer.keyId, secret_key: buyer.secret };
      socket.send({ action: "authenticate", data });
      const options = { streams: ["trade_updates"], cancel_on_disconnect: true };
      socket.send({ action: "listen", data: options });
      await vi.waitFor(() => expect(frames.at(-1)?.data["cancel_on_disconnect"]).toBe(true), WAIT_OPTIONS);
      return socket;
    };
    const statusOf = async (id: string) => (await exchange.call(buyer, "GET", `/v2/orders/${id}`)).body.status;

    const polite = await connect();
    const kept = await order(buyer, "buy", 1, 150);
    polite.send({ action: "unlisten", data: { streams: ["trade_updates"] } });
    await vi.waitFor(
      () => expect(frames.at(-1)).toMatchObject({ stream: "listening", data: { streams: [] } }),
      WAIT_OPTIONS,
    );
    polite.tear();
    await polite.ended;
    expect(await statusOf(kept)).toBe("new");

    const cut = await connect();
    const lost = await order(buyer, "buy", 1, 151);
    cut.tear();
    await vi.waitFor(async () => expect(await statusOf(lost)).toBe("canceled"), WAIT_OPTIONS);
    expect(await statusOf(kept), "every open order of the account").toBe("canceled");
  });
});
