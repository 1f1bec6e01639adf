/** Bars for the tests of indicators. */
import { seededRandom } from "../rig/random.ts";
import type { IndicatorBar, SessionOf } from "../../domain/indicators/calculation.ts";
import { INDICATORS, indicatorNamed, defaultsOf } from "../../domain/indicators/catalogue.ts";
import { valuesOfBars } from "../../domain/indicators/indicator.ts";
import type { Definition, ParameterValues } from "../../domain/indicators/definition.ts";

const MINUTE = 60_000;

/** Sessions of 390 bars. */
export const sessionOf: SessionOf = (at) => Math.floor(at / (390 * MINUTE));

export type Prices = Pick<IndicatorBar, "high" | "low" | "close"> & Partial<IndicatorBar>;

/** Bars one minute apart. */
export function barsOf(prices: readonly Prices[]): IndicatorBar[] {
  return prices.map(({ high, low, close, open = close, volume = 1, vwap = (high + low + close) / 3 }, index) => ({
    at: index * MINUTE,
    open,
    high,
    low,
    close,
    volume,
    vwap,
  }));
}

/** Bars without a range. */
export function closesOf(closes: readonly number[]): IndicatorBar[] {
  return barsOf(closes.map((close) => ({ high: close, low: close, close })));
}

/** Bars of a price that moves at random, the same ones for the same seed. */
export function randomBars(count: number, seed: number): IndicatorBar[] {
  const random = seededRandom(seed);
  const cents = (price: number): number => Math.round(price * 100) / 100;
  const prices: Prices[] = [];
  let close = 100;
  for (let index = 0; index < count; index++) {
    const open = cents(close * (1 + (random() - 0.5) * 0.01));
    close = cents(open * (1 + (random() - 0.5) * 0.03));
    const high = cents(Math.max(open, close) * (1 + random() * 0.01));
    const low = cents(Math.min(open, close) * (1 - random() * 0.01));
    prices.push({ open, high, low, close, volume: 1 + Math.floor(random() * 10_000) });
  }
  return barsOf(prices);
}

export function named(name: string): Definition {
  const found = indicatorNamed(name);
  if (found === undefined) throw new Error(`no indicator ${name}`);
  return found;
}

/** The values of one output; the first one unless another is named. */
export function outputOf(
  name: string,
  parameters: ParameterValues,
  bars: readonly IndicatorBar[],
  output?: string,
): (number | null)[] {
  const definition = named(name);
  const index = output === undefined ? 0 : Object.keys(definition.outputs).indexOf(output);
  return valuesOfBars(definition, { ...defaultsOf(definition), ...parameters }, bars, sessionOf).map(
    (values) => values[index] ?? null,
  );
}

/** Parameters with which an indicator is quick to test: short periods that differ. */
export function shortParameters({ name, parameters }: Definition): ParameterValues {
  const short = {
    period: 5,
    fast: 3,
    slow: 7,
    signal: 4,
    k: 5,
    smoothing: 2,
    d: 3,
    conversion: 3,
    base: 6,
    span_b: 9,
    atr: 4,
  };
  const rest = { deviations: 2, multiplier: 1.5 };
  const known: ParameterValues = { ...short, ...rest };
  return Object.fromEntries(
    Object.keys(parameters).map((each) => {
      const value = known[each];
      if (value === undefined) throw new Error(`no short ${each} of ${name}`);
      return [each, value];
    }),
  );
}

export const NAMES: readonly string[] = INDICATORS.map(({ name }) => name);
