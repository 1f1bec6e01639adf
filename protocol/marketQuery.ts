/** Query strings of the market data endpoints, and their answers. */
import * as z from "zod";
import { formatDecimal, PRICE_DECIMALS } from "../domain/decimal.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import { canonicalSymbol } from "./assets.ts";
import { priceNumber, QUOTE_CONDITIONS, sizeNumber, TAPE, TRADE_CONDITIONS, VENUE_LETTER } from "./marketData.ts";
import { type Read, readQuery } from "./read.ts";
import type { BookTop, PriceLevel, RestingView } from "./rpc.ts";
import type { WireQuote, WireTrade } from "./wire/market.ts";

/** Symbols of one latest request: each costs a call to its book. */
const LATEST_SYMBOLS_MAX = 200;
const LEVELS_DEFAULT = 50;
const LEVELS_MAX = 500;

const symbolsError = `1 to ${LATEST_SYMBOLS_MAX} symbols separated by commas`;
const levelsError = `1 to ${LEVELS_MAX}`;

export const latestQuery = z.object({
  symbols: z
    .string({ error: symbolsError })
    .transform((text) => [
      ...new Set(
        text
          .split(",")
          .filter((name) => name !== "")
          .map(canonicalSymbol),
      ),
    ])
    .pipe(z.array(z.string()).min(1, { error: symbolsError }).max(LATEST_SYMBOLS_MAX, { error: symbolsError }))
    .meta({ description: symbolsError, examples: ["AAPL,MSFT"] }),
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

/** Reads the symbols of a latest request; names that are not listed stay as they are. */
export function readLatestQuery(query: URLSearchParams): Read<{ symbols: string[] }> {
  return readQuery(latestQuery, query);
}

/** Reads the query of GET /v1/books/{symbol}. */
export function readBookQuery(query: URLSearchParams): Read<z.output<typeof bookQuery>> {
  return readQuery(bookQuery, query);
}

/** The newest quote of a book as a REST element; null when neither side has an order. */
export function quoteToWire({ symbol, bid, ask, at }: BookTop): WireQuote | null {
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
  };
}

/** The last trade of a book as a REST element; null before the first. */
export function tradeToWire({ symbol, last }: BookTop): WireTrade | null {
  if (last === null) return null;
  return {
    t: new Date(last.at).toISOString(),
    x: VENUE_LETTER,
    p: priceNumber(last.price),
    s: sizeNumber(symbol, last.qty),
    c: TRADE_CONDITIONS,
    i: last.tradeId,
    z: TAPE,
  };
}

/** A side of a book by price: `["268.5", "12"]` each, best first. */
export function levelsToWire(symbol: string, levels: readonly PriceLevel[]): [price: string, qty: string][] {
  const { qtyDecimals } = requireInstrument(symbol);
  return levels.map(({ price, qty }) => [formatDecimal(price, PRICE_DECIMALS), formatDecimal(qty, qtyDecimals)]);
}

/** A side of a book by order: `[17, "268.5", "12"]` each, in priority order. */
export function restingToWire(
  symbol: string,
  orders: readonly RestingView[],
): [ref: number, price: string, qty: string][] {
  const { qtyDecimals } = requireInstrument(symbol);
  return orders.map(({ ref, price, qty }) => [
    ref,
    formatDecimal(price, PRICE_DECIMALS),
    formatDecimal(qty, qtyDecimals),
  ]);
}
