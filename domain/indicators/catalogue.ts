import { BANDS } from "./bands.ts";
import type { Definition, ParameterValues } from "./definition.ts";
import { MOMENTUM } from "./momentum.ts";
import { MOVING_AVERAGES } from "./movingAverages.ts";
import { TREND } from "./trend.ts";
import { VOLUME } from "./volume.ts";

/** Every indicator, in the order of the documentation. */
export const INDICATORS: readonly Definition[] = [...MOVING_AVERAGES, ...MOMENTUM, ...BANDS, ...TREND, ...VOLUME];

/** The indicator of a name; undefined when there is none. */
export function indicatorNamed(name: string): Definition | undefined {
  return INDICATORS.find((each) => each.name === name);
}

/** The parameters that an indicator has when none is given. */
export function defaultsOf({ parameters }: Definition): ParameterValues {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, each.default]));
}
