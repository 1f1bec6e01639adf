/** What a chart and the worker that computes its indicators tell each other. */
import type { IndicatorBar } from "../../../../../domain/indicators/calculation.ts";
import type { ParameterValues } from "../../../../../domain/indicators/definition.ts";

export interface Wanted {
  readonly id: string;
  readonly name: string;
  readonly parameters: ParameterValues;
}

export interface ToIndicators {
  /** Counts up with each message, so that an answer about older bars is known. */
  readonly version: number;
  /** Changes the list of indicators; left out when it is the same as before. */
  readonly wanted?: readonly Wanted[];
  /** The place from which the bars are new; those after them are gone. */
  readonly from: number;
  readonly bars: readonly IndicatorBar[];
  /** Sessions of coins are days of UTC. */
  readonly isShare: boolean;
}

/** By indicator, the values from a place on: for each bar those of its outputs. */
export interface FromIndicators {
  readonly version: number;
  readonly values: Readonly<
    Record<string, { readonly from: number; readonly rows: readonly (readonly (number | null)[])[] }>
  >;
}
