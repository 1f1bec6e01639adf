import { expect, test } from "vitest";
import { contributions } from "./contribution.ts";
import { modifiedDietz, moneyWeightedReturn } from "./moneyWeighted.ts";
import { maximumDrawdown } from "./risk.ts";
import { account, cashFlows, day, dollars, flows, position, valuations, valueOf } from "./testing.ts";
import { annualised, timeWeightedReturn } from "./timeWeighted.ts";
import { xirr } from "./xirr.ts";

// Worked examples that others have published, with the digits that they print.

const START = { timing: "start_of_day" } as const;
const END = { timing: "end_of_day" } as const;

/**
 * Microsoft, "XIRR function", support.microsoft.com, Example: 0.373362535, "or 37.34%". The same with the dates of 1992 in
 * Microsoft Knowledge Base, article Q116041, 1999: 37.3363%.
 */
test("PF-23: XIRR of Microsoft's documentation", () => {
  const paid = cashFlows(
    ["2008-01-01", -10_000],
    ["2008-03-01", 2_750],
    ["2008-10-30", 4_250],
    ["2009-02-15", 3_250],
    ["2009-04-01", 2_750],
  );
  const result = xirr(paid);
  if ("reason" in result) throw new Error(result.reason);
  // Excel stops at an accuracy of 0.000001 per cent.
  expect(result.rate).toBeCloseTo(0.373362535, 8);
});

/**
 * Kaplan Schweser, CFA Level I (2024), module 1.2 "Time-Weighted and Money-Weighted Returns": a share bought at $100,
 * another one a year later at $120, both sold at $130 after two years; $2 dividend a share and year. Money-weighted
 * 13.86 %, time-weighted 15.84 % a year (the same example is that of `twrr` of the R package FinCal).
 */
test("PF-22 PF-23: two shares of the CFA curriculum", () => {
  const share = position(valuations(["2001-01-01", 100], ["2002-01-01", 240], ["2003-01-01", 0]), [
    ...flows("capital", ["2002-01-01", 120], ["2003-01-01", -260]),
    ...flows("income", ["2002-01-01", 2], ["2003-01-01", 4]),
  ]);
  expect(valueOf(moneyWeightedReturn(share))).toBeCloseTo(0.1386, 4);
  const figure = timeWeightedReturn(share, END);
  if ("reason" in figure) throw new Error(figure.reason);
  expect(figure.value).toBeCloseTo(1.22 * 1.1 - 1, 12);
  const { from, to } = figure.derivation;
  expect(valueOf(annualised(figure.value, from, to))).toBeCloseTo(0.1584, 4);
});

/**
 * A practice question of CFA Level I, at forum.theanalystspace.com, thread 104359: four shares at $50; two sold at $50
 * after a year, two at $80 after two with $5 dividend each. Money-weighted 20.52 %, time-weighted 30.38 % a year.
 */
test("PF-22 PF-23: four shares, two sold early", () => {
  const share = position(valuations(["2001-01-01", 200], ["2002-01-01", 100], ["2003-01-01", 0]), [
    ...flows("capital", ["2002-01-01", -100], ["2003-01-01", -160]),
    ...flows("income", ["2003-01-01", 10]),
  ]);
  expect(valueOf(moneyWeightedReturn(share))).toBeCloseTo(0.2052, 4);
  const whole = timeWeightedReturn(share);
  if ("reason" in whole) throw new Error(whole.reason);
  expect(whole.value).toBeCloseTo(0.7, 12);
  expect(valueOf(annualised(whole.value, day("2001-01-01"), day("2003-01-01")))).toBeCloseTo(0.3038, 4);
});

/** Investopedia, "Time-Weighted Rate of Return (TWR): Formula and Calculation", scenarios 1 and 2: 9.79 % for both. */
test.each([
  ["adds $100,000", 100_000, 1_192_328],
  ["withdraws $100,000", -100_000, 1_003_440],
])("PF-22: the investor of Investopedia who %s", (_, flow, end) => {
  const august = 1_162_484;
  const fund = account(
    valuations(["2022-12-31", 1_000_000], ["2023-08-15", august + flow], ["2023-12-31", end]),
    flows("capital", ["2023-08-15", flow]),
  );
  const figure = timeWeightedReturn(fund, END);
  if ("reason" in figure) throw new Error(figure.reason);
  const [first, second] = figure.derivation.subPeriods.map(({ startValue, endValue }) => endValue / startValue - 1);
  expect(first).toBeCloseTo(0.1625, 4);
  expect(second).toBeCloseTo(-0.0556, 4);
  expect(figure.value).toBeCloseTo(0.0979, 4);
});

/**
 * CFA Level I practice question, quoted at edupristine.com/discuss, topic 132531: $50,000; $51,000 after a quarter and a
 * deposit of $10,000; $60,000 after two and a withdrawal of $30,000; $33,000 at the end. Its stated factors are 1.02,
 * 1 - 0.0164 and 1.10, time-weighted 10.36 %. (The text prints the second as + 1.64 %; 60,000 / 61,000 is less than 1.)
 */
test("PF-22: flows at the start of their day", () => {
  const wood = account(
    valuations(["2015-12-31", 50_000], ["2016-03-31", 51_000], ["2016-06-30", 60_000], ["2016-12-31", 33_000]),
    flows("capital", ["2016-04-01", 10_000], ["2016-07-01", -30_000]),
  );
  expect(valueOf(timeWeightedReturn(wood, START))).toBeCloseTo(0.1036, 4);
});

/**
 * Wikipedia, "Modified Dietz method", Formula, Example: $100, $300 after two years, inflow of $50 after one.
 * Gain 150, average capital 125, return 120 %.
 */
test("PF-24: modified Dietz over two years", () => {
  const figure = modifiedDietz(
    account(valuations(["2021-12-31", 100], ["2023-12-31", 300]), flows("capital", ["2022-12-31", 50])),
    END,
  );
  expect(figure).toMatchObject({
    value: 1.2,
    derivation: { formula: "modified_dietz", gain: dollars(150), averageCapital: dollars(125) },
  });
});

/** The same article, revision of 2021-11: the IRR of that example is 50 % a year, 125 % over the two years. */
test("PF-23: the money-weighted return of the same two years", () => {
  const figure = moneyWeightedReturn(
    account(valuations(["2021-12-31", 100], ["2023-12-31", 300]), flows("capital", ["2022-12-31", 50])),
  );
  if ("reason" in figure) throw new Error(figure.reason);
  expect(figure.value).toBeCloseTo(0.5, 10);
  expect(figure.derivation.periodReturn).toBeCloseTo(1.25, 10);
});

/**
 * CFA Institute, GIPS Guidance Statement on Calculation Methodology (2006): the weight of a flow is (CD - D) / CD with
 * flows at the end of their day and (CD - D + 1) / CD at the start.
 */
test.each([
  ["end_of_day", 20 / 30],
  ["start_of_day", 21 / 30],
] as const)("PF-24: the weight of a flow on day 10 of 30, %s", (timing, weight) => {
  const series = account(
    valuations(["2026-05-31", 1_000], ["2026-06-30", 1_120]),
    flows("capital", ["2026-06-10", 90]),
  );
  expect(valueOf(modifiedDietz(series, { timing }))).toBeCloseTo(30 / (1_000 + weight * 90), 12);
});

/**
 * Wikipedia, "Modified Dietz method", contributions of cash and shares: $10,000 cash, of which $8,000 buy shares after
 * three quarters; $800 earned on the shares, $100 interest. 9 % = 8 % from the shares + 1 % from the cash. Average
 * capital 8,000 and 2,000 with four equal quarters; the year here has 364 days.
 */
test("PF-27: contributions of cash and shares", () => {
  const begin = "2026-01-01";
  const middle = "2026-10-01";
  const end = "2026-12-31";
  expect([day(middle) - day(begin), day(end) - day(begin)]).toEqual([273, 364]);
  const result = contributions(
    account(valuations([begin, 10_000], [end, 10_900])),
    new Map([
      ["cash", position(valuations([begin, 10_000], [end, 2_100]), flows("capital", [middle, -8_000]))],
      ["shares", position(valuations([begin, 0], [end, 8_800]), flows("capital", [middle, 8_000]))],
    ]),
    END,
  );
  expect(result).toMatchObject({
    positions: [
      { name: "cash", figure: { value: 0.01, derivation: { averageCapital: dollars(8_000) } } },
      { name: "shares", figure: { value: 0.08, derivation: { averageCapital: dollars(2_000) } } },
    ],
    residualGain: 0,
  });
});

/**
 * Investopedia, "Maximum Drawdown (MDD)", Example: $500,000, 750,000, 400,000, 600,000, 350,000, 800,000. From 750,000
 * to 350,000: -53.33 %.
 */
test("PF-25: the drawdown of Investopedia", () => {
  const fund = account(
    valuations(
      ["2020-01-01", 500_000],
      ["2020-02-01", 750_000],
      ["2020-03-01", 400_000],
      ["2020-04-01", 600_000],
      ["2020-05-01", 350_000],
      ["2020-06-01", 800_000],
    ),
  );
  const figure = maximumDrawdown(fund);
  expect(valueOf(figure)).toBeCloseTo(-0.5333, 4);
  expect(figure).toMatchObject({
    derivation: { peakDay: day("2020-02-01"), troughDay: day("2020-05-01"), recoveryDay: day("2020-06-01") },
  });
});

/** Lorie and Savage, "Three Problems in Rationing Capital", The Journal of Business 28 (1955): 25 % and 400 %. */
test("PF-23: the oil pump has two rates and so no money-weighted return", () => {
  const result = xirr(cashFlows(["2001-01-01", -1_600], ["2002-01-01", 10_000], ["2003-01-01", -10_000]));
  if (!("rates" in result)) throw new Error("one rate");
  expect(result.reason).toBe("several_roots");
  expect(result.rates).toHaveLength(2);
  expect(result.rates[0]).toBeCloseTo(0.25, 10);
  expect(result.rates[1]).toBeCloseTo(4, 10);
});

/** Brealey, Myers and Allen, "Principles of Corporate Finance", chapter 5: +1,000, -3,000, +2,500 has no IRR. */
test("PF-23: flows without a rate", () => {
  expect(xirr(cashFlows(["2001-01-01", 1_000], ["2002-01-01", -3_000], ["2003-01-01", 2_500]))).toEqual({
    reason: "no_root",
  });
});
