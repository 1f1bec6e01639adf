import { expect, test } from "vitest";
import { contributions } from "./contribution.ts";
import { modifiedDietz, moneyWeightedReturn } from "./moneyWeighted.ts";
import { priceReturn, totalReturn } from "./simple.ts";
import { account, after, cashFlows, day, dollars, flows, position, valuations, valueOf } from "./testing.ts";
import { annualised, timeWeightedReturn } from "./timeWeighted.ts";
import { xirr } from "./xirr.ts";

// Worked examples that others have published, with the digits that they print. Each says what of it was read; what is
// "from memory" was not.

const START = { timing: "start_of_day" } as const;
const END = { timing: "end_of_day" } as const;

/** financeformulas.net, "Total Stock Return": bought at $1,000, $20 of dividends, worth $1,020: 4 %, of which 2 % price. */
test("PF-21: the total stock return of financeformulas.net", () => {
  const share = position(valuations(["2020-01-01", 1_000], ["2021-01-01", 1_020]), [
    ...flows("income", ["2020-07-01", 20]),
  ]);
  expect(valueOf(totalReturn(share))).toBeCloseTo(0.04, 12);
  expect(valueOf(priceReturn(share))).toBeCloseTo(0.02, 12);
});

/**
 * investmentsexplained.com, "Stock Total Return Calculator", Example: 100 shares bought at $20, sold at $30, $2 a share of
 * dividends. Capital gain $1,000, total return $1,200, 60 %.
 */
test("PF-21: the total return of investmentsexplained.com", () => {
  const share = position(valuations(["2020-01-01", 2_000], ["2021-01-01", 3_000]), [
    ...flows("income", ["2020-07-01", 200]),
  ]);
  expect(totalReturn(share)).toMatchObject({
    value: 0.6,
    derivation: { gain: dollars(1_200), income: dollars(200), invested: dollars(2_000) },
  });
});

/**
 * Microsoft Knowledge Base, article Q116041, 1999: 37.3363%. The same with the dates of 2008 in Microsoft, "XIRR
 * function", support.microsoft.com, Example: 0.373362535, "or 37.34%".
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
 * The R package FinCal, `twrr(ev=c(120,260), bv=c(100,240), cfr=c(2,4))`: 0.1584472 a year (rdrr.io/cran/FinCal). The
 * example is that of the CFA curriculum: a share bought at $100, another one a year later at $120, both sold at $130
 * after two years; $2 dividend a share and year; money flows 100, 118, -264. Its 13.86 % money-weighted is from memory.
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
  expect(valueOf(annualised(figure.value, from, to))).toBeCloseTo(0.1584472, 7);
});

/**
 * analystforum.com, thread 126285, a practice question of CFA Level I: one share at $100, three more at $89 after a year,
 * all four sold at $98 after two; $1 dividend a share at the end of both years. Money-weighted 6.35 %.
 */
test("PF-23: four shares, three bought later", () => {
  const share = position(valuations(["2001-01-01", 100], ["2002-01-01", 356], ["2003-01-01", 0]), [
    ...flows("capital", ["2002-01-01", 267], ["2003-01-01", -392]),
    ...flows("income", ["2002-01-01", 1], ["2003-01-01", 4]),
  ]);
  expect(valueOf(moneyWeightedReturn(share))).toBeCloseTo(0.0635, 4);
});

/**
 * analystforum.com, thread 105641: shares bought at $100, $125 and $150 in three years, sold at $140 after the third, $10
 * dividend a share and year. Periods 35 %, 28 % and 0 %; time-weighted 20.00 % a year. (The thread prints 14.35 % as its
 * money-weighted return; flows of -100, -115, -130 and 450 have 14.53 %.)
 */
test("PF-22: three shares bought one a year", () => {
  const dates = ["2001-01-01", "2002-01-01", "2003-01-01", "2004-01-01"] as const;
  const share = position(valuations([dates[0], 100], [dates[1], 250], [dates[2], 450], [dates[3], 0]), [
    ...flows("capital", [dates[1], 125], [dates[2], 150], [dates[3], -420]),
    ...flows("income", [dates[1], 10], [dates[2], 20], [dates[3], 30]),
  ]);
  const whole = timeWeightedReturn(share, END);
  if ("reason" in whole) throw new Error(whole.reason);
  const periods = whole.derivation.subPeriods.map(({ startValue, endValue }) => endValue / startValue - 1);
  expect(periods.map((period) => Math.round(period * 1e6) / 1e6)).toEqual([0.35, 0.28, 0]);
  expect(valueOf(annualised(whole.value, day(dates[0]), day(dates[3])))).toBeCloseTo(0.2, 3);
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
 * The monthly returns of Bacon, "Practical Portfolio Performance Measurement and Attribution", second edition 2008, as
 * `portfolio_bacon` of the R package PerformanceAnalytics has them (data/portfolio_bacon.csv): cumulated 1.218106
 * (rdrr.io/rforge/PerformanceAnalytics/man/portfolio_bacon.html, Example output).
 */
test("PF-22: the two years of Bacon", () => {
  const first = [0.3, 2.6, 1.1, -1.0, 1.5, 2.5, 1.6, 6.7, -1.4, 4.0, -0.5, 8.1];
  const second = [4.0, -3.7, -6.1, 1.7, -4.9, -2.2, 7.0, 5.8, -6.5, 2.4, -0.5, -0.9];
  const months = after([...first, ...second], 30);
  expect(valueOf(timeWeightedReturn(months))).toBeCloseTo(0.218106, 6);
});

/**
 * A practice question at bloombergprep.com, "Overview of the GIPS: GIPS Verification": 585.60 at the beginning of October,
 * 602.34 at its end, flows of -15.05, 19.82, 16.42 and -18.96 on days 5, 9, 15 and 24, each with the weight
 * (CD - D) / CD. Average capital 591.237, return 2.45 %.
 */
test("PF-24: the composite of a GIPS question", () => {
  const october = account(
    valuations(["2009-09-30", 585.6], ["2009-10-31", 602.34]),
    flows("capital", ["2009-10-05", -15.05], ["2009-10-09", 19.82], ["2009-10-15", 16.42], ["2009-10-24", -18.96]),
  );
  const figure = modifiedDietz(october, END);
  if ("reason" in figure) throw new Error(figure.reason);
  expect(figure.value).toBeCloseTo(0.0245, 4);
  expect(figure.derivation.averageCapital / 10_000).toBeCloseTo(591.237, 3);
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
 * The weight of a flow is (CD - D) / CD with flows at the end of their day (read, above) and (CD - D + 1) / CD at the
 * start: CFA Institute, GIPS Guidance Statement on Calculation Methodology (2006), from memory.
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
