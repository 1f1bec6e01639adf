import { describe, expect, test } from "vitest";
import { maximumDrawdown, sharpeRatio, volatility } from "./risk.ts";
import { account, after, day, valuations, valueOf } from "./testing.ts";
import { timeWeightedReturn } from "./timeWeighted.ts";

// Published examples of drawdown, volatility and Sharpe ratio. All of them were read.

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

/**
 * Volatility, Sharpe ratio and maximum drawdown of daily returns, as the tests of Quantopian's empyrical have them
 * (quantopian/empyrical, empyrical/tests/test_stats.py): sample deviation times the square root of 252.
 */
describe("daily returns of empyrical", () => {
  const mixed = after([1, 10, -4, 2, 3, 2, 1, -10]);
  const negative = after([0, -6, -7, -1, -9, -2, -6, -8, -5]);
  const positive = after([1, 2, 1, 1, 1, 1, 1, 1, 1]);

  test("PF-26: the volatility", () => {
    expect(valueOf(volatility(mixed))).toBeCloseTo(0.9136465399704637, 8);
    expect(valueOf(volatility(after(Array.from({ length: 1_000 }, () => 1))))).toBeCloseTo(0, 8);
  });

  test.each([
    ["mixed returns", mixed, 1.7238613961706866],
    ["losses", negative, -24.406808633910085],
    ["gains", positive, 52.915026221291804],
  ])("PF-26: the Sharpe ratio of %s", (_, series, ratio) => {
    expect(valueOf(sharpeRatio(series, 0))).toBeCloseTo(ratio, 6);
  });

  test.each([
    ["mixed returns", mixed, -0.1],
    ["losses", negative, -0.36590730349873601],
    ["gains", positive, 0],
    ["a gain, a loss and a gain", after([10, -10, 10]), -0.1],
  ])("PF-25: the drawdown of %s", (_, series, drawdown) => {
    expect(valueOf(maximumDrawdown(series))).toBeCloseTo(drawdown, 8);
  });

  test("PF-22: the return of the whole", () => {
    expect(valueOf(timeWeightedReturn(mixed))).toBeCloseTo(0.03893, 4);
    expect(valueOf(timeWeightedReturn(negative))).toBeCloseTo(-0.3659, 4);
  });
});

/**
 * The examples of everything2.com, "Sharpe ratio", and fastercapital.com: annual return, deviation and risk-free rate in
 * per cent, and the ratio. Two daily returns, as far above their mean as below it, have that return and that deviation.
 */
test.each([
  ["everything2, first", 10, 7.3, 5, 0.6849],
  ["everything2, second", 27, 4.9, 5, 4.4897],
  ["fastercapital, A", 12, 20, 3, 0.45],
  ["fastercapital, B", 6, 8, 3, 0.375],
])("PF-26: the Sharpe ratio above a risk-free rate: %s", (_, gain, deviation, rate, ratio) => {
  const [mean, away] = [gain / 252, deviation / Math.sqrt(252) / Math.SQRT2];
  const series = after([mean + away, mean - away]);
  expect(valueOf(volatility(series))).toBeCloseTo(deviation / 100, 9);
  expect(valueOf(sharpeRatio(series, rate / 100))).toBeCloseTo(ratio, 3);
});
