import type { DrawdownDerivation, SharpeDerivation, VolatilityDerivation } from "./derivation.ts";
import type { Link } from "./links.ts";
import type { Figure, Series } from "./series.ts";
import type { TimeWeightedOptions } from "./timeWeighted.ts";
import { linksOfSeries } from "./timeWeighted.ts";

/** Trading days of a year: what daily figures are annualised with. */
export const TRADING_DAYS = 252;

/** Relative rounding of linked returns. */
const ROUNDING = 1e-12;

/**
 * Maximum drawdown, from -1 to 0, of the time-weighted index, so that a withdrawal is not a loss. With its peak,
 * trough and recovery. 0 when the index never fell: then peak, trough and recovery are the last day.
 */
export function maximumDrawdown(series: Series, options: TimeWeightedOptions = {}): Figure<DrawdownDerivation> {
  const links = linksOfSeries(series, options);
  if ("reason" in links) return links;
  if (!links.some(({ startValue }) => startValue > 0)) return { reason: "nothing_invested" };
  const index = indexOf(links);
  const first = index[0];
  const last = index.at(-1);
  if (first === undefined || last === undefined) return { reason: "no_period" };
  let peak = first;
  let worst = { drawdown: 0, peak: last, trough: last };
  for (const point of index) {
    if (point.value >= peak.value * (1 - ROUNDING)) {
      peak = { day: point.day, value: Math.max(point.value, peak.value) };
      continue;
    }
    const drawdown = point.value / peak.value - 1;
    if (drawdown < worst.drawdown) worst = { drawdown, peak, trough: point };
  }
  const recovery = index.find(
    ({ day, value }) => day >= worst.trough.day && value >= worst.peak.value * (1 - ROUNDING),
  );
  return {
    value: worst.drawdown,
    derivation: {
      formula: "maximum_drawdown",
      from: first.day,
      to: last.day,
      peakDay: worst.peak.day,
      peakIndex: worst.peak.value,
      troughDay: worst.trough.day,
      troughIndex: worst.trough.value,
      recoveryDay: recovery?.day ?? null,
    },
  };
}

/** A point of the index of a series. */
export interface IndexPoint {
  readonly day: number;
  readonly value: number;
}

/** What one unit that was invested at the first valuation has become: 1 there, and constant while nothing is in. */
export function indexOf(links: readonly Link[]): readonly IndexPoint[] {
  const points: IndexPoint[] = [];
  let base = 1;
  let baseValue: number | undefined;
  let value = 1;
  for (const link of links) {
    if (points.length === 0) points.push({ day: link.previousDay, value });
    // Within a sub-period the index is one quotient of the values, so that equal values have equal indices.
    if (baseValue === undefined || link.flowAtStart) {
      base = value;
      baseValue = link.startValue;
    }
    if (baseValue > 0) value = base * (link.endValue / baseValue);
    if (link.flowAtEnd || link.endValue === 0) baseValue = undefined;
    points.push({ day: link.day, value });
  }
  return points;
}

/**
 * Volatility a year: sample standard deviation (n - 1) of the returns from one valuation to the next, which are those
 * of trading days, times the square root of 252. `too_few_returns` with fewer than two.
 */
export function volatility(series: Series, options: TimeWeightedOptions = {}): Figure<VolatilityDerivation> {
  const links = linksOfSeries(series, options);
  if ("reason" in links) return links;
  const daily = dailyStatistics(links);
  if (daily === undefined) return { reason: "too_few_returns" };
  return {
    value: daily.deviation * Math.sqrt(TRADING_DAYS),
    derivation: {
      formula: "volatility",
      from: daily.from,
      to: daily.to,
      returns: daily.count,
      meanDailyReturn: daily.mean,
      dailyDeviation: daily.deviation,
    },
  };
}

/**
 * Sharpe ratio a year: the mean daily return above the risk-free rate, times 252, over the volatility. The rate is
 * annual and simple: a day has 1/252 of it. `zero_volatility` when all returns are equal.
 */
export function sharpeRatio(
  series: Series,
  riskFreeRate: number,
  options: TimeWeightedOptions = {},
): Figure<SharpeDerivation> {
  const figure = volatility(series, options);
  if ("reason" in figure) return figure;
  const { from, to, returns, meanDailyReturn, dailyDeviation } = figure.derivation;
  if (dailyDeviation <= ROUNDING) return { reason: "zero_volatility" };
  return {
    value: (meanDailyReturn * TRADING_DAYS - riskFreeRate) / figure.value,
    derivation: {
      formula: "sharpe",
      from,
      to,
      returns,
      meanDailyReturn,
      riskFreeRate,
      volatility: figure.value,
    },
  };
}

interface DailyStatistics {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly mean: number;
  readonly deviation: number;
}

/** Days on which nothing was invested have no return. */
function dailyStatistics(links: readonly Link[]): DailyStatistics | undefined {
  const invested = links.filter(({ startValue }) => startValue > 0);
  const first = invested[0];
  const last = invested.at(-1);
  const count = invested.length;
  if (first === undefined || last === undefined || count < 2) return undefined;
  const returns = invested.map(({ startValue, endValue }) => endValue / startValue - 1);
  let sum = 0;
  for (const value of returns) sum += value;
  const mean = sum / count;
  let squares = 0;
  for (const value of returns) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / (count - 1));
  return { from: first.previousDay, to: last.day, count, mean, deviation };
}
