import { describe, expect, test } from "vitest";
import { requireInstrument } from "../../domain/market/listing.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import { changes, wantedQuotes } from "./ladder.ts";
import type { LiveQuote } from "./ladder.ts";
import { seededRandom } from "./random.ts";
import { closedUntil } from "../marketMakers.ts";
import { takerOrder } from "./taker.ts";
import { priceWalk } from "./walk.ts";

const AAPL = requireInstrument("AAPL");
const FORD = requireInstrument("F");

function path(seed: number, steps: number, symbol = "AAPL"): number[] {
  const walk = priceWalk(requireInstrument(symbol), seed, null);
  return Array.from({ length: steps }, () => walk.step());
}

describe("DV-3: the fair price", () => {
  test("takes the same path for the same seed, and another for another", () => {
    expect(path(1, 50)).toEqual(path(1, 50));
    expect(path(1, 50)).not.toEqual(path(2, 50));
    expect(path(1, 50, "MSFT").map((price) => price / 478)).not.toEqual(path(1, 50).map((price) => price / 268));
  });

  test("starts at the reference or a given price, and moves by fractions of a percent", () => {
    expect(priceWalk(AAPL, 1, null).price()).toBe(AAPL.referencePrice);
    expect(priceWalk(AAPL, 1, 2_700_000).price()).toBeCloseTo(2_700_000, 3);
    const steps = path(1, 1_000).map((price, i, all) => Math.abs(price / (all[i - 1] ?? AAPL.referencePrice) - 1));
    expect(Math.max(...steps)).toBeLessThan(0.0005);
    expect(Math.max(...steps)).toBeGreaterThan(0);
  });

  test.each(["AAPL", "F", "COST"])("of %s is within a quarter of its reference after a month of steps", (symbol) => {
    const { referencePrice } = requireInstrument(symbol);
    const walk = priceWalk(requireInstrument(symbol), 3, null);
    let farthest = 0;
    for (let i = 0; i < 1_700_000; i++) farthest = Math.max(farthest, Math.abs(walk.step() / referencePrice - 1));
    expect(farthest).toBeLessThan(0.25);
    expect(farthest).toBeGreaterThan(0.02);
  });
});

describe("DV-3: a maker's quotes", () => {
  test.each([
    [AAPL, 2_683_333],
    [FORD, 130_021],
    [AAPL, 9_990],
  ])("of %o lie on the tick, below and above the fair price, best first", (instrument, fair) => {
    const quotes = wantedQuotes(instrument, fair, 0);
    const bids = quotes.filter(({ side }) => side === "buy").map(({ price }) => price);
    const asks = quotes.filter(({ side }) => side === "sell").map(({ price }) => price);
    expect([bids.length, asks.length]).toEqual([10, 10]);
    expect(bids.every((price) => price < fair) && asks.every((price) => price > fair)).toBe(true);
    expect(bids).toEqual(bids.toSorted((a, b) => b - a));
    expect(asks).toEqual(asks.toSorted((a, b) => a - b));
    for (const price of [...bids, ...asks]) expect(price % tickSize(instrument, fair)).toBe(0);
    expect((asks[0] ?? 0) / (bids[0] ?? 0) - 1).toBeLessThan(0.003);
  });

  test("are skewed by inventory: too much lowers them, and at the limit only sells are quoted", () => {
    const best = (skew: number, side: string): number | undefined =>
      wantedQuotes(AAPL, 2_680_000, skew).find((quote) => quote.side === side)?.price;
    expect(best(0.5, "buy")).toBeLessThan(best(0, "buy") ?? 0);
    expect(best(-0.5, "sell")).toBeGreaterThan(best(0, "sell") ?? 0);
    expect(best(1, "buy")).toBeUndefined();
    expect(best(1, "sell")).toBeDefined();
    expect(best(-1, "sell")).toBeUndefined();
  });

  test("at their target stay; the others are cancelled, those nearest to the fair price first, few at a time", () => {
    const fair = 2_680_000;
    const live: LiveQuote[] = wantedQuotes(AAPL, fair, 0).map(({ side, price }, i) => ({
      orderId: `o${i}`,
      side,
      price,
    }));
    expect(changes(AAPL, fair, wantedQuotes(AAPL, fair, 0), live, 2)).toEqual({ cancel: [], place: [] });
    const up = fair + 10_000;
    const { cancel, place } = changes(AAPL, up, wantedQuotes(AAPL, up, 0), live, 2);
    expect(cancel.map(({ side }) => side)).toEqual(["sell", "sell"]);
    expect(cancel[0]?.price).toBe(Math.min(...live.filter(({ side }) => side === "sell").map(({ price }) => price)));
    expect(place.length).toBeLessThanOrEqual(2);
  });

  test("never cross its own quotes", () => {
    const fair = 2_680_000;
    const live: LiveQuote[] = [{ orderId: "stale", side: "sell", price: fair - 50_000 }];
    const kept = changes(AAPL, fair, wantedQuotes(AAPL, fair, 0), live, 0);
    expect(kept.place.filter(({ side }) => side === "buy")).toEqual([]);
    const cancelled = changes(AAPL, fair, wantedQuotes(AAPL, fair, 0), live, 6);
    expect(cancelled.cancel).toEqual(live);
    expect(cancelled.place.filter(({ side }) => side === "buy").length).toBe(3);
  });

  test("that the market moves past stay where they are, on the same prices", () => {
    const fair = 2_680_000;
    const live: LiveQuote[] = wantedQuotes(AAPL, fair, 0).map(({ side, price }) => ({
      orderId: `${side} ${price}`,
      side,
      price,
    }));
    // Three ticks up: what is asked there is cancelled, what was bid before stays.
    const up = fair + 300;
    const { cancel, place } = changes(AAPL, up, wantedQuotes(AAPL, up, 0), live, 20);
    expect(cancel.map(({ side, price }) => [side, price])).toEqual([
      ["sell", fair + 200],
      ["sell", fair + 300],
      ["sell", fair + 400],
    ]);
    expect(place.filter(({ side }) => side === "buy").map(({ price }) => price)).toEqual([
      fair + 100,
      fair,
      fair - 100,
    ]);
    expect(place.filter(({ side }) => side === "sell")).toHaveLength(3);
    // Far away nothing is left.
    const away = fair + 3_000;
    const far = changes(AAPL, away, wantedQuotes(AAPL, away, 0), live, 40);
    expect(far.cancel).toHaveLength(live.length);
  });
});

test("DV-3: the taker's orders are the same for the same seed, small, and reduce a large inventory", () => {
  const walks = new Map([["AAPL", priceWalk(AAPL, 1, null)]]);
  const some = (seed: number, stock: number) => {
    const random = seededRandom(seed, "taker");
    return Array.from({ length: 300 }, () => takerOrder(random, "AAPL", walks, stock));
  };
  expect(some(1, 1)).toEqual(some(1, 1));
  const sells = (stock: number): number => some(1, stock).filter(({ side }) => side === "sell").length;
  expect(sells(1)).toBeGreaterThan(100);
  expect(sells(1)).toBeLessThan(200);
  expect(sells(1.5)).toBe(300);
  expect(sells(0.5)).toBe(0);
  expect(Math.max(...some(1, 1).map(({ qty }) => Number(qty)))).toBeLessThanOrEqual(15);
  // What waited for the opening would be thousands of orders by then.
  expect(new Set(some(1, 1).map(({ time_in_force: time }) => time))).toEqual(new Set(["ioc"]));
});

test("DV-3: quotes wait while shares are closed, not outside regular hours", () => {
  const at = (time: string) => Date.parse(`2026-11-${time}-05:00`);
  expect(closedUntil("us_equities", at("21T12:00:00"))).toBe(at("22T20:00:00"));
  expect(closedUntil("us_equities", at("23T05:00:00"))).toBeNull();
  expect(closedUntil("always", at("21T12:00:00"))).toBeNull();
});
