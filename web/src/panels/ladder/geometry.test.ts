import fc from "fast-check";
import { expect, test } from "vitest";
import {
  centred,
  cumulated,
  decimalOf,
  following,
  grouped,
  heldTick,
  isOffCentre,
  keyAt,
  keyOf,
  middleOf,
  onTick,
  revealing,
  rowOf,
  tickAt,
} from "./geometry.ts";

const levels = fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 5_000 }), fc.integer({ min: 1, max: 900 })), {
  selector: ([cents]) => cents,
});
const side = fc.constantFrom("buy" as const, "sell" as const);

test("UI-52: a row has all that is displayed in it; bids are rounded down and asks up", () => {
  const bids = [[10.04, 5] as const, [10.01, 2] as const, [9.99, 1] as const];
  expect([...grouped(bids, 500, "buy")]).toEqual([
    [200, 7],
    [199, 1],
  ]);
  expect([...grouped([[10.01, 3] as const, [10.05, 4] as const], 500, "sell")]).toEqual([[201, 7]]);
  fc.assert(
    fc.property(levels, fc.constantFrom(100, 200, 500, 1_000), side, (some, step, one) => {
      const rows = grouped(
        some.map(([cents, size]) => [cents / 100, size] as const),
        step,
        one,
      );
      expect([...rows.values()].reduce((sum, size) => sum + size, 0)).toBe(
        some.reduce((sum, [, size]) => sum + size, 0),
      );
      for (const [cents] of some) {
        const row = keyOf(cents * 100, step, one) * step;
        expect(one === "buy" ? row <= cents * 100 && row > cents * 100 - step : row >= cents * 100).toBe(true);
      }
    }),
  );
});

test("UI-52: sums are from the best price on", () => {
  expect([...cumulated(grouped([[10, 5] as const, [9.99, 2] as const], 100, "buy")).values()]).toEqual([5, 7]);
});

test("UI-52: prices of orders are decimals on the tick, a buy rounded down and a sell up", () => {
  expect([decimalOf(1_900_500), decimalOf(100), decimalOf(12_345), decimalOf(23_600_000)]).toEqual([
    "190.05",
    "0.01",
    "1.2345",
    "2360.00",
  ]);
  expect([onTick(12_345, 100, "buy"), onTick(12_345, 100, "sell")]).toEqual([12_300, 12_400]);
  expect([tickAt(9_999, 100, false), tickAt(10_000, 100, false), tickAt(9_999, 100, true)]).toEqual([1, 100, 100]);
});

test("UI-53: the view keeps the middle of the market in its middle half", () => {
  const view = centred(1_000, 21);
  expect(rowOf(1_000, view)).toBe(10);
  expect([isOffCentre(1_000, view), isOffCentre(1_005, view), isOffCentre(1_006, view)]).toEqual([false, false, true]);
  expect(middleOf(99_900, 100_100, null, 100)).toBe(1_000);
  expect([middleOf(99_900, null, null, 100), middleOf(null, null, 50_000, 100), middleOf(null, null, null, 1)]).toEqual(
    [999, 500, null],
  );
});

test("UI-53: a key that is revealed is seen, and the view moves no further than needed", () => {
  fc.assert(
    fc.property(fc.integer({ min: 50, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }), (top, key) => {
      const before = { top, count: 20 };
      const after = revealing(key, before);
      expect(rowOf(key, after)).toBeGreaterThanOrEqual(0);
      expect(rowOf(key, after)).toBeLessThan(20);
      const isSeen = rowOf(key, before) >= 0 && rowOf(key, before) < 20;
      if (isSeen) expect(after.top).toBe(top);
    }),
  );
});

test("UI-53: a press finds the row under it", () => {
  const view = { top: 1_000, count: 10 };
  expect([keyAt(0, 24, view), keyAt(24, 24, view), keyAt(239, 24, view)]).toEqual([1_000, 999, 991]);
  expect([keyAt(240, 24, view), keyAt(-1, 24, view)]).toEqual([null, null]);
});

const someView = fc.record({ top: fc.integer({ min: 200, max: 9_000 }), count: fc.integer({ min: 1, max: 60 }) });

test("UI-176: more or fewer rows, and whatever the market does, move no row under a pointer", () => {
  fc.assert(
    fc.property(
      someView,
      fc.option(fc.integer({ min: 1, max: 9_000 })),
      fc.integer({ min: 0, max: 60 }),
      (view, middle, count) => {
        const after = following(view, { middle, count, isNew: false, isFree: false });
        expect(after).toEqual({ top: view.top, count: count === 0 ? view.count : count });
      },
    ),
  );
});

test("UI-176: rows are centred for another symbol or step, and when nobody works in them", () => {
  const view = { top: 1_000, count: 21 };
  const centre = { top: 505, count: 11 };
  expect(following(view, { middle: 500, count: 11, isNew: true, isFree: false })).toEqual(centre);
  expect(following(view, { middle: 500, count: 11, isNew: false, isFree: true })).toEqual(centre);
  expect(following(view, { middle: 500, count: 0, isNew: true, isFree: true })).toBe(view);
  expect(following(view, { middle: null, count: 11, isNew: true, isFree: true })).toEqual({ top: 1_000, count: 11 });
});

test("UI-176: a price that crosses a dollar changes the step of the rows only when nobody works in them", () => {
  const before = { symbol: "XY", tick: 100, isKnown: true };
  const now = { symbol: "XY", tick: 1, isKnown: true };
  expect(heldTick(before, now, true)).toBe(before);
  expect(heldTick(before, now, false)).toBe(now);
  expect(heldTick(undefined, now, true)).toBe(now);
  expect(heldTick({ symbol: "XY", tick: 100, isKnown: false }, now, true)).toBe(now);
  expect(heldTick({ symbol: "AB", tick: 100, isKnown: true }, now, true)).toBe(now);
});
