import { InstrumentList } from "./instruments.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lotsPerShare, notional, notionalCeil, ORDER_NOTIONAL_MAX, tickSize } from "./instrument.ts";
import { findInstrument, INSTRUMENTS, requireInstrument, SEEDED } from "./listing.ts";

const AAPL = requireInstrument("AAPL");
const BTC = requireInstrument("BTC/USD");

describe("AC-2: the tick", () => {
  test.each([
    [1, 1],
    [9_999, 1],
    [10_000, 100],
    [2_680_000, 100],
  ])("of an equity at %i is %i: a cent from one dollar upwards, 1/100 cent below", (price, tick) => {
    expect(tickSize(AAPL, price)).toBe(tick);
  });

  test("of a coin is a cent at every price", () => {
    expect([1, 9_999, 10_000].map((price) => tickSize(BTC, price))).toEqual([100, 100, 100]);
  });
});

describe("notional", () => {
  test("is price times shares, in 1/10,000 dollar", () => {
    expect(notional(AAPL, 2_680_000, 1_500_000)).toBe(4_020_000);
    expect(notional(BTC, 2_360_000, 1)).toBe(0);
    expect(notionalCeil(BTC, 2_360_000, 1)).toBe(1);
  });

  test("AC-4: the hold of a buy is at least its notional and less than one unit more", () => {
    fc.assert(
      fc.property(fc.constantFrom(AAPL, BTC), fc.nat(10 ** 8), fc.nat(10 ** 9), (instrument, price, qty) => {
        const exact = BigInt(price) * BigInt(qty);
        const held = BigInt(notionalCeil(instrument, price, qty));
        const lots = BigInt(lotsPerShare(instrument));
        expect(held * lots >= exact && (held - 1n) * lots < exact).toBe(true);
        expect(notional(instrument, price, qty)).toBeLessThanOrEqual(Number(held));
      }),
      { numRuns: 2000 },
    );
  });

  test("of the largest order stays exact", () => {
    expect(notional(AAPL, 100_000_000_000, 10_000_000_000)).toBe(ORDER_NOTIONAL_MAX);
    expect(notional(AAPL, 100_000_000_000, 10_000_000_001)).toBe(ORDER_NOTIONAL_MAX + 100_000);
  });
});

describe("the listing", () => {
  test("finds every instrument by its symbol and by its asset id, and each has its own", () => {
    expect(new Set(INSTRUMENTS.map(({ symbol }) => symbol)).size).toBe(INSTRUMENTS.length);
    expect(new Set(INSTRUMENTS.map(({ id }) => id)).size).toBe(INSTRUMENTS.length);
    for (const instrument of INSTRUMENTS) {
      expect(findInstrument(instrument.symbol)).toBe(instrument);
      expect(findInstrument(instrument.id)).toBe(instrument);
      expect(instrument.referencePrice % tickSize(instrument, instrument.referencePrice)).toBe(0);
    }
  });

  test("finds nothing for other names, such as properties of every object", () => {
    for (const name of ["", "aapl", "AAPL ", "__proto__", "constructor"]) {
      expect(findInstrument(name)).toBeUndefined();
      expect(() => requireInstrument(name)).toThrow(/not a listed symbol/);
    }
  });
});

test("MK-21: an instrument is found by its symbol, by a pair of coins without its slash, and by its id", () => {
  const btc = requireInstrument("BTC/USD");
  for (const name of ["BTC/USD", "BTCUSD", btc.id]) expect(SEEDED.find(name)).toBe(btc);
  expect(SEEDED.find("AAPL/")).toBeUndefined();
  const newer = new InstrumentList([...SEEDED.all, { ...btc, tick: 500, version: 1 }]);
  expect(newer.find("BTCUSD")).toMatchObject({ tick: 500 });
  expect(newer.all).toHaveLength(SEEDED.all.length);
});
