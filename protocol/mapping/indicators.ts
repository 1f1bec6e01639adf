/** Responses of the indicators, derived from their catalogue. */
import { defaultsOf } from "../../domain/indicators/catalogue.ts";
import type { Definition } from "../../domain/indicators/definition.ts";
import type { WireIndicator } from "../wire/indicators.ts";

/** An entry of the catalogue. */
export function indicatorToWire(definition: Definition): WireIndicator {
  const defaults = defaultsOf(definition);
  return {
    name: definition.name,
    title: definition.title,
    description: definition.meaning,
    parameters: Object.entries(definition.parameters).map(([name, parameter]) => ({
      name,
      type: parameter.whole ? "integer" : "number",
      default: parameter.default,
      minimum: parameter.min,
      maximum: parameter.max,
      description: parameter.meaning,
    })),
    outputs: Object.entries(definition.outputs).map(([name, description]) => ({ name, description })),
    counted_from: definition.countedFrom,
    warm_up: { bars: definition.warmUp(defaults), settled: definition.settled(defaults) },
  };
}
