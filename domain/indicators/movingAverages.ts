import { EMA, SMA, WMA } from "trading-signals";
import type { Step } from "./calculation.ts";
import { type Chosen, type Definition, forgetsExponential, whole } from "./definition.ts";

/** An average of the newest numbers; null while there are fewer than its period. */
interface Average {
  update(value: number, replace: boolean): number | null;
}

/**
 * The exponential average as StockCharts and TA-Lib define it: its first value is the simple average of the first
 * `period` numbers. The library's begins with the first number alone.
 */
export class ExponentialAverage implements Average {
  readonly #period: number;
  readonly #first: SMA;
  readonly #average: EMA;
  #count = 0;

  constructor(period: number) {
    this.#period = period;
    this.#first = new SMA(period);
    this.#average = new EMA(period);
  }

  update(value: number, replace: boolean): number | null {
    if (!replace) this.#count++;
    if (this.#count > this.#period) return this.#average.update(value, replace);
    const first = this.#first.update(value, replace);
    return first === null ? null : this.#average.update(first, replace);
  }
}

const PERIOD_MAX = 500;
const outputs = { value: "the average" };

/** The average of closing prices. */
function ofCloses(average: Average): Step {
  return (bar, replace) => [average.update(bar.close, replace)];
}

const sma: Definition = {
  name: "sma",
  title: "Simple moving average",
  meaning: "The mean of the newest `period` closes.",
  parameters: { period: whole(20, PERIOD_MAX, "number of closes") },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period,
  start: ({ period }: Chosen<"period">) => ofCloses(new SMA(period)),
};

const ema: Definition = {
  name: "ema",
  title: "Exponential moving average",
  meaning: "Each close has the weight 2 / (`period` + 1). The first value is the mean of the first `period` closes.",
  parameters: { period: whole(20, PERIOD_MAX, "number of closes") },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period + forgetsExponential(period),
  start: ({ period }: Chosen<"period">) => ofCloses(new ExponentialAverage(period)),
};

const wma: Definition = {
  name: "wma",
  title: "Weighted moving average",
  meaning: "The mean of the newest `period` closes with the weights 1 (oldest) to `period` (newest).",
  parameters: { period: whole(20, PERIOD_MAX, "number of closes") },
  outputs,
  countedFrom: "bars",
  warmUp: ({ period }: Chosen<"period">) => period,
  settled: ({ period }: Chosen<"period">) => period,
  start: ({ period }: Chosen<"period">) => ofCloses(new WMA(period)),
};

export const MOVING_AVERAGES: readonly Definition[] = [sma, ema, wma];
