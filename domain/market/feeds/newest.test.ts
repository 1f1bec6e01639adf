import { expect, test } from "vitest";
import type { FeedQuote, FeedTrade } from "./feed.ts";
import { NewestOfSymbol, TRADES_WAITING_MAX } from "./newest.ts";

const quote = (at: number): FeedQuote => ({ kind: "quote", symbol: "A", bid: null, ask: null, at, sequence: null });
const trade = (at: number, tradeId: number): FeedTrade => {
  return { kind: "trade", symbol: "A", price: 1, qty: 1, at, tradeId, sequence: null };
};

test("MD-113: of quotes the newest is passed on, of trades each", () => {
  const newest = new NewestOfSymbol();
  for (const item of [quote(1), trade(1, 1), quote(3), trade(1, 2)]) expect(newest.add(item)).toBe(true);
  expect(newest.take()).toEqual({ quote: quote(3), status: null, trades: [trade(1, 1), trade(1, 2)] });
  expect(newest.take()).toEqual({ quote: null, status: null, trades: [] });
  expect(newest.all()).toEqual({ quote: quote(3), status: null, trades: [trade(1, 2)] });
});

test("MD-113: what is read again after a reconnect is passed on once, and nothing goes back in time", () => {
  const newest = new NewestOfSymbol();
  for (const item of [quote(5), trade(5, 7)]) newest.add(item);
  expect([quote(4), trade(5, 7)].map((item) => newest.add(item))).toEqual([false, false]);
  // A late trade is one, but not the newest.
  expect([newest.add(trade(4, 6)), newest.add(trade(4, 6)), newest.trade]).toEqual([true, false, trade(5, 7)]);
  // The same time again is newer: two quotes of a millisecond.
  expect([quote(5), trade(5, 8)].map((item) => newest.add(item))).toEqual([true, true]);
});

test("MD-113: trades that nobody takes are bounded, and counted", () => {
  const newest = new NewestOfSymbol();
  for (let nth = 0; nth < TRADES_WAITING_MAX + 5; nth++) newest.add(trade(nth + 1, nth));
  expect(newest.dropped).toBe(5);
  expect(
    newest
      .take()
      .trades.map(({ tradeId }) => tradeId)
      .slice(0, 2),
  ).toEqual([5, 6]);
});
