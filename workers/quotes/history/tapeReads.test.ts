import { expect, test } from "vitest";
import { barsFrom, throughToday } from "./tapeReads.ts";

test("MD-61: a token that is not of this query gives no bars outside of its range", () => {
  const range = { from: 1_000, to: 9_000 };
  const either = [false, true].map((descending) => ({ ...range, descending }));
  const [oldest, newest] = either.map((each) => [null, 0, 5_000, 20_000].map((next) => barsFrom(each, next)));
  expect(oldest).toEqual([range, range, { from: 5_000, to: 9_000 }, { from: 20_000, to: 9_000 }]);
  expect(newest).toEqual([range, { from: 1_000, to: 0 }, { from: 1_000, to: 5_000 }, range]);
});

test("MD-53: a range that ends now has the bar of the trading day that began this evening, an older one does not", () => {
  const [evening, midnight] = [Date.UTC(2026, 11, 1, 3, 30), Date.UTC(2026, 11, 1, 5)];
  expect(throughToday({ to: evening }, evening + 5).to).toBeGreaterThan(midnight);
  expect(throughToday({ to: evening - 120_000 }, evening).to).toBe(evening - 120_000);
});
