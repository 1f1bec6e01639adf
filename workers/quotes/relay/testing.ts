/** Books of the fan-out's tests: what they publish, and what clients have of it. */
import { decode } from "@msgpack/msgpack";
import { encodeLevels } from "../../../protocol/mapping/depth.ts";
import { encodeImbalance } from "../../../protocol/mapping/marketState.ts";
import { encodeQuote, encodeTrade } from "../../../protocol/mapping/tradesAndQuotes.ts";
import type { MarketSegment } from "../../../protocol/rpc/orderBook.ts";

export interface Element {
  readonly T: string;
  readonly S: string;
  readonly seq: number;
  /** Of depth: a snapshot, and its bids. */
  readonly r?: true;
  readonly b?: readonly { readonly p: number; readonly s: number }[];
  /** Of an imbalance. */
  readonly paired?: number;
}

const LEVELS = 4;
/** The displayed bids at a sequence: each number has set one of four levels to its quantity. */
export function bidsAt(sequence: number, after = 0): { price: number; qty: number }[] {
  const newest = Array.from({ length: LEVELS }, (_, level) => sequence - ((sequence - level + LEVELS) % LEVELS));
  return newest
    .filter((number) => number > after)
    .map((number) => ({ price: (100 + (number % LEVELS)) * 10_000, qty: number * 1_000_000 }))
    .toSorted((one, two) => two.price - one.price);
}

/** The depth of a book after `previous`; a snapshot without it. */
export function depthOf(
  symbol: string,
  previous: number | null,
  sequence: number,
): { bytes: Uint8Array; count: number } {
  const rows = { bids: bidsAt(sequence, previous ?? 0), asks: [] };
  const position = { symbol, at: 0, sequence, previous };
  return { bytes: encodeLevels(position, rows, { bids: bidsAt(sequence), asks: [] }), count: 1 };
}

/** An imbalance, which is outside of the sequence, of this paired quantity. */
export function imbalanceOf(symbol: string, paired: number): Uint8Array {
  const indicative = {
    price: 10_000,
    paired: paired * 1_000_000,
    imbalance: 0,
    imbalanceSide: null,
    reference: 10_000,
  };
  return Uint8Array.from(encodeImbalance({ symbol, at: 0, ...indicative }));
}

/** One trade a sequence, and a quote whose bid is the sequence in dollars. */
export function segmentOf(symbol: string, previous: number, sequence: number): MarketSegment {
  const numbers = Array.from({ length: sequence - previous }, (_, nth) => previous + nth + 1);
  const trades = numbers.flatMap((number) => [
    ...encodeTrade({ symbol, tradeId: number, price: 10_000, qty: 1_000_000, at: 0, sequence: number }),
  ]);
  const bid = { price: sequence * 10_000, qty: 1_000_000 };
  const quote = numbers.length === 0 ? null : encodeQuote({ symbol, bid, ask: null, at: 0, sequence });
  const segment = { symbol, previous, sequence, trades: Uint8Array.from(trades), tradeCount: numbers.length, quote };
  return numbers.length === 0 ? segment : { ...segment, depth: depthOf(symbol, previous, sequence) };
}

/** The bids that elements of depth lead to, and the `seq` of the last one. A change of what is newer is a fault. */
export function bidsOf(depth: readonly Element[]): unknown {
  const bids = new Map<number, number>();
  let last = -1;
  for (const { r, b = [], seq } of depth) {
    if (r === true) bids.clear();
    else if (seq <= last && last >= 0) bids.set(-1, seq);
    for (const { p, s } of b) bids.set(p, s);
    last = seq;
  }
  return { last, bids: [...bids].toSorted(([one], [two]) => one - two) };
}

export const elementsOf = (frame: string | Uint8Array): Element[] =>
  (typeof frame === "string" ? JSON.parse(frame) : decode(frame)) as Element[];
