import { expect, test } from "vitest";
import { compareSeries, medianOf, sequenceOf } from "./ratios.ts";
import type { Measurement } from "./target.ts";

function measured(figures: Partial<Measurement>): Measurement {
  return {
    ordersPerSecond: 100,
    p50Ms: 10,
    p99Ms: 20,
    cpuMsPerOrder: 1,
    bytesPerOrder: 1000,
    commitsPerOrder: null,
    errorCount: 0,
    errors: [],
    ...figures,
  };
}

test("a ratio is ours divided by the peer's of the same round, the median over rounds", () => {
  const rates = (...values: number[]) => values.map((ordersPerSecond) => measured({ ordersPerSecond }));
  const peer = { name: "classic", closed: rates(100, 200, 50), open: [] };
  const ours = { name: "single", closed: rates(150, 200, 200), open: [] };
  expect(compareSeries(peer, ours)).toMatchObject({ peer: "classic", mode: "single", ratio: { ordersPerSecond: 1.5 } });
});

test("latency is compared in the open loops, and absent without them", () => {
  const closed = [measured({ p99Ms: 1 })];
  const peer = { name: "classic", closed, open: [measured({ p99Ms: 40, p50Ms: 8 })] };
  const ours = { name: "single", closed, open: [measured({ p99Ms: 10, p50Ms: 4 })] };
  expect(compareSeries(peer, ours).ratio).toMatchObject({ p99: 0.25, p50: 0.5, cpuPerOrder: 1 });
  expect(compareSeries({ ...peer, open: [] }, ours).ratio).toMatchObject({ p99: null, p50: null });
});

test("a figure that one round lacks is not compared", () => {
  const peer = { name: "classic", closed: [measured({}), measured({ bytesPerOrder: null })], open: [] };
  const ours = { name: "single", closed: [measured({}), measured({})], open: [] };
  expect(compareSeries(peer, ours).ratio.bytesPerOrder).toBeNull();
  expect(medianOf(peer.closed, ({ bytesPerOrder }) => bytesPerOrder)).toBeNull();
  expect(medianOf(peer.closed, ({ p50Ms }) => p50Ms)).toBe(10);
});

test("every other round runs the systems in the opposite sequence", () => {
  expect([0, 1, 2].map((round) => sequenceOf(["a", "b"], round).join(""))).toEqual(["ab", "ba", "ab"]);
});
