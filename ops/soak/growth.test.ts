import fc from "fast-check";
import { expect, test } from "vitest";
import { growthOf } from "./growth.ts";
import type { GrowthRule, Reading } from "./growth.ts";

const RULE: GrowthRule = { warmUpMinutes: 2, megabytesPerMinute: 0.5, megabytes: 5, share: 0.1 };

/** A reading each half minute. */
function series(minutes: number, megabytes: (minute: number) => number): Reading[] {
  return Array.from({ length: 2 * minutes }, (_, i) => ({ minute: i / 2, megabytes: megabytes(i / 2) }));
}

test("a leak is growth", () => {
  const growth = growthOf(
    series(30, (minute) => 60 + minute),
    RULE,
  );
  expect(growth?.grows).toBe(true);
  expect(growth?.megabytesPerMinute).toBeCloseTo(1);
});

test("a leak is found below the saw-tooth of garbage collections", () => {
  expect(
    growthOf(
      series(30, (minute) => 60 + minute + 30 * ((minute * 0.7) % 1)),
      RULE,
    )?.grows,
  ).toBe(true);
});

test("a saw-tooth without a trend is no growth, whatever its height and period", () => {
  const shape = fc.record({
    height: fc.double({ min: 0, max: 25, noNaN: true }),
    teeth: fc.integer({ min: 5, max: 12 }),
  });
  fc.assert(
    fc.property(shape, ({ height, teeth }) => {
      const tooth = (minute: number): number => ((minute * teeth) / 28) % 1;
      const growth = growthOf(
        series(30, (minute) => 60 + height * tooth(minute)),
        RULE,
      );
      expect(growth?.grows).toBe(false);
    }),
  );
});

test("a cache that fills during the warm-up is no growth, and one that fills afterwards and stays full is none", () => {
  const filled = (full: number) => series(30, (minute) => 60 + 40 * Math.min(1, minute / full));
  expect(growthOf(filled(2), RULE)?.grows).toBe(false);
  expect(growthOf(filled(6), RULE)?.grows).toBe(false);
});

test("a single high reading is no growth, at any place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 59 }), (at) => {
      const readings = series(30, () => 60).map((reading, i) => (i === at ? { ...reading, megabytes: 900 } : reading));
      expect(growthOf(readings, RULE)?.grows).toBe(false);
    }),
  );
});

test("growth within the bounds passes: slow, small, or a small share of a large process", () => {
  expect(
    growthOf(
      series(60, (minute) => 60 + 0.3 * minute),
      RULE,
    )?.grows,
  ).toBe(false);
  expect(
    growthOf(
      series(8, (minute) => 60 + 0.8 * minute),
      RULE,
    )?.grows,
  ).toBe(false);
  expect(
    growthOf(
      series(12, (minute) => 600 + 0.8 * minute),
      RULE,
    )?.grows,
  ).toBe(false);
});

test("too few readings after the warm-up tell nothing", () => {
  expect(growthOf([], RULE)).toBeNull();
  expect(
    growthOf(
      series(3, (minute) => 60 + 100 * minute),
      RULE,
    ),
  ).toBeNull();
});
