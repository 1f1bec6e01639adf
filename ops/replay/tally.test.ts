import { expect, test } from "vitest";
import { countReject, makeReport, newTally, percentile } from "./tally.ts";

test("DV-2: percentiles are by nearest rank", () => {
  const sorted = Array.from({ length: 100 }, (_, i) => i + 1);
  expect([percentile(sorted, 0.5), percentile(sorted, 0.99), percentile(sorted, 1)]).toEqual([50, 99, 100]);
  expect(percentile([7], 0.5)).toBe(7);
  expect(percentile([], 0.5)).toBe(0);
});

test("DV-2: equal reasons of rejects are counted together, whatever ids and amounts they name", () => {
  const tally = newTally();
  countReject(tally, 404, "order not found for 0b6c3b4e-3c5b-4f43-8d0e-111111111111");
  countReject(tally, 404, "order not found for 0b6c3b4e-3c5b-4f43-8d0e-222222222222");
  countReject(tally, 403, "insufficient qty available for order (requested: 5, available: 1.25)");
  expect(Object.fromEntries(tally.rejects)).toEqual({
    "404 order not found for <id>": 2,
    "403 insufficient qty available for order (requested: N, available: N)": 1,
  });
  const report = makeReport(tally, {
    file: "f",
    symbol: "S",
    url: "u",
    run: "r",
    eventsRead: 3,
    wallSeconds: 2,
    trades: 0,
  });
  expect(report.orders.rejected).toBe(3);
});
