/** Queries and responses of the market data endpoints. */
import * as z from "zod";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";
import { assetOf } from "../../domain/market/asset.ts";
import { tradeConditions } from "../../domain/market/tradeConditions.ts";
import { priceNumber, sizeNumber } from "./tradesAndQuotes.ts";
import { QUOTE_CONDITIONS, TAPE, VENUE_LETTER, type WireQuote, type WireTrade } from "../wire/market.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import type { BookTop, PriceLevel, RestingView } from "../rpc/orderBook.ts";

/** The most symbols of one request: as many as fit into a URL. Each listed one costs a call of its book. */
const LATEST_SYMBOLS_MAX = 2_000;
/** The syntax of a symbol: `BRK.B`, `BTC/USD`, `BTCUSD`. */
const SYMBOL = /^[A-Za-z0-9][A-Za-z0-9./-]{0,31}$/;
/** Feeds of Alpaca's REST API; all of them show this venue's books. */
const DATA_FEEDS = ["iex", "sip", "delayed_sip", "otc", "boats", "overnight"] as const;
const LEVELS_DEFAULT = 50;
const LEVELS_MAX = 500;

const symbolsText = `1 to ${LATEST_SYMBOLS_MAX} symbols separated by commas`;
/** What a request has, in a text of at most 64 characters. */
export const shown = (input: unknown): string => String(input).slice(0, 64);
const levelsError = `1 to ${LEVELS_MAX}`;

const symbol = z.string().regex(SYMBOL, { error: ({ input }) => `invalid symbol: ${shown(input)}` });

/** Parameters of every request for the latest data. The error texts are complete sentences, as Alpaca's are. */
export const newestQuery = z.object({
  feed: z
    .enum(DATA_FEEDS, { error: ({ input }) => `invalid feed: ${shown(input)}` })
    .optional()
    .meta({ description: "all feeds show this venue" }),
  currency: z.literal("USD", { error: ({ input }) => `invalid currency: ${shown(input)}` }).optional(),
});

export const latestQuery = newestQuery.extend({
  symbols: z
    .string({ error: "symbols is required" })
    .transform((text) =>
      text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    )
    .pipe(
      z
        .array(symbol)
        .min(1, { error: "symbols is required" })
        .max(LATEST_SYMBOLS_MAX, { error: `too many symbols: no more than ${LATEST_SYMBOLS_MAX}` }),
    )
    .transform((names) => [...new Set(names)])
    .meta({ description: symbolsText, examples: ["AAPL,MSFT"] }),
});

export const bookQuery = z.object({
  levels: z
    .string()
    .regex(/^\d{1,6}$/, { error: levelsError })
    .transform(Number)
    .pipe(z.number().min(1, { error: levelsError }).max(LEVELS_MAX, { error: levelsError }))
    .default(LEVELS_DEFAULT)
    .meta({ type: "integer", minimum: 1, maximum: LEVELS_MAX, description: `${LEVELS_DEFAULT} when left out` }),
  view: z.enum(["levels", "orders"], { error: "levels or orders" }).default("levels"),
});

/** Reads the symbols of a request; unlisted names are returned unchanged. */
export function readLatestQuery(query: URLSearchParams): Read<z.output<typeof latestQuery>> {
  return inDataShape(readQuery(latestQuery, query));
}

/** Reads the query of a request for one symbol, which is in the path. */
export function readNewestQuery(name: string, query: URLSearchParams): Read<z.output<typeof newestQuery>> {
  const named = symbol.safeParse(name);
  if (named.success) return inDataShape(readQuery(newestQuery, query));
  return { ok: false, error: { reason: "data_query_invalid", detail: named.error.issues[0]?.message ?? "" } };
}

/** Alpaca's market data API answers an invalid query with 400 and a text only. */
export function inDataShape<T>(read: Read<T>): Read<T> {
  if (read.ok || read.error.reason !== "query_invalid") return read;
  return { ok: false, error: { reason: "data_query_invalid", detail: read.error.expected } };
}

/** Reads the query of GET /v1/books/{symbol}. */
export function readBookQuery(query: URLSearchParams): Read<z.output<typeof bookQuery>> {
  return readQuery(bookQuery, query);
}

/**
 * The latest quote of a book for REST. A book without orders gives its last quote. Null when it never had one, and
 * while the orders of an auction are crossed.
 */
export function quoteToWire({ symbol, lastQuote, ...top }: BookTop): WireQuote | null {
  const { bid, ask, at } = lastQuote ?? top;
  if (bid === null && ask === null) return null;
  return {
    t: new Date(at).toISOString(),
    ax: VENUE_LETTER,
    ap: ask === null ? 0 : priceNumber(ask.price),
    as: ask === null ? 0 : sizeNumber(symbol, ask.qty),
    bx: VENUE_LETTER,
    bp: bid === null ? 0 : priceNumber(bid.price),
    bs: bid === null ? 0 : sizeNumber(symbol, bid.qty),
    c: QUOTE_CONDITIONS,
    z: TAPE,
    ...staleOf(top),
  };
}

/** Whether the feed of an externally priced symbol is stale; nothing for other symbols. */
export function staleOf({ feed }: Pick<BookTop, "feed">): { readonly stale?: boolean } {
  return feed === undefined ? {} : { stale: feed.state !== "live" };
}

/** The last trade of a book as a REST element; null before the first. */
export function tradeToWire({ symbol, last, ...top }: BookTop): WireTrade | null {
  if (last === null) return null;
  return {
    t: new Date(last.at).toISOString(),
    x: VENUE_LETTER,
    p: priceNumber(last.price),
    s: sizeNumber(symbol, last.qty),
    c: tradeConditions(assetOf(symbol), last),
    i: last.tradeId,
    z: TAPE,
    ...staleOf(top),
  };
}

/** A side of a book by price: `["268.5", "12"]` each, best first. */
export function levelsToWire(symbol: string, levels: readonly PriceLevel[]): [price: string, qty: string][] {
  const { qtyDecimals } = assetOf(symbol);
  return levels.map(({ price, qty }) => [formatDecimal(price, PRICE_DECIMALS), formatDecimal(qty, qtyDecimals)]);
}

/** A side of a book by order: `[17, "268.5", "12"]` each, in priority order. */
export function restingToWire(
  symbol: string,
  orders: readonly RestingView[],
): [ref: number, price: string, qty: string][] {
  const { qtyDecimals } = assetOf(symbol);
  return orders.map(({ ref, price, qty }) => [
    ref,
    formatDecimal(price, PRICE_DECIMALS),
    formatDecimal(qty, qtyDecimals),
  ]);
}
