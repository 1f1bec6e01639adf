/** How an indicator is declared. The route's validation, its description and docs/indicators.md derive from it. */
import type { SessionOf, Step } from "./calculation.ts";

export interface Parameter {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly whole: boolean;
  readonly meaning: string;
}

export type ParameterValues = Readonly<Record<string, number>>;
/** The values of these parameters. */
export type Chosen<Name extends string> = Readonly<Record<Name, number>>;

export interface Definition {
  /** In paths: `sma`. */
  readonly name: string;
  readonly title: string;
  /** What it is, in a sentence or two: formula, first value, what is left to the reader. */
  readonly meaning: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** Names of the outputs and what they are. */
  readonly outputs: Readonly<Record<string, string>>;
  /**
   * What values are counted from: the bars before ("bars"), the first bar of the session ("session"), or the first bar that
   * it was given ("start").
   */
  readonly countedFrom: "bars" | "session" | "start";
  /** Why the parameters do not go together; null when they do. */
  refusal?(values: ParameterValues): string | null;
  /** The number of the first bar with which every output has a value. */
  warmUp(values: ParameterValues): number;
  /**
   * The number of bars after which values no longer depend on where the calculation began: the first value of an average
   * with memory has less than a millionth of the weight. Equal to the warm-up for those with a window.
   */
  settled(values: ParameterValues): number;
  /** Begins a calculation. */
  start(values: ParameterValues, sessionOf: SessionOf): Step;
}

/** A parameter that is a whole number, from 1 on. */
export function whole(whenLeftOut: number, max: number, meaning: string, min = 1): Parameter {
  return { default: whenLeftOut, min, max, whole: true, meaning };
}

/** A parameter with decimals. */
export function decimal(whenLeftOut: number, min: number, max: number, meaning: string): Parameter {
  return { default: whenLeftOut, min, max, whole: false, meaning };
}

/** The weight below which the first value of an average with memory counts as forgotten. */
const FORGOTTEN = 1e-6;

/** The bars in which an average that gives its newest value this weight forgets its first value. */
export function barsToForget(weight: number): number {
  return weight >= 1 ? 0 : Math.ceil(Math.log(FORGOTTEN) / Math.log(1 - weight));
}

/** The same for an exponential average of a period. */
export const forgetsExponential = (period: number): number => barsToForget(2 / (period + 1));

/** The same for Wilder's average of a period. */
export const forgetsWilder = (period: number): number => barsToForget(1 / period);
