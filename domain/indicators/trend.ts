import { IchimokuCloud, SuperTrend, WSMA } from "trading-signals";
import { Committed, type IndicatorBar, type Step } from "./calculation.ts";
import { decimal, type Chosen, type Definition, forgetsWilder, whole } from "./definition.ts";

const ADX_MAX = 150;
const WILDER_MAX = 200;
const WINDOW_MAX = 500;

/**
 * Wilder's directional movement from the second bar on. The library counts the first bar as one without movement, counts
 * both directions when they are equal, and takes a newer form of the first bar for the second one.
 */
function directionalMovement(period: number): Step {
  const bars = new Committed<IndicatorBar | null>(null);
  const [ups, downs, ranges, index] = [new WSMA(period), new WSMA(period), new WSMA(period), new WSMA(period)];
  return (bar, replace) => {
    const before = bars.before(replace);
    bars.set(bar, replace);
    if (before === null) return [null, null, null];
    const up = bar.high - before.high;
    const down = before.low - bar.low;
    const plus = ups.update(up > down && up > 0 ? up : 0, replace);
    const minus = downs.update(down > up && down > 0 ? down : 0, replace);
    const range = ranges.update(Math.max(bar.high, before.close) - Math.min(bar.low, before.close), replace);
    if (plus === null || minus === null || range === null) return [null, null, null];
    const sum = plus + minus;
    const adx = index.update(sum === 0 ? 0 : (100 * Math.abs(plus - minus)) / sum, replace);
    return [adx, range === 0 ? 0 : (100 * plus) / range, range === 0 ? 0 : (100 * minus) / range];
  };
}

const adx: Definition = {
  name: "adx",
  title: "Average directional index",
  meaning:
    "Wilder's directional movement: +DI and −DI are the averages of the movements up and down in percent of the average true " +
    "range, and the ADX is the average of 100 × |+DI − −DI| / (+DI + −DI). All averages are Wilder's.",
  parameters: { period: whole(14, ADX_MAX, "period of all averages", 2) },
  outputs: { adx: "0 to 100", plus_di: "+DI", minus_di: "−DI" },
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => 2 * period,
  settled: ({ period }: Chosen<"period">) => 2 * period + 2 * forgetsWilder(period),
  start: ({ period }: Chosen<"period">) => directionalMovement(period),
};

type IchimokuPeriods = Chosen<"conversion" | "base" | "span_b">;

const ichimoku: Definition = {
  name: "ichimoku",
  title: "Ichimoku cloud",
  meaning:
    "The middle of the highest high and the lowest low over three periods. Values belong to the bar they were computed from: " +
    "charts draw the two spans 26 bars later, and the close 26 bars earlier as the lagging span.",
  parameters: {
    conversion: whole(9, WINDOW_MAX, "number of bars of the conversion line"),
    base: whole(26, WINDOW_MAX, "number of bars of the base line"),
    span_b: whole(52, WINDOW_MAX, "number of bars of the leading span B"),
  },
  outputs: {
    conversion: "conversion line (tenkan-sen)",
    base: "base line (kijun-sen)",
    span_a: "leading span A: the middle of both lines",
    span_b: "leading span B",
  },
  countedFrom: "bars",
  warmUp: ({ conversion, base, span_b }: IchimokuPeriods) => Math.max(conversion, base, span_b),
  settled: ({ conversion, base, span_b }: IchimokuPeriods) => Math.max(conversion, base, span_b),
  start({ conversion, base, span_b }: IchimokuPeriods): Step {
    const cloud = new IchimokuCloud({
      conversionInterval: conversion,
      baseInterval: base,
      spanBInterval: span_b,
    });
    return (bar, replace) => {
      const result = cloud.update(bar, replace);
      if (result === null) return [null, null, null, null];
      return [result.conversion, result.base, result.spanA, result.spanB];
    };
  },
};

type SuperTrendParameters = Chosen<"period" | "multiplier">;

/** Bars in which the trend is expected to have turned, after which its bands no longer depend on its beginning. */
const TURNS = 100;

const supertrend: Definition = {
  name: "supertrend",
  title: "SuperTrend",
  meaning:
    "The middle of high and low less `multiplier` average true ranges while the trend is up, and plus them while it is down. " +
    "The line never moves against its trend; a close beyond it turns the trend.",
  parameters: {
    period: whole(10, WILDER_MAX, "period of the average true range"),
    multiplier: decimal(3, 0.1, 20, "distance in average true ranges"),
  },
  outputs: { value: "the line", direction: "1: the trend is up; -1: it is down" },
  countedFrom: "bars",
  warmUp: ({ period }: SuperTrendParameters) => period,
  settled: ({ period }: SuperTrendParameters) => period + forgetsWilder(period) + TURNS,
  start({ period, multiplier }: SuperTrendParameters): Step {
    const trend = new SuperTrend({ interval: period, multiplier });
    return (bar, replace) => {
      const result = trend.update(bar, replace);
      return result === null ? [null, null] : [result.supertrend, result.trend === "BULLISH" ? 1 : -1];
    };
  },
};

export const TREND: readonly Definition[] = [adx, ichimoku, supertrend];
