import { expect, test } from "vitest";
import { resultsText } from "./print.ts";
import { compareSeries } from "./ratios.ts";
import type { Series } from "./ratios.ts";

function series(name: string, ordersPerSecond: number, commitsPerOrder: Record<string, number> | null): Series {
  const figures = { p50Ms: 10, p99Ms: 20, cpuMsPerOrder: 1, bytesPerOrder: 2_048, errorCount: 0, errors: [] };
  return { name, closed: [{ ...figures, ordersPerSecond, commitsPerOrder }], open: [] };
}

test("a results file has the conditions, every system, the commits by class, and a line of JSON for each comparison", () => {
  const peer = series("classic", 800, null);
  const ours = series("single", 1_200, { Account: 1.25, OrderBook: 0.5 });
  const report = { series: [peer, ours], comparisons: [compareSeries(peer, ours)] };
  const fsync = { p50Ms: 0.2, p99Ms: 1.5 };
  const text = resultsText(report, { date: "2026-11-30", machine: "2 × CPU", fsync, loadBefore: 0.4 });
  expect(text).toContain("2026-11-30: 2 × CPU");
  expect(text).toContain("p50 0.20 ms, p99 1.50 ms. Load average before the run: 0.4");
  expect(text).toMatch(/^ {2}single +1200 +10\.0 +20\.0 +1\.000 +2\.0 +1\.75 +– +–$/m);
  expect(text).toContain("commits of single: Account 1.25, OrderBook 0.50");
  const json = text.split("\n").filter((line) => line.startsWith("{"));
  expect(json.map((line): unknown => JSON.parse(line))).toMatchObject([
    { peer: "classic", mode: "single", ratio: { ordersPerSecond: 1.5, cpuPerOrder: 1, p99: null } },
  ]);
});
