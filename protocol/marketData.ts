/**
 * Market data as it crosses the wire: the MessagePack elements of the data stream, written once per symbol by its book
 * and copied byte for byte to every viewer, and their JSON twin.
 */
import { concatBytes } from "./bytes.ts";
import {
  begin,
  cursor,
  finish,
  key1,
  key2,
  listBytes,
  mapHeader,
  number,
  pairBytes,
  timestamp,
} from "./elementWriter.ts";
import { Unpackr } from "msgpackr";
import { PRICE_DECIMALS } from "../domain/decimal.ts";
import { lotsPerShare } from "../domain/market/instrument.ts";
import { requireInstrument } from "../domain/market/listing.ts";
import type { PriceLevel } from "./rpc.ts";

/** The venue's one-letter code in `x`, `bx`, `ax`, and the tape in `z`: closed sets in the clients' models. */
export const VENUE_LETTER = "V";
export const TAPE = "C";
export const TRADE_CONDITIONS: readonly string[] = ["@"];
export const QUOTE_CONDITIONS: readonly string[] = ["R"];

/** A trade as its book knows it: price in 1/10,000 dollar, quantity in lots, time in epoch milliseconds. */
export interface TradeElement {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
  /** The book's market-data sequence right after it: `seq`, the cursor of who has seen it. */
  readonly sequence: number;
}

/** Best bid and ask; null for a side with no orders, which the wire shows as price 0, size 0. */
export interface QuoteElement {
  readonly symbol: string;
  readonly bid: PriceLevel | null;
  readonly ask: PriceLevel | null;
  readonly at: number;
  readonly sequence: number;
}

const PRICE_UNITS = 10 ** PRICE_DECIMALS;

/** A price on the wire: dollars as the nearest double. */
export function priceNumber(price: number): number {
  return price / PRICE_UNITS;
}

/** A quantity on the wire: whole shares or coins as the nearest double. Throws on a symbol that is not listed. */
export function sizeNumber(symbol: string, qtyLots: number): number {
  return qtyLots / lotsPerShare(requireInstrument(symbol));
}

interface Template {
  readonly lots: number;
  readonly trade: Uint8Array;
  readonly quote: Uint8Array;
}

const templates = new Map<string, Template>();

function template(symbol: string): Template {
  const known = templates.get(symbol);
  if (known !== undefined) return known;
  const lots = lotsPerShare(requireInstrument(symbol));
  const named = pairBytes("S", symbol);
  const tape = pairBytes("z", TAPE);
  const trade = [...mapHeader(10), ...pairBytes("T", "t"), ...named, ...pairBytes("x", VENUE_LETTER), ...tape];
  trade.push(...listBytes("c", TRADE_CONDITIONS));
  const quote = [...mapHeader(12), ...pairBytes("T", "q"), ...named];
  quote.push(...pairBytes("bx", VENUE_LETTER), ...pairBytes("ax", VENUE_LETTER));
  quote.push(...tape, ...listBytes("c", QUOTE_CONDITIONS));
  const made = { lots, trade: Uint8Array.from(trade), quote: Uint8Array.from(quote) };
  templates.set(symbol, made);
  return made;
}

/** One msgpack map of a `T:"t"` element. Throws on a symbol that is not listed. */
export function encodeTrade(trade: TradeElement): Uint8Array {
  const { lots, trade: head } = template(trade.symbol);
  begin(head);
  key1("i");
  number(trade.tradeId);
  key1("p");
  number(trade.price / PRICE_UNITS);
  key1("s");
  number(trade.qty / lots);
  key1("t");
  timestamp(trade.at);
  cursor(trade.sequence);
  return finish();
}

/** One msgpack map of a `T:"q"` element. Throws on a symbol that is not listed. */
export function encodeQuote(quote: QuoteElement): Uint8Array {
  const { lots, quote: head } = template(quote.symbol);
  begin(head);
  key2("b", "p");
  number(quote.bid === null ? 0 : quote.bid.price / PRICE_UNITS);
  key2("b", "s");
  number(quote.bid === null ? 0 : quote.bid.qty / lots);
  key2("a", "p");
  number(quote.ask === null ? 0 : quote.ask.price / PRICE_UNITS);
  key2("a", "s");
  number(quote.ask === null ? 0 : quote.ask.qty / lots);
  key1("t");
  timestamp(quote.at);
  cursor(quote.sequence);
  return finish();
}

/** One stream frame: an array header for `count` elements, then the segments' bytes as they are. */
export function concatFrame(count: number, segments: readonly Uint8Array[]): Uint8Array {
  return concatBytes([arrayHeader(count), ...segments]);
}

function arrayHeader(count: number): Uint8Array {
  if (count < 16) return Uint8Array.of(0x90 | count);
  if (count < 0x10000) return Uint8Array.of(0xdc, count >> 8, count & 0xff);
  return Uint8Array.of(0xdd, count >>> 24, (count >>> 16) & 0xff, (count >>> 8) & 0xff, count & 0xff);
}

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: "number" });

/** The elements of a segment (concatenated msgpack maps) as plain objects, `t` as a Date. Throws on malformed bytes. */
export function decodeSegment(segment: Uint8Array): unknown[] {
  return segment.length === 0 ? [] : (unpackr.unpackMultiple(segment) ?? []);
}

/** The elements of a segment whose `seq` is greater, and how many they are. Elements are in the order of their `seq`. */
export function segmentAfter(
  segment: Uint8Array,
  sequence: number,
): { readonly bytes: Uint8Array; readonly count: number } {
  let from = segment.length;
  let count = 0;
  if (segment.length > 0) {
    unpackr.unpackMultiple(segment, (element: unknown, start?: number) => {
      if ((element as { readonly seq: number }).seq <= sequence) return;
      if (count++ === 0) from = start ?? 0;
    });
  }
  return { bytes: segment.subarray(from), count };
}

/** A segment's elements as JSON text joined by commas, `t` as an RFC 3339 string: `{…},{…}`; "" for an empty segment. */
export function segmentToJson(segment: Uint8Array): string {
  return decodeSegment(segment)
    .map((element) => JSON.stringify(element))
    .join(",");
}
