import { MFI, RSI, SMA, StochasticOscillator } from "trading-signals";
import type { IndicatorBar, Step } from "./calculation.ts";
import { type Chosen, type Definition, forgetsExponential, forgetsWilder, whole } from "./definition.ts";
import { ExponentialAverage } from "./movingAverages.ts";

const WILDER_MAX = 200;
const WINDOW_MAX = 500;
const AVERAGE_MAX = 300;

const rsi: Definition = {
  name: "rsi",
  title: "Relative strength index",
  meaning:
    "100 − 100 / (1 + average gain / average loss) of the closes, with Wilder's averages, whose first values are the means " +
    "of the first `period` changes. 100 while there is no loss.",
  parameters: { period: whole(14, WILDER_MAX, "number of changes of the close", 2) },
  outputs: { value: "0 to 100" },
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period + 1,
  settled: ({ period }: Chosen<"period">) => period + 1 + forgetsWilder(period),
  start({ period }: Chosen<"period">) {
    const index = new RSI(period);
    return (bar, replace) => [index.update(bar.close, replace)];
  },
};

type MacdPeriods = Chosen<"fast" | "slow" | "signal">;

const macd: Definition = {
  name: "macd",
  title: "Moving average convergence divergence",
  meaning:
    "The exponential average of `fast` closes less that of `slow` closes, and the exponential average of this line.",
  parameters: {
    fast: whole(12, AVERAGE_MAX, "period of the faster average; less than `slow`"),
    slow: whole(26, AVERAGE_MAX, "period of the slower average", 2),
    signal: whole(9, AVERAGE_MAX, "period of the signal line"),
  },
  outputs: { macd: "the line", signal: "its average", histogram: "`macd` less `signal`" },
  countedFrom: "bars",
  refusal: ({ fast, slow }: MacdPeriods) => (fast < slow ? null : "fast must be less than slow"),
  warmUp: ({ slow, signal }: MacdPeriods) => slow + signal - 1,
  settled: ({ slow, signal }: MacdPeriods) => slow + signal - 1 + forgetsExponential(slow) + forgetsExponential(signal),
  start({ fast, slow, signal }: MacdPeriods): Step {
    const [faster, slower] = [new ExponentialAverage(fast), new ExponentialAverage(slow)];
    const ofLine = new ExponentialAverage(signal);
    return (bar, replace) => {
      const [quick, long] = [faster.update(bar.close, replace), slower.update(bar.close, replace)];
      if (quick === null || long === null) return [null, null, null];
      const line = quick - long;
      const average = ofLine.update(line, replace);
      return [line, average, average === null ? null : line - average];
    };
  },
};

type StochasticPeriods = Chosen<"k" | "smoothing" | "d">;

const stochastic: Definition = {
  name: "stochastic",
  title: "Stochastic oscillator",
  meaning:
    "%K: where the close is between the lowest low (0) and the highest high (100) of `k` bars, averaged over `smoothing` " +
    "bars; 0 where they are equal. %D: the mean of `d` values of %K. `smoothing` 1 gives the fast stochastic.",
  parameters: {
    k: whole(14, WINDOW_MAX, "number of bars of %K"),
    smoothing: whole(3, 100, "number of values of %K that are averaged"),
    d: whole(3, 100, "number of averaged values of %D"),
  },
  outputs: { k: "%K, 0 to 100", d: "%D, 0 to 100" },
  countedFrom: "bars",
  warmUp: ({ k, smoothing, d }: StochasticPeriods) => k + smoothing + d - 2,
  settled: ({ k, smoothing, d }: StochasticPeriods) => k + smoothing + d - 2,
  start({ k, smoothing, d }: StochasticPeriods): Step {
    const oscillator = new StochasticOscillator({ kPeriod: k, kSlowingPeriod: smoothing, dPeriod: d });
    return (bar, replace) => {
      const result = oscillator.update(bar, replace);
      return result === null ? [null, null] : [result.stochK, result.stochD];
    };
  },
};

const typicalPrice = ({ high, low, close }: IndicatorBar): number => (high + low + close) / 3;

/** The scale that Lambert chose so that most values are between -100 and 100. */
const CCI_SCALE = 0.015;

const cci: Definition = {
  name: "cci",
  title: "Commodity channel index",
  meaning:
    "The typical price (high + low + close) / 3 less its mean over `period` bars, in units of 0.015 mean deviations. 0 while " +
    "the price does not move.",
  parameters: { period: whole(20, WINDOW_MAX, "number of bars", 2) },
  outputs: { value: "mostly between -100 and 100" },
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period,
  start({ period }: Chosen<"period">): Step {
    const prices: number[] = [];
    const average = new SMA(period);
    return (bar, replace) => {
      if (replace) prices.pop();
      const price = typicalPrice(bar);
      prices.push(price);
      if (prices.length > period) prices.shift();
      const mean = average.update(price, replace);
      if (mean === null) return [null];
      // The library divides the rounding of a market that does not move by itself.
      if (Math.max(...prices) === Math.min(...prices)) return [0];
      const deviation = prices.reduce((sum, each) => sum + Math.abs(each - mean), 0) / period;
      return [(price - mean) / (CCI_SCALE * deviation)];
    };
  },
};

const mfi: Definition = {
  name: "mfi",
  title: "Money flow index",
  meaning:
    "The part of typical price × volume of bars whose typical price rose, in percent of that of all bars whose price changed, " +
    "over `period` changes. 50 while no price changes.",
  parameters: { period: whole(14, WINDOW_MAX, "number of changes") },
  outputs: { value: "0 to 100" },
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period + 1,
  settled: ({ period }: Chosen<"period">) => period + 1,
  start({ period }: Chosen<"period">): Step {
    const index = new MFI(period);
    return (bar, replace) => [index.update(bar, replace)];
  },
};

export const MOMENTUM: readonly Definition[] = [rsi, macd, stochastic, cci, mfi];
