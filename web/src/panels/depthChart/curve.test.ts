import { expect, test } from "vitest";
import { curveOf, middleOf, pointAt, rangeOf, slippageOf } from "./curve.ts";

const asks = [[101, 10] as const, [103, 30] as const];
const bids = [[99, 20] as const];

test("UI-60: the curve sums from the best price, and a market order pays its mean price", () => {
  const curve = curveOf(asks);
  expect(curve).toEqual([
    { price: 101, sum: 10, value: 1_010 },
    { price: 103, sum: 40, value: 4_100 },
  ]);
  expect(middleOf(bids, asks)).toBe(100);
  expect(slippageOf({ price: 103, sum: 40, value: 4_100 }, 100)).toBeCloseTo(0.025);
});

test("UI-60: a price reaches the last point before it", () => {
  const curve = curveOf(asks);
  expect([100, 101, 102.9, 200].map((price) => pointAt(curve, price, "sell")?.price)).toEqual([
    undefined,
    101,
    101,
    103,
  ]);
  expect([99.5, 99, 1].map((price) => pointAt(curveOf(bids), price, "buy")?.price)).toEqual([undefined, 99, 99]);
});

test("UI-60: the range is around the middle, and never empty", () => {
  const { low, high } = rangeOf(curveOf(bids), curveOf(asks), 100, 1);
  expect([low, high]).toEqual([100 - 3.15, 100 + 3.15]);
  const none = rangeOf([], [], 100, 0.05);
  expect(none.high).toBeGreaterThan(none.low);
});
