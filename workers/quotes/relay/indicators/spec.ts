import { indicatorNamed } from "../../../../domain/indicators/catalogue.ts";
import type { Definition } from "../../../../domain/indicators/definition.ts";
import type { Instruments } from "../../../../domain/market/instruments.ts";
import { type IndicatorRequest, readIndicatorQuery } from "../../../../protocol/mapping/indicators.ts";

/** Values are streamed with the bars of minutes, which books publish. */
const TIMEFRAME = "1Min";

/** An indicator of a symbol that clients subscribe to. */
export interface IndicatorSpec {
  /** Its name with all parameters, as `AAPL:rsi:14:1Min`. */
  readonly id: string;
  readonly symbol: string;
  readonly definition: Definition;
  readonly parameters: IndicatorRequest["parameters"];
}

/**
 * Reads a name as clients write it: symbol, indicator, its parameters in the order of the catalogue (the last ones may be
 * left out), timeframe. Null for one that there is not, and for an indicator that is counted from where a client begins.
 */
export function readSpec(text: string, instruments: Instruments): IndicatorSpec | null {
  const [name = "", indicator = "", ...rest] = text.split(":");
  const [timeframe, chosen] = [rest.at(-1), rest.slice(0, -1)];
  const symbol = instruments.find(name)?.symbol;
  const definition = indicatorNamed(indicator);
  if (symbol === undefined || definition === undefined || timeframe?.toLowerCase() !== TIMEFRAME.toLowerCase())
    return null;
  const names = Object.keys(definition.parameters);
  if (definition.countedFrom === "start" || chosen.length > names.length) return null;
  const query = new URLSearchParams({ symbol, timeframe: TIMEFRAME });
  for (const [nth, value] of chosen.entries()) query.set(names[nth] ?? "", value);
  const read = readIndicatorQuery(definition, query, 0);
  if (!read.ok) return null;
  const { parameters } = read.value;
  const id = [symbol, definition.name, ...names.map((each) => parameters[each]), TIMEFRAME].join(":");
  return { id, symbol, definition, parameters };
}

/** The symbol of the id of a spec. */
export const symbolOfId = (id: string): string => id.slice(0, id.indexOf(":"));
