/**
 * MessagePack elements of the channels `trades` and `quotes`. A book encodes each element once; relays copy the bytes
 * to subscribers.
 */
import { CHANNELS } from "../stream/channels.ts";
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
} from "../stream/elementWriter.ts";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { assetOf } from "../../domain/market/asset.ts";
import type { PriceLevel } from "../rpc/orderBook.ts";
import { VENUE_LETTER, TAPE, TRADE_CONDITIONS, QUOTE_CONDITIONS } from "../wire/market.ts";

/** A trade as its book knows it: price in 1/10,000 dollar, quantity in lots, time in epoch milliseconds. */
export interface TradeElement {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
  /** The book's market-data sequence after the trade, sent as `seq`: a client's cursor to resume after it. */
  readonly sequence: number;
}

/** Best bid and ask; null for an empty side, which the element shows as price 0 and size 0. */
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
  return qtyLots / lotsPerShare(assetOf(symbol));
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
  const lots = lotsPerShare(assetOf(symbol));
  const named = pairBytes("S", symbol);
  const tape = pairBytes("z", TAPE);
  const trade = [
    ...mapHeader(10),
    ...pairBytes("T", CHANNELS.trades.code),
    ...named,
    ...pairBytes("x", VENUE_LETTER),
    ...tape,
  ];
  trade.push(...listBytes("c", TRADE_CONDITIONS));
  const quote = [...mapHeader(12), ...pairBytes("T", CHANNELS.quotes.code), ...named];
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
