import type { IndicatorBar, SessionOf, Step, Values } from "./calculation.ts";
import type { Definition, ParameterValues } from "./definition.ts";

/** An indicator that takes bars one by one, as a stream gives them. Its parameters are within their bounds. */
export class Indicator {
  readonly #step: Step;
  #hasBar = false;

  constructor(definition: Definition, parameters: ParameterValues, sessionOf: SessionOf) {
    this.#step = definition.start(parameters, sessionOf);
  }

  /** Takes the next bar and gives the values with it. */
  update(bar: IndicatorBar): Values {
    this.#hasBar = true;
    return this.#step(bar, false);
  }

  /** Takes a newer form of the last bar, as if its older form had never been seen. The first bar may come this way, too. */
  replace(bar: IndicatorBar): Values {
    const values = this.#step(bar, this.#hasBar);
    this.#hasBar = true;
    return values;
  }
}

/** The values of an indicator with each of these bars, which are in order of time. */
export function valuesOfBars(
  definition: Definition,
  parameters: ParameterValues,
  bars: readonly IndicatorBar[],
  sessionOf: SessionOf,
): Values[] {
  const indicator = new Indicator(definition, parameters, sessionOf);
  return bars.map((bar) => indicator.update(bar));
}
