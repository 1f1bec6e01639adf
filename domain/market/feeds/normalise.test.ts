import * as fc from "fast-check";
import { expect, test } from "vitest";
import { requireInstrument } from "../listing.ts";
import { tickSize } from "../instrument.ts";
import { normaliseQuote, normaliseTrade } from "./normalise.ts";

const AAPL = requireInstrument("AAPL");
const quote = { bidPrice: 268.5, bidSize: 3, askPrice: 268.51, askSize: 1.5, at: 1_000, sequence: null };

test("MD-112: prices become units of 1/10,000 dollar, sizes lots", () => {
  expect(normaliseQuote(AAPL, quote)).toEqual({
    kind: "quote",
    symbol: "AAPL",
    bid: { price: 2_685_000, qty: 3_000_000 },
    ask: { price: 2_685_100, qty: 1_500_000 },
    at: 1_000,
    sequence: null,
  });
  // 1.1 dollars are no exact double.
  expect(normaliseQuote(AAPL, { ...quote, bidPrice: 1.1, askPrice: 1.11 })).toMatchObject({
    bid: { price: 11_000 },
    ask: { price: 11_100 },
  });
});

test("MD-112: a bid off the tick is rounded down and an ask up; below a dollar the tick is 1/100 cent", () => {
  expect(normaliseQuote(AAPL, { ...quote, bidPrice: 268.509, askPrice: 268.5101 })).toMatchObject({
    bid: { price: 2_685_000 },
    ask: { price: 2_685_200 },
  });
  expect(normaliseQuote(AAPL, { ...quote, bidPrice: 0.1234, askPrice: 0.12345 })).toMatchObject({
    bid: { price: 1_234 },
    ask: { price: 1_235 },
  });
  const coarse = { ...AAPL, tick: 500 };
  expect(normaliseQuote(coarse, quote)).toMatchObject({ bid: { price: 2_685_000 }, ask: { price: 2_685_500 } });
});

test("MD-112: price 0 is an empty side; crossed and malformed quotes are refused", () => {
  expect(normaliseQuote(AAPL, { ...quote, bidPrice: 0, bidSize: 0 })).toMatchObject({ bid: null });
  const refused = [
    { ...quote, bidPrice: 268.52 },
    { ...quote, bidPrice: 268.51 },
    { ...quote, askPrice: -1 },
    { ...quote, askPrice: Number.NaN },
    { ...quote, askPrice: 10_000_001 },
    { ...quote, bidSize: -1 },
    { ...quote, at: Number.NaN },
  ];
  expect(refused.map((each) => normaliseQuote(AAPL, each))).toEqual(refused.map(() => null));
});

test("MD-112: a trade keeps its price to 1/10,000 dollar, also between ticks", () => {
  const trade = { price: 268.505, size: 100, at: 5, tradeId: 9, sequence: null };
  expect(normaliseTrade(AAPL, trade)).toEqual({
    kind: "trade",
    symbol: "AAPL",
    price: 2_685_050,
    qty: 100_000_000,
    at: 5,
    tradeId: 9,
    sequence: null,
  });
  for (const refused of [{ price: 0 }, { size: 0 }, { price: Number.POSITIVE_INFINITY }, { at: 0 }]) {
    expect(normaliseTrade(AAPL, { ...trade, ...refused })).toBeNull();
  }
});

test("MD-112: a normalised quote lies on the tick, within a tick of the upstream's, and never promises more", () => {
  const dollars = fc.integer({ min: 1, max: 5_000_000 }).map((units) => units / 10_000);
  fc.assert(
    fc.property(dollars, dollars, fc.constantFrom(100, 500, 2_500), (bidPrice, askPrice, tick) => {
      const instrument = { ...AAPL, tick };
      const made = normaliseQuote(instrument, { ...quote, bidPrice, askPrice });
      if (made === null) return;
      for (const [level, price, sign] of [
        [made.bid, bidPrice, 1],
        [made.ask, askPrice, -1],
      ] as const) {
        if (level === null) continue;
        const off = (Math.round(price * 10_000) - level.price) * sign;
        expect(level.price % tickSize(instrument, level.price)).toBe(0);
        expect(off).toBeGreaterThanOrEqual(0);
        expect(off).toBeLessThan(tick);
      }
    }),
  );
});
