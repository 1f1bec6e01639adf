import fc from "fast-check";
import { expect, test } from "vitest";
import { contributions } from "./contribution.ts";
import { FORMULAS } from "./derivation.ts";
import { performanceFigures } from "./figures.ts";
import { modifiedDietz, moneyWeightedReturn } from "./moneyWeighted.ts";
import { returnsByPeriod } from "./periods.ts";
import { maximumDrawdown, sharpeRatio, volatility } from "./risk.ts";
import type { Figure, Series } from "./series.ts";
import { priceReturn, totalReturn } from "./simple.ts";
import { heldShareValues } from "./splits.ts";
import { account, day, dollars, flows, position, valuations, valueOf } from "./testing.ts";
import { annualised, timeWeightedReturn } from "./timeWeighted.ts";

const FIGURES: Readonly<Record<string, (series: Series) => Figure<{ formula: keyof typeof FORMULAS }>>> = {
  price: priceReturn,
  total: totalReturn,
  timeWeighted: timeWeightedReturn,
  moneyWeighted: (series) => moneyWeightedReturn(series),
  modifiedDietz,
  drawdown: maximumDrawdown,
  volatility,
  sharpe: (series) => sharpeRatio(series, 0.02),
};

const D1 = "2026-01-05";
const D2 = "2026-01-06";
const D3 = "2026-01-07";

/** Per figure, in the order of FIGURES. */
test.each<[string, Series, string]>([
  ["no valuation", account([]), "no_value ".repeat(8)],
  ["only flows", account([], flows("capital", [D1, 100], [D2, -50])), "no_value ".repeat(8)],
  ["one valuation", account(valuations([D1, 100])), "no_period ".repeat(8)],
  ["a negative value", account(valuations([D1, 100], [D2, -1], [D3, 100])), "negative_value ".repeat(8)],
  [
    "nothing at all times",
    account(valuations([D1, 0], [D2, 0], [D3, 0])),
    "nothing_invested nothing_invested nothing_invested no_sign_change nothing_invested nothing_invested " +
      "too_few_returns too_few_returns",
  ],
  [
    "value out of nothing",
    account(valuations([D1, 0], [D2, 100], [D3, 100])),
    "nothing_invested nothing_invested zero_start_value no_sign_change nothing_invested zero_start_value " +
      "zero_start_value zero_start_value",
  ],
  [
    "equal returns",
    account(valuations([D1, 100], [D2, 110], [D3, 121])),
    "0.21 0.21 0.21 1283306136632103.5 0.21 0 0 zero_volatility",
  ],
])("PF-20: %s is answered by reasons, never by NaN", (_, series, answers) => {
  const given = Object.values(FIGURES).map((figure) => valueOf(figure(series)));
  const shown = given.map((value) => (typeof value === "number" ? Math.round(value * 1e9) / 1e9 : value));
  const expected = answers.trim().split(" ");
  if (answers.startsWith("0.21")) expected[3] = "out_of_range";
  expect(shown.map(String)).toEqual(expected);
});

test("PF-20: days that do not ascend are a mistake of the caller", () => {
  expect(() => priceReturn(account(valuations([D2, 1], [D1, 1])))).toThrow(RangeError);
  expect(() => priceReturn(account(valuations([D1, 1], [D1, 1])))).toThrow(RangeError);
  expect(() => priceReturn(account(valuations([D1, 1]), flows("capital", [D2, 1], [D1, 1])))).toThrow(RangeError);
});

const amount = fc.integer({ min: 0, max: dollars(1_000_000) });
const anySeries: fc.Arbitrary<Series> = fc.record({
  valuations: fc.uniqueArray(fc.integer({ min: 20_000, max: 20_400 }), { maxLength: 30 }).chain((days) =>
    fc
      .array(fc.oneof(amount, fc.constant(0), fc.integer({ min: -10, max: 10 })), {
        minLength: days.length,
        maxLength: days.length,
      })
      .map((values) => days.toSorted((a, b) => a - b).map((when, i) => ({ day: when, value: values[i] ?? 0 }))),
  ),
  flows: fc
    .array(
      fc.record({
        day: fc.integer({ min: 19_990, max: 20_410 }),
        kind: fc.constantFrom("capital", "income", "fee"),
        amount: fc.integer({ min: -dollars(1_000), max: dollars(100_000) }),
      }),
      { maxLength: 20 },
    )
    .map((list) => list.toSorted((a, b) => a.day - b.day)),
  cash: fc.constantFrom("inside", "outside"),
});

test("PF-20: every figure of any series is finite and has a formula, or is a reason", () => {
  let answered = 0;
  fc.assert(
    fc.property(anySeries, (series) => {
      for (const figure of Object.values(FIGURES)) {
        const result = figure(series);
        if ("reason" in result) continue;
        answered++;
        expect(Number.isFinite(result.value)).toBe(true);
        expect(FORMULAS).toHaveProperty(result.derivation.formula);
      }
    }),
    { numRuns: 400 },
  );
  expect(answered).toBeGreaterThan(300);
});

/** Capital with an index that moves, so that the return is known: flows as shares of the value. */
const fund = fc.array(
  fc.record({
    move: fc.double({ min: -0.5, max: 0.8, noNaN: true }),
    flow: fc.double({ min: 0, max: 3, noNaN: true }),
  }),
  { minLength: 2, maxLength: 40 },
);

test.each(["start_of_day", "end_of_day", "in_at_start_out_at_end"] as const)(
  "PF-22: the time-weighted return is that of the index, whatever the owner put in (%s)",
  (timing) => {
    fc.assert(
      fc.property(fund, (steps) => {
        const atStart = timing !== "end_of_day";
        let value = dollars(1_000_000);
        let growth = 1;
        const values = [{ day: 0, value }];
        const capital = [];
        for (const [i, { move, flow }] of steps.entries()) {
          const put = Math.round(Math.min(flow * value, dollars(10_000_000)));
          const before = atStart ? value + put : value;
          const moved = Math.round(before * (1 + move));
          growth *= moved / before;
          value = atStart ? moved : moved + put;
          values.push({ day: i + 1, value });
          capital.push({ day: i + 1, kind: "capital" as const, amount: put });
        }
        const figure = timeWeightedReturn(account(values, capital), { timing });
        if ("reason" in figure) throw new Error(figure.reason);
        expect(Math.abs(figure.value + 1 - growth)).toBeLessThan(1e-9 * growth);
      }),
    );
  },
);

test("PF-22: a position that is bought, sold and bought again is linked over the time without it", () => {
  const share = position(
    valuations([D1, 0], [D2, 110], [D3, 0], ["2026-02-02", 0], ["2026-02-03", 90], ["2026-02-04", 99]),
    flows("capital", [D2, 100], [D3, -121], ["2026-02-03", 100]),
  );
  const figure = timeWeightedReturn(share);
  expect(valueOf(figure)).toBeCloseTo(1.1 * 1.1 * 0.9 * 1.1 - 1, 12);
  expect("derivation" in figure && figure.derivation.subPeriods).toEqual([
    { from: day(D1), to: day(D3), startValue: dollars(100), endValue: dollars(121) },
    { from: day("2026-02-02"), to: day("2026-02-04"), startValue: dollars(100), endValue: dollars(99) },
  ]);
});

test("PF-22: the timing of a flow is the caller's, and a flow of a day without a value counts on the next", () => {
  const series = account(
    valuations(["2026-01-09", 1_000], ["2026-01-12", 2_200]),
    flows("capital", ["2026-01-10", 1_000]),
  );
  expect(valueOf(timeWeightedReturn(series, { timing: "start_of_day" }))).toBeCloseTo(0.1, 12);
  expect(valueOf(timeWeightedReturn(series, { timing: "end_of_day" }))).toBeCloseTo(0.2, 12);
  expect(valueOf(timeWeightedReturn(series))).toBeCloseTo(0.1, 12);
});

test("PF-22: a withdrawal of more than there was at the start of the day is a reason", () => {
  const series = account(valuations([D1, 100], [D2, 10]), flows("capital", [D2, -150]));
  expect(valueOf(timeWeightedReturn(series, { timing: "start_of_day" }))).toBe("negative_value");
  expect(valueOf(timeWeightedReturn(series))).toBeCloseTo(0.6, 12);
});

test("PF-22: a return is annualised from 365 days on", () => {
  expect(valueOf(annualised(0.1, 0, 364))).toBe("less_than_a_year");
  expect(valueOf(annualised(0.1, 0, 365))).toBeCloseTo(0.1, 12);
  expect(valueOf(annualised(0.21, 0, 730))).toBeCloseTo(0.1, 12);
});

test("PF-21: a loss of what was invested is at most everything, whatever was traded before", () => {
  const trades = fc.array(fc.tuple(amount, amount), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(trades, amount, (list, end) => {
      const capital = list.flatMap(([paid, received], i) => [
        { day: 2 * i + 1, kind: "capital" as const, amount: paid },
        { day: 2 * i + 2, kind: "capital" as const, amount: -received },
      ]);
      const values = [
        { day: 0, value: 0 },
        { day: 1_000, value: end },
      ];
      const value = valueOf(priceReturn(position(values, capital)));
      expect(value === "nothing_invested" || Number(value) >= -1).toBe(true);
    }),
  );
});

test("PF-21: what is bought and sold on one day was invested", () => {
  const share = position(valuations([D1, 0], [D2, 0]), flows("capital", [D2, 100], [D2, -110]));
  expect(valueOf(priceReturn(share))).toBeCloseTo(0.1, 12);
});

test("PF-23: the money-weighted return of a year without flows is the return", () => {
  const figure = moneyWeightedReturn(account(valuations(["2025-01-01", 100], ["2025-07-02", 105])));
  if ("reason" in figure) throw new Error(figure.reason);
  expect(figure.derivation.periodReturn).toBeCloseTo(0.05, 12);
  expect(figure.value).toBeCloseTo(1.05 ** (365 / 182) - 1, 12);
});

test("PF-24: without flows modified Dietz, time-weighted and price return are one figure", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: dollars(1e8) }), fc.array(amount, { minLength: 1 }), (start, later) => {
      const series = account([start, ...later.filter((value) => value > 0)].map((value, i) => ({ day: i, value })));
      if (series.valuations.length < 2) return;
      const price = Number(valueOf(priceReturn(series)));
      for (const figure of [modifiedDietz(series), timeWeightedReturn(series)]) {
        expect(Math.abs(Number(valueOf(figure)) - price)).toBeLessThan(1e-12 * (1 + Math.abs(price)));
      }
    }),
  );
});

test("PF-24: an average capital of nothing has no return", () => {
  const series = account(valuations([D1, 100], ["2026-01-15", 60]), flows("capital", [D2, -200]));
  expect(valueOf(modifiedDietz(series))).toBe("nothing_invested");
});

test("PF-25: a withdrawal is no drawdown, and a fall that is not recovered has no recovery", () => {
  const calm = account(valuations([D1, 100], [D2, 60], [D3, 66]), flows("capital", [D2, -40]));
  expect(maximumDrawdown(calm)).toMatchObject({
    value: 0,
    derivation: { peakDay: day(D3), troughDay: day(D3), recoveryDay: day(D3) },
  });
  expect(maximumDrawdown(account(valuations([D1, 100], [D2, 130], [D3, 65])))).toMatchObject({
    value: -0.5,
    derivation: { peakDay: day(D2), peakIndex: 1.3, troughDay: day(D3), troughIndex: 0.65, recoveryDay: null },
  });
});

test("PF-25: the drawdown is the worst of all pairs of days", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 2, maxLength: 40 }), (values) => {
      let worst = 0;
      for (const [i, high] of values.entries())
        for (const low of values.slice(i)) worst = Math.min(worst, low / high - 1);
      const figure = maximumDrawdown(account(values.map((value, i) => ({ day: i, value }))));
      if ("reason" in figure) throw new Error(figure.reason);
      expect(figure.value).toBeCloseTo(worst, 12);
      const { peakDay, troughDay, recoveryDay } = figure.derivation;
      const high = values[peakDay] ?? 0;
      expect((values[troughDay] ?? 0) / high - 1).toBeCloseTo(worst, 12);
      const recovered = values.findIndex((value, i) => i >= troughDay && value >= high);
      expect(recoveryDay).toBe(worst === 0 ? values.length - 1 : recovered === -1 ? null : recovered);
    }),
  );
});

test("PF-26: volatility is the sample deviation of daily returns times the root of 252, Sharpe is above the rate", () => {
  // Returns 10 %, -10 %, 10 %: mean 1/30, deviation sqrt(0.04 / 3).
  const series = account(valuations([D1, 100], [D2, 110], [D3, 99], ["2026-01-08", 108.9]));
  const deviation = Math.sqrt(0.04 / 3);
  expect(valueOf(volatility(series))).toBeCloseTo(deviation * Math.sqrt(252), 12);
  expect(valueOf(sharpeRatio(series, 0.042))).toBeCloseTo((252 / 30 - 0.042) / (deviation * Math.sqrt(252)), 10);
  expect(valueOf(volatility(account(valuations([D1, 100], [D2, 110]))))).toBe("too_few_returns");
});

test("PF-26: a deposit is no return of its day", () => {
  const calm = account(valuations([D1, 100], [D2, 1_000], [D3, 1_000]), flows("capital", [D2, 900]));
  expect(valueOf(volatility(calm))).toBe(0);
});

test("PF-22: the returns of days, months and years link to that of the whole time", () => {
  const series = account(
    valuations(["2025-11-28", 100], ["2025-12-01", 120], ["2025-12-31", 108], ["2026-01-02", 220], ["2026-02-02", 210]),
    flows("capital", ["2026-01-01", 100]),
  );
  const months = returnsByPeriod(series, "month");
  expect(months.map(({ period, figure }) => [period, valueOf(figure)])).toEqual([
    ["2025-11", "no_period"],
    ["2025-12", expect.closeTo(0.08, 12)],
    ["2026-01", expect.closeTo(220 / 208 - 1, 12)],
    ["2026-02", expect.closeTo(210 / 220 - 1, 12)],
  ]);
  const whole = Number(valueOf(timeWeightedReturn(series)));
  for (const kind of ["day", "month", "year"] as const) {
    let growth = 1;
    for (const { figure } of returnsByPeriod(series, kind)) if ("value" in figure) growth *= 1 + figure.value;
    expect(growth - 1).toBeCloseTo(whole, 12);
  }
  expect(returnsByPeriod(series, "year").map(({ period }) => period)).toEqual(["2025", "2026"]);
});

test("PF-20: the figures side by side are those that are computed alone", () => {
  fc.assert(
    fc.property(
      anySeries,
      fc.constantFrom("start_of_day", "end_of_day", "in_at_start_out_at_end"),
      (series, timing) => {
        const figures = performanceFigures(series, 0.02, timing);
        expect(figures).toMatchObject({
          priceReturn: priceReturn(series),
          totalReturn: totalReturn(series),
          timeWeighted: timeWeightedReturn(series, { timing }),
          moneyWeighted: moneyWeightedReturn(series),
          modifiedDietz: modifiedDietz(series, { timing }),
          maximumDrawdown: maximumDrawdown(series, { timing }),
          volatility: volatility(series, { timing }),
          sharpeRatio: sharpeRatio(series, 0.02, { timing }),
        });
      },
    ),
  );
  const twoYears = account(valuations(["2024-01-01", 100], ["2025-12-31", 121]));
  expect(valueOf(performanceFigures(twoYears, 0).timeWeightedAnnual)).toBeCloseTo(0.1, 12);
});

test("PF-27: contributions and the residual sum to the modified Dietz return, to the last unit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ start: amount, end: amount, bought: amount, on: fc.integer({ min: 1, max: 90 }) }), {
        minLength: 1,
        maxLength: 20,
      }),
      fc.integer({ min: 1, max: dollars(100_000) }),
      fc.integer({ min: -dollars(50), max: dollars(50) }),
      (held, cashAtStart, interest) => {
        const days = [0, 91] as const;
        const positions = new Map(
          held.map(({ start, end, bought, on }, i) => [
            `P${i}`,
            position(
              [
                { day: days[0], value: start },
                { day: days[1], value: end },
              ],
              [{ day: on, kind: "capital", amount: bought }],
            ),
          ]),
        );
        const sum = (of: (one: (typeof held)[number]) => number) => held.reduce((total, one) => total + of(one), 0);
        // Deposited on the day of each purchase; interest on cash is what no position explains.
        const portfolio = account(
          [
            { day: days[0], value: cashAtStart + sum(({ start }) => start) },
            { day: days[1], value: Math.max(0, cashAtStart + interest) + sum(({ end }) => end) },
          ],
          held
            .map(({ bought, on }) => ({ day: on, kind: "capital" as const, amount: bought }))
            .toSorted((a, b) => a.day - b.day),
        );
        const result = contributions(portfolio, positions);
        if ("reason" in result) throw new Error(result.reason);
        expect(result.residualGain).toBe(Math.max(0, cashAtStart + interest) - cashAtStart);
        const total = result.positions.reduce((all, { figure }) => all + Number(valueOf(figure)), result.residual);
        const whole = Number(valueOf(modifiedDietz(portfolio)));
        expect(Math.abs(total - whole)).toBeLessThan(1e-9 * (1 + Math.abs(whole)));
      },
    ),
  );
});

test("PF-27: a position with another window contributes nothing, and says so", () => {
  const portfolio = account(valuations([D1, 100], [D3, 110]));
  const result = contributions(portfolio, new Map([["A", position(valuations([D2, 1], [D3, 2]))]]));
  expect(result).toMatchObject({
    positions: [{ name: "A", figure: { reason: "no_period" } }],
    residualGain: dollars(10),
  });
  expect(contributions(account(valuations([D1, 0], [D3, 0])), new Map())).toEqual({ reason: "nothing_invested" });
});

test("PF-28: splits multiply, reverse splits divide, and one on the first day is in the price", () => {
  const prices = valuations([D1, 100], [D2, 50.5], [D3, 505]);
  const splits = [
    { day: day(D1), from: 1, to: 7 },
    { day: day(D2), from: 1, to: 2 },
    { day: day(D3), from: 10, to: 1 },
  ];
  expect(heldShareValues(prices, splits).map(({ value }) => value)).toEqual([100, 101, 101].map(dollars));
});
