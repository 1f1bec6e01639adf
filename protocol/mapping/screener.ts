/** The screener, the meaning of codes, and news: queries and answers. */
import * as z from "zod";
import { type Read, readQuery } from "../http/readRequest.ts";
import { TRADE_CONDITIONS } from "../../domain/market/tradeConditions.ts";
import { QUOTE_CONDITIONS, VENUE_LETTER } from "../wire/market.ts";
import type { WireMostActives, WireMovers } from "../wire/screener.ts";
import type { WireLatestBars } from "../wire/bars.ts";
import { inDataShape, shown } from "./marketData.ts";

const TOP_DEFAULT = 10;
const NEWS_MAX = 50;

/** The venues by the letter that quotes and trades have. */
export const EXCHANGES: Readonly<Record<string, string>> = { [VENUE_LETTER]: "Edge exchange" };

/** The conditions of quotes and trades. */
export const CONDITIONS: Readonly<Record<"trade" | "quote", Readonly<Record<string, string>>>> = {
  trade: TRADE_CONDITIONS,
  quote: Object.fromEntries(QUOTE_CONDITIONS.map((code) => [code, "Regular, Two-Sided Open"])),
};

const invalid = (name: string) => ({
  error: ({ input }: { readonly input?: unknown }) => `invalid ${name}: ${shown(input)}`,
});

const top = (most: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, invalid("top"))
    .transform(Number)
    .pipe(z.number().min(1, invalid("top")).max(most, invalid("top")))
    .default(TOP_DEFAULT)
    .meta({ type: "integer", minimum: 1, maximum: most });

export const ticktype = z.enum(["trade", "quote"], invalid("ticktype"));
export const marketType = z.enum(["stocks", "crypto"], invalid("market_type"));
export const conditionsQuery = z.object({
  tape: z.enum(["A", "B", "C"], invalid("tape")).optional().meta({ description: "the same on each tape" }),
});
export const mostActivesQuery = z.object({
  by: z.enum(["volume", "trades"], invalid("by")).default("volume"),
  top: top(100),
});
export const moversQuery = z.object({ top: top(50) });
export const newsQuery = z.object({
  symbols: z.string().optional(),
  start: z.string().optional(),
  end: z.string().optional(),
  limit: z
    .string()
    .regex(/^\d{1,4}$/, invalid("limit"))
    .refine((text) => Number(text) >= 1 && Number(text) <= NEWS_MAX, invalid("limit"))
    .optional()
    .meta({ type: "integer", minimum: 1, maximum: NEWS_MAX }),
  sort: z.enum(["asc", "desc"], invalid("sort")).optional(),
  page_token: z.string().optional(),
});

export function readConditionsQuery(
  name: string,
  query: URLSearchParams,
): Read<{ readonly ticktype: z.output<typeof ticktype> }> {
  const read = inDataShape(readQuery(conditionsQuery, query));
  return read.ok ? readPart(ticktype, "ticktype", name, {}) : read;
}

export function readMostActivesQuery(query: URLSearchParams): Read<z.output<typeof mostActivesQuery>> {
  return inDataShape(readQuery(mostActivesQuery, query));
}

export function readMoversQuery(
  name: string,
  query: URLSearchParams,
): Read<z.output<typeof moversQuery> & { readonly market_type: z.output<typeof marketType> }> {
  const read = inDataShape(readQuery(moversQuery, query));
  return read.ok ? readPart(marketType, "market_type", name, read.value) : read;
}

export function readNewsQuery(query: URLSearchParams): Read<z.output<typeof newsQuery>> {
  return inDataShape(readQuery(newsQuery, query));
}

/** A part of the path, and the query beside it. */
function readPart<T, N extends string, Q extends object>(
  schema: z.ZodType<T>,
  name: N,
  text: string,
  query: Q,
): Read<Q & Readonly<Record<N, T>>> {
  const read = schema.safeParse(text);
  if (read.success) return { ok: true, value: Object.assign({}, query, { [name]: read.data } as Record<N, T>) };
  return { ok: false, error: { reason: "data_query_invalid", detail: read.error.issues[0]?.message ?? "" } };
}

/** Symbols that traded on the newest trading day of any of them. */
function ofNewestDay(all: readonly WireLatestBars[]) {
  const traded = all.flatMap(({ symbol, dailyBar, prevDailyBar }) =>
    dailyBar === undefined ? [] : [{ symbol, day: dailyBar, before: prevDailyBar }],
  );
  const newest = traded.reduce((latest, { day }) => (day.t > latest ? day.t : latest), "");
  return traded.filter(({ day }) => day.t === newest);
}

/** The symbols with the most volume, or trades, of the newest trading day. */
export function mostActives(
  all: readonly WireLatestBars[],
  { by, top: most }: z.output<typeof mostActivesQuery>,
  now: number,
): WireMostActives {
  const active = ofNewestDay(all).map(({ symbol, day }) => ({ symbol, trade_count: day.n, volume: day.v }));
  const key = by === "trades" ? "trade_count" : "volume";
  active.sort((one, other) => other[key] - one[key] || (one.symbol < other.symbol ? -1 : 1));
  return { most_actives: active.slice(0, most), last_updated: new Date(now).toISOString() };
}

/** The symbols that gained and lost most since the trading day before, in percent. */
export function movers(
  all: readonly WireLatestBars[],
  { top: most, market_type }: z.output<typeof moversQuery> & { readonly market_type: z.output<typeof marketType> },
  now: number,
): WireMovers {
  const moved = ofNewestDay(all).flatMap(({ symbol, day, before }) => {
    if (before === undefined) return [];
    const change = Number((day.c - before.c).toFixed(4));
    return [{ symbol, price: day.c, change, percent_change: Number(((change / before.c) * 100).toFixed(2)) }];
  });
  moved.sort((one, other) => other.percent_change - one.percent_change || (one.symbol < other.symbol ? -1 : 1));
  return {
    gainers: moved.filter(({ change }) => change > 0).slice(0, most),
    losers: moved
      .filter(({ change }) => change < 0)
      .toReversed()
      .slice(0, most),
    market_type,
    last_updated: new Date(now).toISOString(),
  };
}
