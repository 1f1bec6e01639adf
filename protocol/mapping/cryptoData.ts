/** The market data of coins as Alpaca's API for crypto has it; clients read shares by the same routes. */
import * as z from "zod";
import type { Side } from "../../domain/order/side.ts";
import type { BookTop, PriceLevel } from "../rpc/orderBook.ts";
import type { WireCryptoQuote, WireCryptoTrade, WireOrderbook } from "../wire/cryptoData.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import { inDataShape, latestQuery, quoteToWire, shown, staleOf, tradeToWire } from "./marketData.ts";
import { priceNumber, sizeNumber } from "./tradesAndQuotes.ts";

/** The places that clients know; each shows this venue. */
const LOCATIONS = ["us", "us-1", "us-2", "eu-1", "bs-1", "global"] as const;

export const location = z
  .enum(LOCATIONS, { error: ({ input }) => `invalid location: ${shown(input)}` })
  .meta({ description: "each location shows this venue", examples: ["us"] });

export const cryptoLatestQuery = latestQuery.pick({ symbols: true });

/** Reads the symbols of a request for the newest data of coins; `loc` is the part of the path. */
export function readCryptoLatestQuery(loc: string, query: URLSearchParams): Read<z.output<typeof cryptoLatestQuery>> {
  const known = readLocation(loc);
  return known.ok ? inDataShape(readQuery(cryptoLatestQuery, query)) : known;
}

export function readLocation(loc: string): Read<string> {
  const read = location.safeParse(loc);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, error: { reason: "data_query_invalid", detail: read.error.issues[0]?.message ?? "" } };
}

/** The latest quote of a book in the shape of coins; null when there is none. */
export function cryptoQuoteToWire(top: BookTop): WireCryptoQuote | null {
  const quote = quoteToWire(top);
  if (quote === null) return null;
  const { t, ap, as, bp, bs } = quote;
  return { t, ap, as, bp, bs, ...staleOf(top) };
}

/** The last trade of a book in the shape of coins; null before the first. */
export function cryptoTradeToWire(top: BookTop): WireCryptoTrade | null {
  const trade = tradeToWire(top);
  if (trade === null) return null;
  const { t, p, s, i } = trade;
  return { t, p, s, i, tks: takerToWire(top.lastTaker), ...staleOf(top) };
}

/** The side of the incoming order; that of an auction has none. */
export function takerToWire(side: Side | undefined): WireCryptoTrade["tks"] {
  if (side === undefined) return "-";
  return side === "buy" ? "B" : "S";
}

/** An order book by price level. Null when it was never used. */
export function orderbookToWire(
  { symbol, at }: BookTop,
  bids: readonly PriceLevel[],
  asks: readonly PriceLevel[],
): WireOrderbook | null {
  if (at === 0 && bids.length === 0 && asks.length === 0) return null;
  const levels = (side: readonly PriceLevel[]) =>
    side.map(({ price, qty }) => ({ p: priceNumber(price), s: sizeNumber(symbol, qty) }));
  return { t: new Date(at).toISOString(), b: levels(bids), a: levels(asks) };
}
