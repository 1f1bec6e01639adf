/** The quotes of a maker around a fair price, and the changes to reach them. Prices in 1/10,000 dollar. */
import type { Instrument } from "../../domain/market/instrument.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import type { Side } from "../../domain/order/side.ts";

const LEVELS = 3;
/** Half the spread, and the distance of the levels: 0.8 basis points, at least a tick. */
const SPREAD_BASIS = 0.000_08;

export interface Quote {
  readonly side: Side;
  readonly price: number;
  /** 0: nearest to the fair price. */
  readonly level: number;
}

export interface LiveQuote {
  readonly orderId: string;
  readonly side: Side;
  readonly price: number;
}

export interface Changes {
  readonly cancel: readonly LiveQuote[];
  readonly place: readonly Quote[];
}

/**
 * The target quotes, best first. `skew` in [-1, 1] is the maker's inventory above (+) or below its target. It moves the
 * quotes down or up by up to one and a half half-spreads; at 1 and -1 only the side that reduces it is quoted.
 */
export function wantedQuotes(instrument: Instrument, fair: number, skew: number): Quote[] {
  const tick = tickSize(instrument, fair);
  const gap = gapTicks(instrument, fair) * tick;
  const centre = fair - skew * 1.5 * gap;
  const quotes: Quote[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const distance = gap * (level + 1);
    const bid = Math.floor((centre - distance) / tick) * tick;
    const ask = Math.ceil((centre + distance) / tick) * tick;
    if (skew < 1 && bid > 0) quotes.push({ side: "buy", price: bid, level });
    if (skew > -1) quotes.push({ side: "sell", price: ask, level });
  }
  return quotes;
}

/** Ticks between two levels at a price. */
function gapTicks(instrument: Instrument, price: number): number {
  return Math.max(1, Math.round((price * SPREAD_BASIS) / tickSize(instrument, price)));
}

/**
 * The quotes to cancel and to place, at most `limit` of each, so that a step costs few requests. A live quote may
 * differ from its target price by less than half a level's distance. Quotes nearest to the fair price come first.
 */
export function changes(
  instrument: Instrument,
  fair: number,
  wanted: readonly Quote[],
  live: readonly LiveQuote[],
  limit: number,
): Changes {
  const tick = tickSize(instrument, fair);
  const tolerance = Math.floor((gapTicks(instrument, fair) * tick) / 2 / tick) * tick;
  const free = [...live];
  const missing: Quote[] = [];
  for (const quote of wanted) {
    const near = free.findIndex((each) => each.side === quote.side && Math.abs(each.price - quote.price) <= tolerance);
    if (near === -1) missing.push(quote);
    else free.splice(near, 1);
  }
  const aggression = (quote: LiveQuote): number => (quote.side === "buy" ? quote.price - fair : fair - quote.price);
  const cancel = free.sort((a, b) => aggression(b) - aggression(a)).slice(0, limit);
  const kept = live.filter((quote) => !cancel.includes(quote));
  // Never crosses its own quotes, so that a maker does not trade with itself.
  const place = missing.filter((quote) =>
    kept.every(
      (own) => own.side === quote.side || (quote.side === "buy" ? own.price > quote.price : own.price < quote.price),
    ),
  );
  return { cancel, place: place.slice(0, limit) };
}
