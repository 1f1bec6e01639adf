/** Queries of the past: what they may ask, and where a page continues. */
import * as z from "zod";
import { DAY, newYorkDay, newYorkInstant } from "../../domain/market/newYork.ts";
import { parseTimeframe, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import { readInstant } from "../wire/instant.ts";
import { inDataShape, latestQuery, newestQuery, shown } from "./marketData.ts";

/** Elements of a page, over all symbols. */
const LIMIT_DEFAULT = 1_000;
const LIMIT_MAX = 10_000;
const ADJUSTMENTS = ["raw", "split", "dividend", "spin-off", "all"];
const DATE = /^\d{4}-\d\d-\d\d$/;

/** The days of shares begin at midnight in New York, those of coins in UTC. */
export type DayZone = "new_york" | "utc";

/** Where a page continues: a symbol, a month (empty for bars of days), and a bar or a trade; null: at the beginning. */
export interface PagePlace {
  readonly symbol: string;
  readonly month: string;
  readonly next: number | null;
}

const place = z.tuple([z.string().max(32), z.string().regex(/^(?:\d{4}-\d\d)?$/), z.int().min(0).nullable()]);

/** A place as the text that clients send back. */
export function pageToken({ symbol, month, next }: PagePlace): string {
  return btoa(JSON.stringify([symbol, month, next]))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

function readPageToken(token: string): PagePlace | null {
  try {
    const read = place.safeParse(JSON.parse(atob(token.replace(/-/g, "+").replace(/_/g, "/"))));
    if (!read.success) return null;
    const [symbol, month, next] = read.data;
    return { symbol, month, next };
  } catch {
    return null;
  }
}

const invalid = (name: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `invalid ${name}: ${shown(input)}`,
});

const limit = z
  .string()
  .regex(/^\d{1,6}$/, invalid("limit"))
  .transform(Number)
  .pipe(z.number().min(1, invalid("limit")).max(LIMIT_MAX, invalid("limit")))
  .default(LIMIT_DEFAULT)
  .meta({ type: "integer", minimum: 1, maximum: LIMIT_MAX, description: "of the page, over all symbols" });

/** A date or a time; dates are read when the zone is known. */
const moment = (name: string) =>
  z
    .string()
    .refine((text) => readInstant(text) !== null, invalid(name))
    .optional();

const start = moment("start").meta({ description: "first time, a date or RFC 3339; today when left out" });
const end = moment("end").meta({ description: "last time, included; a date is that whole day; now when left out" });

const token = z
  .string()
  .transform((text, context): PagePlace => {
    const read = readPageToken(text);
    if (read !== null) return read;
    context.addIssue({ code: "custom", message: `invalid page_token: ${shown(text)}` });
    return z.NEVER;
  })
  .optional()
  .meta({ type: "string", description: "`next_page_token` of the page before" });

const sort = z.enum(["asc", "desc"], invalid("sort")).default("asc").meta({ description: "of the times of a symbol" });

const timeframe = z
  .string({ error: "timeframe is required" })
  .transform((text, context): Timeframe => {
    const read = parseTimeframe(text);
    if (read !== null) return read;
    context.addIssue({ code: "custom", message: `invalid timeframe: ${shown(text)}` });
    return z.NEVER;
  })
  .meta({
    type: "string",
    description: "1 to 59 Min or T, 1 to 23 Hour or H, 1Day, 1Week, or 1, 2, 3, 4, 6 or 12 Month or M",
    examples: ["1Min", "1Day"],
  });

const adjustment = z
  .string()
  .refine((text) => text.split(",").every((word) => ADJUSTMENTS.includes(word)), invalid("adjustment"))
  .optional()
  .meta({ description: `${ADJUSTMENTS.join(", ")}; the same while there are no corporate actions` });

const asof = z
  .string()
  .refine((text) => text === "-" || (DATE.test(text) && readInstant(text) !== null), invalid("asof"))
  .optional()
  .meta({ description: "a date; symbols of this exchange are not renamed" });

const range = { start, end, limit, page_token: token, sort };
const ofBars = { timeframe, adjustment };

/** Queries for the past of shares: of several symbols, and of the one in the path. */
export const historyQuery = latestQuery.extend({ ...range, asof });
export const historyOfOneQuery = newestQuery.extend({ ...range, asof });
export const barsQuery = historyQuery.extend(ofBars);
export const barsOfOneQuery = historyOfOneQuery.extend(ofBars);
/** The same for coins. */
export const cryptoHistoryQuery = latestQuery.pick({ symbols: true }).extend(range);
export const cryptoBarsQuery = cryptoHistoryQuery.extend({ timeframe });

/** What a query asks of each symbol: a time with both ends, epoch milliseconds, and a page. */
export interface HistoryRange {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly descending: boolean;
  readonly after: PagePlace | null;
}

/** Reads a query by one of the schemas above. Refused as Alpaca's market data refuses: 400 and a text. */
export function readHistoryQuery<S extends z.ZodObject>(schema: S, query: URLSearchParams): Read<z.output<S>> {
  return inDataShape<z.output<S>>(readQuery(schema, query));
}

type RangeFields = Pick<z.output<typeof cryptoHistoryQuery>, "start" | "end" | "limit" | "page_token" | "sort">;

/** The range of a query. Refused when it ends before it begins. */
export function historyRange(fields: RangeFields, zone: DayZone, now: number): Read<HistoryRange> {
  const today = zone === "utc" ? Math.floor(now / DAY) : newYorkDay(now);
  const from = fields.start === undefined ? startOf(today, zone) : beginOf(fields.start, zone);
  const to = fields.end === undefined ? now : endOf(fields.end, zone);
  if (fields.start !== undefined && to < from) {
    return { ok: false, error: { reason: "data_query_invalid", detail: "end should not be before start" } };
  }
  const { limit: most, page_token: after = null, sort: order } = fields;
  return { ok: true, value: { from, to, limit: most, descending: order === "desc", after } };
}

const startOf = (day: number, zone: DayZone): number => (zone === "utc" ? day * DAY : newYorkInstant(day, 0));
const dayOfDate = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / DAY);

function beginOf(text: string, zone: DayZone): number {
  if (DATE.test(text)) return startOf(dayOfDate(text), zone);
  const { micros, more } = readInstant(text) ?? { micros: 0, more: false };
  return Math.ceil((micros + (more ? 1 : 0)) / 1_000);
}

function endOf(text: string, zone: DayZone): number {
  if (DATE.test(text)) return startOf(dayOfDate(text) + 1, zone) - 1;
  return Math.floor((readInstant(text)?.micros ?? 0) / 1_000);
}
