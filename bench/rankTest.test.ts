import { expect, test } from "vitest";
import { median, rankTest } from "./rankTest.ts";

test("ID-32: the test of ranks gives the p-values of the textbook, also with ties", () => {
  // scipy.stats.mannwhitneyu(one, other, method="asymptotic", use_continuity=False)
  const one = [19, 22, 16, 29, 24];
  const other = [20, 11, 17, 12];
  expect(rankTest(one, other)).toBeCloseTo(0.0864, 3);
  expect(rankTest(other, one)).toBeCloseTo(rankTest(one, other), 12);
  expect(rankTest([1, 1, 1], [1, 1, 1])).toBe(1);
  const far = Array.from({ length: 40 }, (_, i) => i);
  expect(
    rankTest(
      far,
      far.map((value) => value + 100),
    ),
  ).toBeLessThan(1e-6);
  expect(
    rankTest(
      far,
      far.map((value) => value + 0.5),
    ),
  ).toBeGreaterThan(0.5);
});

test("ID-32: the median of an even number of values lies between the two in the middle", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
});
