import fc from "fast-check";
import { expect, test } from "vitest";
import type { ValuedFlow } from "./equity.ts";
import { cashflowTotals, type EquityPoint, profitHistory } from "./profit.ts";

const flow = (at: number, value: number, type = "CSD"): ValuedFlow => {
  return { type, symbol: null, amount: value, cost: 0, at, value };
};
const point = (day: number, equity: number, ...flows: readonly ValuedFlow[]): EquityPoint => {
  return { day, from: day * 100, equity, flows };
};

test("EQ-6: profit is what equity has gained since the base, without what entered and left", () => {
  const points = [point(2, 1_100), point(3, 1_600, flow(3, 500)), point(4, 900, flow(4, -700, "CSW"))];
  expect(profitHistory({ points, base: { day: 1, equity: 1_000, endedAt: 1 }, dayBase: null })).toEqual({
    baseValue: 1_000,
    baseDay: 1,
    profit: [100, 100, 100],
    ratio: [0.1, 0.1, 0.1],
  });
});

test("EQ-6: without a close before, the first point is the base, with what entered until then", () => {
  const points = [point(2, 1_000, flow(2, 1_000)), point(3, 1_250, flow(3, 200))];
  expect(profitHistory({ points, base: null, dayBase: null })).toEqual({
    baseValue: 1_000,
    baseDay: null,
    profit: [0, 50],
    ratio: [0, 0.05],
  });
  expect(profitHistory({ points: [point(2, 0), point(3, 5)], base: null, dayBase: null }).ratio).toEqual([null, null]);
  expect(profitHistory({ points: [], base: null, dayBase: null })).toMatchObject({ profit: [], baseValue: 0 });
});

test("EQ-6: on the day on which the account was opened, profit is what it has beyond its deposits", () => {
  const points = [point(2, 1_030, flow(2, 800), flow(2, 200)), point(3, 1_250, flow(3, 200))];
  expect(profitHistory({ points, base: "opening", dayBase: null })).toEqual({
    baseValue: 1_000,
    baseDay: null,
    profit: [30, 50],
    ratio: [0.03, 0.05],
  });
});

test("EQ-6: the profit of a day is counted from the close before; a flow before that close is in it", () => {
  const points = [
    point(2, 1_100),
    // 50 were deposited on the evening of day 2, after its last point and before its close, and 30 on day 3.
    point(3, 1_190, flow(250, 50), flow(310, 30)),
    point(3, 1_200),
  ];
  const dayBase = (day: number) => (day === 3 ? { day: 2, equity: 1_155, endedAt: 300 } : undefined);
  const { profit, ratio } = profitHistory({ points, base: { day: 1, equity: 1_000, endedAt: 200 }, dayBase });
  expect(profit).toEqual([100, 5, 15]);
  expect(ratio).toEqual([0.1, 5 / 1_155, 15 / 1_155]);
});

test("EQ-6: the flows of each type are added up", () => {
  const points = [point(2, 0, flow(2, 5)), point(3, 0, flow(3, 7), flow(3, -2, "CSW")), point(4, 0)];
  expect([...cashflowTotals(points, "all")]).toEqual([
    ["CSD", [5, 12, 12]],
    ["CSW", [0, -2, -2]],
  ]);
  expect([...cashflowTotals(points, new Set(["CSW"])).keys()]).toEqual(["CSW"]);
});

test("EQ-6: profits of a day added up are the change of equity without the flows", () => {
  const step = fc.record({ equity: fc.integer({ min: 0, max: 1e9 }), flow: fc.integer({ min: -1e6, max: 1e6 }) });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1 }), fc.integer({ min: 1, max: 1e9 }), (steps, equity) => {
      const points = steps.map((each, nth) => point(nth, each.equity, flow(nth, each.flow)));
      const base = { day: -1, equity, endedAt: -1 };
      const { profit } = profitHistory({ points, base, dayBase: null });
      const gains = profit.map((value, nth) => value - (profit[nth - 1] ?? 0));
      const entered = steps.reduce((sum, each) => sum + each.flow, 0);
      expect(gains.reduce((sum, gain) => sum + gain, 0)).toBe((steps.at(-1)?.equity ?? 0) - equity - entered);
      const daily = profitHistory({
        points,
        base,
        dayBase: (day) => ({ day: day - 1, equity: steps[day - 1]?.equity ?? equity, endedAt: day }),
      });
      expect(daily.profit.reduce((sum, gain) => sum + gain, 0)).toBe(profit.at(-1));
    }),
  );
});
