/** What a chart keeps with the layout. What is not understood, such as a setting of a later release, is as by default. */
import { defaultsOf, indicatorNamed } from "../../../../../domain/indicators/catalogue.ts";
import { type ChosenIndicator, coloursOf, faultsOf, SERIES_COLOURS, type SeriesColour } from "./indicators.ts";
import { chartTimeframe } from "./timeframes.ts";

export const CHART_TYPES = ["candles", "hollow", "bars", "heikinAshi", "line", "area"] as const;
export type ChartType = (typeof CHART_TYPES)[number];
export const SCALES = ["linear", "log", "percent", "indexed"] as const;
export type Scale = (typeof SCALES)[number];

export interface ChartSettings {
  readonly timeframe: string;
  readonly type: ChartType;
  readonly scale: Scale;
  readonly volume: boolean;
  readonly shading: boolean;
  /** Shows the crosshair of other charts at the same time. */
  readonly sync: boolean;
  readonly orders: boolean;
  readonly indicators: readonly ChosenIndicator[];
  readonly compare: readonly string[];
}

export const COMPARE_MAX = 4;
export const INDICATORS_MAX = 12;

export const DEFAULTS: ChartSettings = {
  timeframe: "5Min",
  type: "candles",
  scale: "linear",
  volume: true,
  shading: true,
  sync: true,
  orders: true,
  indicators: [],
  compare: [],
};

type Unknown = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Unknown => typeof value === "object" && value !== null;

/** The settings of a chart from what a layout has kept. */
export function readSettings(stored: Unknown): ChartSettings {
  const flag = (value: unknown, otherwise: boolean): boolean => (typeof value === "boolean" ? value : otherwise);
  const timeframe = typeof stored["timeframe"] === "string" ? stored["timeframe"] : "";
  return {
    timeframe: chartTimeframe(timeframe) === null ? DEFAULTS.timeframe : timeframe,
    type: CHART_TYPES.find((type) => type === stored["type"]) ?? DEFAULTS.type,
    scale: SCALES.find((scale) => scale === stored["scale"]) ?? DEFAULTS.scale,
    volume: flag(stored["volume"], DEFAULTS.volume),
    shading: flag(stored["shading"], DEFAULTS.shading),
    sync: flag(stored["sync"], DEFAULTS.sync),
    orders: flag(stored["orders"], DEFAULTS.orders),
    indicators: listOf(stored["indicators"]).flatMap(indicatorOf).slice(0, INDICATORS_MAX),
    compare: listOf(stored["compare"])
      .filter((one): one is string => typeof one === "string")
      .slice(0, COMPARE_MAX),
  };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function indicatorOf(stored: unknown): ChosenIndicator[] {
  if (!isRecord(stored)) return [];
  const { id, name, parameters, colours } = stored;
  if (typeof id !== "string" || typeof name !== "string") return [];
  const definition = indicatorNamed(name);
  if (definition === undefined) return [];
  const given = isRecord(parameters) ? parameters : {};
  const defaults = defaultsOf(definition);
  const values = Object.fromEntries(
    Object.entries(defaults).map(([key, value]) => [key, typeof given[key] === "number" ? given[key] : value]),
  );
  const chosen = listOf(colours).filter((one): one is SeriesColour => SERIES_COLOURS.some((each) => each === one));
  const own = Array.from(
    { length: coloursOf(name) },
    (_, nth) => chosen[nth] ?? SERIES_COLOURS[nth % 6] ?? "--series-1",
  );
  return [{ id, name, parameters: faultsOf(name, values).size === 0 ? values : defaults, colours: own }];
}
