import fc from "fast-check";
import { expect, test } from "vitest";
import { packTrades, unpackTrades } from "./packedTrades.ts";
import type { TapeTrade } from "./tapeTrade.ts";

const BIG = Number.MAX_SAFE_INTEGER;
const trade = fc.record({
  sequence: fc.integer({ min: 1, max: 1_000_000 }),
  at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
  price: fc.integer({ min: 1, max: 100_000_000_000 }),
  qty: fc.integer({ min: 1, max: BIG }),
  takerSide: fc.constantFrom("buy" as const, "sell" as const, null),
  auction: fc.boolean(),
  regular: fc.boolean(),
});

function numbered(first: number, trades: readonly Omit<TapeTrade, "tradeId">[]): TapeTrade[] {
  let sequence = 0;
  return trades.map((each, nth) => ({ ...each, tradeId: first + nth, sequence: (sequence += each.sequence) }));
}

test("MD-50: packed trades are read as they were", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: BIG - 100 }), fc.array(trade, { maxLength: 40 }), (first, made) => {
      const trades = numbered(first, made);
      expect(unpackTrades(packTrades(trades))).toEqual(trades);
    }),
  );
});

test("MD-50: a busy market takes about ten bytes a trade", () => {
  const usual = { takerSide: "buy", auction: false, regular: true } as const;
  const trades = Array.from({ length: 1_000 }, (_, nth) => ({
    ...usual,
    tradeId: 1_000_000 + nth,
    sequence: 5_000_000 + 3 * nth,
    at: Date.UTC(2026, 10, 30) + 7 * nth,
    price: 2_000_000 + 100 * (nth % 5),
    qty: 3_000_000,
  }));
  expect(packTrades(trades).length).toBeLessThan(10_100);
});

test("MD-50: a missing number, bytes that end early and bytes after the end are refused", () => {
  const usual = { sequence: 9, at: 1, price: 5, qty: 6, takerSide: null, auction: true, regular: true } as const;
  const [one, other] = [
    { ...usual, tradeId: 4 },
    { ...usual, tradeId: 6, sequence: 10 },
  ];
  expect(() => packTrades([one, other])).toThrow("trade 6 follows trade 4");
  const bytes = packTrades([one]);
  expect(() => unpackTrades(bytes.subarray(0, bytes.length - 1))).toThrow("end early");
  expect(() => unpackTrades(Uint8Array.from([...bytes, 0]))).toThrow("follow the last trade");
  expect(() => unpackTrades(Uint8Array.from([9, ...bytes.subarray(1)]))).toThrow("version 9");
});
