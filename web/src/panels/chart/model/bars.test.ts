import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { aligned, type ChartBar, heikinAshi, placeOf } from "./bars.ts";

const bar = (at: number, open: number, high: number, low: number, close: number): ChartBar => ({
  key: at,
  at,
  open,
  high,
  low,
  close,
  volume: 1,
  turnover: close,
  count: 1,
  lastAt: at,
});

const someBars = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 1_000 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((rows) => rows.map(([a, b], nth) => bar(nth, a, Math.max(a, b) + 1, Math.min(a, b) - 1, b)));

describe("UI-31: Heikin-Ashi bars", () => {
  test("are the mean of the four prices and the middle of the bar before", () => {
    const made = heikinAshi([bar(1, 10, 14, 8, 12), bar(2, 12, 20, 11, 19)]);
    expect(made.map(({ open, high, low, close }) => [open, high, low, close])).toEqual([
      [11, 14, 8, 11],
      [11, 20, 11, 15.5],
    ]);
  });

  test("of bars that changed at the end are those of all bars", () => {
    fc.assert(
      fc.property(someBars, fc.nat(), (bars, a) => {
        const from = a % bars.length;
        const before = heikinAshi(bars.slice(0, from + 1));
        expect(heikinAshi(bars, from, before)).toEqual(heikinAshi(bars));
      }),
    );
  });
});

test("UI-31: another symbol has at each bar its newest close", () => {
  const bars = [10, 20, 30, 40].map((at) => bar(at, 1, 1, 1, 1));
  const other = [bar(20, 1, 1, 1, 5), bar(25, 1, 1, 1, 6), bar(40, 1, 1, 1, 7)];
  expect(aligned(bars, other)).toEqual([null, 6, 6, 7]);
});

test("UI-31: places are found by key", () => {
  const list = [1, 2, 3].map((at) => bar(at, 1, 1, 1, 1));
  expect([0, 1, 2, 9].map((key) => placeOf(list, key))).toEqual([0, 0, 1, 3]);
});
