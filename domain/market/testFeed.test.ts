import { describe, expect, test } from "vitest";
import { MINUTE } from "./newYork.ts";
import { TEST_SLOT_MS, testBar, testQuote, testSlotOf, testTrade } from "./testFeed.ts";

const BEGIN = testSlotOf(Date.parse("2026-11-20T11:00:00-05:00"));
const SLOTS = Array.from({ length: 5_000 }, (_, nth) => BEGIN + nth);

describe("MD-93: the test feed", () => {
  test("quotes a spread in cents, and moves", () => {
    const quotes = SLOTS.map(testQuote);
    for (const { bid, ask } of quotes) {
      expect([ask.price % 100, bid.price % 100]).toEqual([0, 0]);
      expect(ask.price).toBeGreaterThan(bid.price);
      expect(Math.min(bid.price, bid.qty, ask.qty)).toBeGreaterThan(0);
    }
    expect(new Set(quotes.map(({ bid }) => bid.price)).size).toBeGreaterThan(20);
    const jumps = quotes.slice(1).map(({ bid }, nth) => Math.abs(bid.price - (quotes[nth]?.bid.price ?? 0)));
    expect(Math.max(...jumps)).toBeLessThan(5_000);
  });

  test("trades at its quotes, in numbers without a gap", () => {
    const trades = SLOTS.flatMap((slot) => testTrade(slot) ?? []);
    expect(trades).toHaveLength(SLOTS.length / 2);
    for (const { slot, price, takerSide } of trades) {
      const { bid, ask } = testQuote(slot);
      expect(price).toBe(takerSide === "buy" ? ask.price : bid.price);
    }
    const [first] = trades;
    expect(trades.map(({ tradeId }) => tradeId - (first?.tradeId ?? 0))).toEqual(trades.map((_, nth) => nth));
    expect(new Set(trades.map(({ takerSide }) => takerSide))).toEqual(new Set(["buy", "sell"]));
  });

  test("has a bar at the end of each minute, made of its trades", () => {
    const minute = MINUTE / TEST_SLOT_MS;
    expect(SLOTS.filter((slot) => testBar(slot) !== null)).toEqual(SLOTS.filter((slot) => slot % minute === 0));
    const own = SLOTS.slice(0, minute).flatMap((slot) => testTrade(slot) ?? []);
    const prices = own.map(({ price }) => price);
    expect(testBar(BEGIN + minute)).toMatchObject({
      at: BEGIN * TEST_SLOT_MS,
      open: prices[0],
      high: Math.max(...prices),
      low: Math.min(...prices),
      close: prices.at(-1),
      count: own.length,
      volume: BigInt(own.reduce((sum, { qty }) => sum + qty, 0)),
    });
  });
});
