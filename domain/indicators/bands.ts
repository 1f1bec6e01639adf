import { ATR, BollingerBands, DonchianChannels } from "trading-signals";
import type { Step } from "./calculation.ts";
import { decimal, type Chosen, type Definition, forgetsExponential, forgetsWilder, whole } from "./definition.ts";
import { ExponentialAverage } from "./movingAverages.ts";

const WINDOW_MAX = 500;
const WILDER_MAX = 200;

const outputs = { upper: "upper band", middle: "middle line", lower: "lower band" };

interface Band {
  readonly upper: number;
  readonly middle: number;
  readonly lower: number;
}

function valuesOf(band: Band | null): [number | null, number | null, number | null] {
  return band === null ? [null, null, null] : [band.upper, band.middle, band.lower];
}

type BollingerParameters = Chosen<"period" | "deviations">;

const bollinger: Definition = {
  name: "bollinger",
  title: "Bollinger bands",
  meaning:
    "The mean of the newest `period` closes, and `deviations` standard deviations (of the population) above and below.",
  parameters: {
    period: whole(20, WINDOW_MAX, "number of closes", 2),
    deviations: decimal(2, 0.1, 10, "distance of the bands in standard deviations"),
  },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period }: BollingerParameters) => period,
  settled: ({ period }: BollingerParameters) => period,
  start({ period, deviations }: BollingerParameters): Step {
    const bands = new BollingerBands(period, deviations);
    return (bar, replace) => valuesOf(bands.update(bar.close, replace));
  },
};

const donchian: Definition = {
  name: "donchian",
  title: "Donchian channels",
  meaning: "The highest high and the lowest low of the newest `period` bars, with the newest one, and their middle.",
  parameters: { period: whole(20, WINDOW_MAX, "number of bars") },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period,
  start({ period }: Chosen<"period">): Step {
    const channels = new DonchianChannels(period);
    return (bar, replace) => valuesOf(channels.update(bar, replace));
  },
};

type KeltnerParameters = Chosen<"period" | "atr" | "multiplier">;

const keltner: Definition = {
  name: "keltner",
  title: "Keltner channels",
  meaning:
    "The exponential average of the newest `period` closes, and `multiplier` average true ranges above and below.",
  parameters: {
    period: whole(20, WINDOW_MAX, "period of the middle line"),
    atr: whole(10, WILDER_MAX, "period of the average true range"),
    multiplier: decimal(2, 0.1, 20, "distance of the channels in average true ranges"),
  },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period, atr }: KeltnerParameters) => Math.max(period, atr),
  settled: ({ period, atr }: KeltnerParameters) =>
    Math.max(period + forgetsExponential(period), atr + forgetsWilder(atr)),
  start({ period, atr, multiplier }: KeltnerParameters): Step {
    const average = new ExponentialAverage(period);
    const ranges = new ATR(atr);
    return (bar, replace) => {
      const middle = average.update(bar.close, replace);
      const range = ranges.update(bar, replace);
      if (middle === null || range === null) return [null, null, null];
      return [middle + multiplier * range, middle, middle - multiplier * range];
    };
  },
};

const atr: Definition = {
  name: "atr",
  title: "Average true range",
  meaning:
    "Wilder's average of the true range: the widest of high − low, and of both against the close before. The true range of the " +
    "first bar is high − low, the first value the mean of the first `period` ones.",
  parameters: { period: whole(14, WILDER_MAX, "period of the average") },
  outputs: { value: "in dollars" },
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period + forgetsWilder(period),
  start({ period }: Chosen<"period">): Step {
    const ranges = new ATR(period);
    return (bar, replace) => [ranges.update(bar, replace)];
  },
};

export const BANDS: readonly Definition[] = [bollinger, donchian, keltner, atr];
