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
  stale,
  timestamp,
} from "../stream/elementWriter.ts";
import { PRICE_DECIMALS } from "../../domain/decimal.ts";
import { lotsPerShare } from "../../domain/market/instrument.ts";
import { type Asset, assetOf } from "../../domain/market/asset.ts";
import { tradeConditions } from "../../domain/market/tradeConditions.ts";
import type { PriceLevel } from "../rpc/orderBook.ts";
import { QUOTE_CONDITIONS, TAPE, VENUE_LETTER } from "../wire/market.ts";

/**
 * A trade as its book knows it: price in 1/10,000 dollar, quantity in lots, time in epoch milliseconds. After a restart
 * the optional fields of older trades are missing.
 */
export interface TradeElement {
  readonly symbol: string;
  readonly tradeId: number;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
  /** The book's market-data sequence after the trade, sent as `seq`: a client's cursor to resume after it. */
  readonly sequence: number;
  /** Side of the incoming order: 0 buys, 1 sells. Missing in an auction. */
  readonly takerSide?: 0 | 1;
  readonly auction?: true;
  readonly regular?: boolean;
  /** Set for a trade of a feed: whether the feed is stale now. */
  readonly stale?: boolean;
}

/** Best bid and ask; null for an empty side, which the element shows as price 0 and size 0. */
export interface QuoteElement {
  readonly symbol: string;
  readonly bid: PriceLevel | null;
  readonly ask: PriceLevel | null;
  readonly at: number;
  readonly sequence: number;
  /** Set for a quote of a feed: whether the feed is stale. */
  readonly stale?: boolean;
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
  readonly asset: Asset;
  readonly lots: number;
  /** The constant part of a trade, by its conditions and the side of the incoming order. */
  readonly trades: Map<readonly string[], readonly Uint8Array[]>;
  /** The same for trades of a feed, which have a field more; and the two of quotes. */
  readonly feedTrades: Map<readonly string[], readonly Uint8Array[]>;
  readonly quote: Uint8Array;
  readonly feedQuote: Uint8Array;
}

/** By side of the incoming order; the last one when there is none, or it is no longer known. */
const TAKERS = ["B", "S", "-"] as const;

const templates = new Map<string, Template>();

function template(symbol: string): Template {
  const known = templates.get(symbol);
  if (known !== undefined) return known;
  const asset = assetOf(symbol);
  const named = pairBytes("S", symbol);
  const tape = pairBytes("z", TAPE);
  const quote = [...pairBytes("T", CHANNELS.quotes.code), ...named];
  quote.push(...pairBytes("bx", VENUE_LETTER), ...pairBytes("ax", VENUE_LETTER));
  quote.push(...tape, ...listBytes("c", QUOTE_CONDITIONS));
  const made = {
    asset,
    lots: lotsPerShare(asset),
    trades: new Map(),
    feedTrades: new Map(),
    quote: Uint8Array.from([...mapHeader(12), ...quote]),
    feedQuote: Uint8Array.from([...mapHeader(13), ...quote]),
  };
  templates.set(symbol, made);
  return made;
}

function tradeHead({ asset, trades, feedTrades }: Template, trade: TradeElement): Uint8Array {
  const conditions = tradeConditions(asset, trade);
  const [known, pairs] = trade.stale === undefined ? [trades, 11] : [feedTrades, 12];
  let heads = known.get(conditions);
  if (heads === undefined) known.set(conditions, (heads = tradeHeads(trade.symbol, conditions, pairs)));
  return heads[trade.takerSide ?? 2] ?? new Uint8Array();
}

function tradeHeads(symbol: string, conditions: readonly string[], pairs: number): Uint8Array[] {
  const named = [...pairBytes("T", CHANNELS.trades.code), ...pairBytes("S", symbol)];
  const venue = [...pairBytes("x", VENUE_LETTER), ...pairBytes("z", TAPE), ...listBytes("c", conditions)];
  return TAKERS.map((tks) => Uint8Array.from([...mapHeader(pairs), ...named, ...venue, ...pairBytes("tks", tks)]));
}

/** One msgpack map of a `T:"t"` element. Throws on a symbol that is not listed. */
export function encodeTrade(trade: TradeElement): Uint8Array {
  const known = template(trade.symbol);
  begin(tradeHead(known, trade));
  key1("i");
  number(trade.tradeId);
  key1("p");
  number(trade.price / PRICE_UNITS);
  key1("s");
  number(trade.qty / known.lots);
  key1("t");
  timestamp(trade.at);
  if (trade.stale !== undefined) stale(trade.stale);
  cursor(trade.sequence);
  return finish();
}

/** One msgpack map of a `T:"q"` element. Throws on a symbol that is not listed. */
export function encodeQuote(quote: QuoteElement): Uint8Array {
  const { lots, quote: head, feedQuote } = template(quote.symbol);
  begin(quote.stale === undefined ? head : feedQuote);
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
  if (quote.stale !== undefined) stale(quote.stale);
  cursor(quote.sequence);
  return finish();
}
