/** Queries and responses of the indicators, derived from their catalogue. */
import * as z from "zod";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import type { IndicatorBar, Values } from "../../domain/indicators/calculation.ts";
import { defaultsOf, INDICATORS } from "../../domain/indicators/catalogue.ts";
import type { Definition, Parameter, ParameterValues } from "../../domain/indicators/definition.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { isOfDays, parseTimeframe, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import type { WireIndicator } from "../wire/indicators.ts";
import { type Instant } from "../wire/instant.ts";
import { instant, withinPage } from "../wire/query.ts";
import { sizeNumber } from "./tradesAndQuotes.ts";

const VALUES_MAX = 1_000;
const VALUES_DEFAULT = 100;
/** Of the smallest lot. */
const QUANTITY_DECIMALS = 9;
/** More digits than prices have; the others are rounding of the calculation. */
const SIGNIFICANT_DIGITS = 12;

/** Where a page begins, and what the values of the pages before add up to. */
export interface PagePlace {
  readonly at: number;
  readonly carried: number;
}

const TOKEN = /^(\d{1,16})(?:_(-?\d{1,20}(?:\.\d{1,20})?))?$/;
const tokenText = "the next_page_token of the page before";

const commonFields = {
  symbol: z.string({ error: "a symbol" }).min(1, { error: "a symbol" }).max(32, { error: "a symbol" }),
  timeframe: z
    .string({ error: "1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week, or 1, 2, 3, 4, 6 or 12Month" })
    .transform((text, context) => {
      const timeframe = parseTimeframe(text);
      if (timeframe !== null) return { text, timeframe };
      context.addIssue({
        code: "custom",
        message: "1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week, or 1, 2, 3, 4, 6 or 12Month",
      });
      return z.NEVER;
    })
    .meta({ type: "string", description: "the bars, as `1Min`, `1Hour`, `1Day`", examples: ["1Min"] }),
  start: instant.nullable().default(null).meta({
    type: "string",
    description: "values from this time on, oldest first and in pages; when left out the newest `limit` values",
  }),
  end: instant.nullable().default(null).meta({ type: "string", description: "values up to this time, with it" }),
  limit: withinPage(VALUES_MAX, VALUES_DEFAULT),
  page_token: z
    .string()
    .transform((text, context): PagePlace => {
      const [, at, carried = "0"] = TOKEN.exec(text) ?? [];
      if (at !== undefined) return { at: Number(at), carried: Number(carried) };
      context.addIssue({ code: "custom", message: tokenText });
      return z.NEVER;
    })
    .nullable()
    .default(null)
    .meta({ type: "string", description: tokenText }),
} as const;

/** The token of a page. */
export function pageToken({ at, carried }: PagePlace): string {
  return carried === 0 ? String(at) : `${at}_${carried.toFixed(QUANTITY_DECIMALS)}`;
}

const boundsText = ({ min, max, whole }: Parameter): string => `${whole ? "a whole number from " : ""}${min} to ${max}`;

function parameterField(parameter: Parameter) {
  const { min, max, whole } = parameter;
  const error = boundsText(parameter);
  return z
    .string()
    .regex(whole ? /^\d{1,4}$/ : /^\d{1,4}(?:\.\d{1,6})?$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }))
    .default(parameter.default);
}

/** The schema of an indicator's own parameters. */
function parameterFields({ parameters }: Definition) {
  return Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, parameterField(each)]));
}

/** The query of one indicator as the description has it: the parameters of all of them, with their bounds. */
export const indicatorQuery = z.object({ ...commonFields, ...describedParameters() });

function describedParameters() {
  const uses = new Map<string, string[]>();
  for (const { name: indicator, parameters } of INDICATORS) {
    for (const [name, parameter] of Object.entries(parameters)) {
      const use = `${indicator}: ${parameter.meaning}, ${parameter.min} to ${parameter.max}, ${parameter.default} when left out`;
      uses.set(name, [...(uses.get(name) ?? []), use]);
    }
  }
  return Object.fromEntries(
    Array.from(uses, ([name, of]) => [
      name,
      z
        .number()
        .optional()
        .meta({ description: of.join("; ") }),
    ]),
  );
}

export interface IndicatorRequest {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly timeframeText: string;
  /** The first time of the page, epoch milliseconds; null for the newest values. */
  readonly from: number | null;
  readonly to: number;
  readonly limit: number;
  /** What the values of the pages before add up to. */
  readonly carried: number;
  readonly parameters: ParameterValues;
}

const schemas = new Map<string, ReturnType<typeof schemaOf>>();

function schemaOf(definition: Definition) {
  return z.strictObject({ ...commonFields, ...parameterFields(definition) });
}

/** Reads the query of an indicator at a time. Parameters that it does not have are refused. */
export function readIndicatorQuery(
  definition: Definition,
  query: URLSearchParams,
  now: number,
): Read<IndicatorRequest> {
  const schema = schemas.get(definition.name) ?? schemaOf(definition);
  schemas.set(definition.name, schema);
  const read = readQuery(schema, query);
  if (!read.ok) return read;
  const { symbol, timeframe, start, end, limit, page_token: place } = read.value;
  const chosen: Readonly<Record<string, unknown>> = read.value;
  const parameters = Object.fromEntries(Object.keys(definition.parameters).map((name) => [name, Number(chosen[name])]));
  if (definition.countedFrom === "session" && isOfDays(timeframe.timeframe)) {
    return {
      ok: false,
      error: { reason: "query_invalid", parameter: "timeframe", expected: "bars shorter than a day" },
    };
  }
  const refusal = definition.refusal?.(parameters) ?? null;
  if (refusal !== null) {
    const [parameter = ""] = Object.keys(definition.parameters);
    return { ok: false, error: { reason: "query_invalid", parameter, expected: refusal } };
  }
  const from = place?.at ?? (start === null ? null : firstMillisecond(start));
  const to = end === null ? now : Math.floor(end.micros / 1_000);
  const request = { symbol, timeframe: timeframe.timeframe, timeframeText: timeframe.text, from, to, limit };
  return { ok: true, value: { ...request, carried: place?.carried ?? 0, parameters } };
}

/** A request costs a token for so many bars. */
const BARS_A_TOKEN = 1_000;
/** No session has more bars: those of a minute in a day of 25 hours. */
export const SESSION_BARS_MAX = 1_500;

/** What a request for an indicator costs: a token for each 1,000 bars that it may read, those before its values too. */
export function indicatorCost(definition: Definition, { limit, parameters }: IndicatorRequest): number {
  const before = definition.countedFrom === "session" ? SESSION_BARS_MAX : definition.settled(parameters) - 1;
  return Math.ceil((limit + before) / BARS_A_TOKEN);
}

/** The first whole millisecond that is not before a time. */
function firstMillisecond({ micros, more }: Instant): number {
  return Math.ceil((micros + (more ? 1 : 0)) / 1_000);
}

/** A bar of a symbol as the indicators read it. */
export function indicatorBar(symbol: string, bar: Bar): IndicatorBar {
  const dollars = (price: number): number => price / 10 ** PRICE_DECIMALS;
  return {
    at: bar.at,
    open: dollars(bar.open),
    high: dollars(bar.high),
    low: dollars(bar.low),
    close: dollars(bar.close),
    volume: sizeNumber(symbol, Number(bar.volume)),
    vwap: dollars(Number(bar.turnover) / Number(bar.volume)),
  };
}

/** The values with a bar; `carried` is added to those that are counted from the start. */
export function valuesToWire(
  definition: Definition,
  at: number,
  values: Values,
  carried: number,
): { t: string; [output: string]: number | null | string } {
  const entries = Object.keys(definition.outputs).map((name, index): [string, number | null] => {
    const value = values[index] ?? null;
    return [name, value === null ? null : Number((value + carried).toPrecision(SIGNIFICANT_DIGITS))];
  });
  return { ...Object.fromEntries(entries), t: new Date(at).toISOString() };
}

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
