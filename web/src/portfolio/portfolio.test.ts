import fc from "fast-check";
import { expect, test } from "vitest";
import { allocation, byKind, treemap } from "./allocation.ts";
import { nearest, rangeOf, ticks } from "./axis.ts";
import { fieldName, fieldText } from "./derivation.ts";
import { deepest, drawdowns } from "./drawdown.ts";

test("UI-96: drawdown is the fall of the linked index below its highest value", () => {
  const points = drawdowns([
    { period: "1", value: 0.1 },
    { period: "2", value: -0.2 },
    { period: "3", value: null },
    { period: "4", value: 0.5 },
  ]);
  expect(points.map(({ drawdown }) => Number(drawdown.toFixed(9)))).toEqual([0, -0.2, -0.2, 0]);
  expect(deepest(points)?.at).toBe("2");
  expect(deepest(drawdowns([{ period: "1", value: 0.1 }]))).toBeNull();
});

test("UI-96: a drawdown is never above 0 nor below -1", () => {
  const value = fc.option(fc.double({ min: -1, max: 3, noNaN: true }));
  fc.assert(
    fc.property(fc.array(fc.record({ period: fc.string(), value })), (returns) => {
      for (const { drawdown } of drawdowns(returns)) {
        expect(drawdown).toBeLessThanOrEqual(0);
        expect(drawdown).toBeGreaterThanOrEqual(-1);
      }
    }),
  );
});

const HELD = [
  { symbol: "AAPL", kind: "us_equity", value: 300 },
  { symbol: "BTCUSD", kind: "crypto", value: 100 },
  { symbol: "MSFT", kind: "us_equity", value: 100 },
];

test("UI-97: shares of an allocation are largest first and add up to one", () => {
  const parts = allocation(HELD, 500, "Cash");
  expect(parts.map(({ name }) => name)).toEqual(["Cash", "AAPL", "BTCUSD", "MSFT"]);
  expect(parts.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  expect(byKind(parts).map(({ kind, value }) => [kind, value])).toEqual([
    ["cash", 500],
    ["us_equity", 400],
    ["crypto", 100],
  ]);
});

test("UI-97: cash below zero is no part of an allocation", () => {
  expect(allocation(HELD, -10, "Cash").map(({ name }) => name)).not.toContain("Cash");
  expect(allocation([], 0, "Cash")).toEqual([]);
});

test("UI-97: tiles of a treemap fill the rectangle, each in proportion, and none lies outside", () => {
  const values = fc.array(fc.double({ min: 0.01, max: 1_000, noNaN: true }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, (given) => {
      const sorted = given.toSorted((a, b) => b - a);
      const total = sorted.reduce((sum, value) => sum + value, 0);
      const tiles = treemap(sorted, 600, 280);
      expect(tiles).toHaveLength(sorted.length);
      tiles.forEach((tile, nth) => {
        expect(tile.width * tile.height).toBeCloseTo(((sorted[nth] ?? 0) / total) * 600 * 280, 2);
        expect(tile.x).toBeGreaterThanOrEqual(-1e-6);
        expect(tile.y).toBeGreaterThanOrEqual(-1e-6);
        expect(tile.x + tile.width).toBeLessThanOrEqual(600 + 1e-6);
        expect(tile.y + tile.height).toBeLessThanOrEqual(280 + 1e-6);
      });
    }),
  );
});

test("ticks of an axis are round and within the range", () => {
  expect(ticks(0, 100, 4)).toEqual([0, 25, 50, 75, 100]);
  expect(ticks(5, 5, 4)).toEqual([5]);
  const range = rangeOf([100, 100]);
  expect(range.low).toBeLessThan(100);
  expect(range.high).toBeGreaterThan(100);
  // Falls of an account that has not fallen.
  expect(rangeOf([0, 0], true)).toEqual({ low: -0.01, high: 0 });
  expect([nearest(-1, 5), nearest(0.49, 5), nearest(2, 5)]).toEqual([0, 2, 4]);
});

test("inputs of formulas are in words; dollars, fractions and days are told apart", () => {
  expect(fieldName("start_value")).toBe("Start value");
  expect(fieldText("start_value", "1000.5")).toContain("1,000.50");
  expect(fieldText("period_return", 0.05)).toContain("5.00%");
  expect(fieldText("returns", 20)).toBe("20");
  expect(fieldText("peak_day", "2026-11-30")).toBe("2026-11-30");
});
