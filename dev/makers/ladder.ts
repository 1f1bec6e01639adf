/** The quotes of a maker around a fair price, and the changes to reach them. Prices in 1/10,000 dollar. */
import type { Instrument } from "../../domain/market/instrument.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import type { Side } from "../../domain/order/side.ts";

/** Price levels of a side. */
const LEVELS = 10;
/** Half the spread: 0.8 basis points, at least a tick. Two levels are half of that apart. */
const SPREAD_BASIS = 0.000_08;
/** How many levels farther away a quote may be than the farthest wanted one: what has moved away is soon near again. */
const LINGER_LEVELS = 5;

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
 * The target quotes, best first. All prices are multiples of the distance between two levels, so that a quote stays
 * where it is while the market moves past it. `skew` in [-1, 1] is the maker's inventory above (+) or below its target.
 * It moves the quotes down or up by up to one and a half half-spreads; at 1 and -1 only the side that reduces it is
 * quoted.
 */
export function wantedQuotes(instrument: Instrument, fair: number, skew: number): Quote[] {
  const { gap, step } = distances(instrument, fair);
  const centre = fair - skew * 1.5 * gap;
  const bestBid = Math.floor((centre - gap) / step) * step;
  const bestAsk = Math.ceil((centre + gap) / step) * step;
  const quotes: Quote[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const bid = bestBid - level * step;
    if (skew < 1 && bid > 0) quotes.push({ side: "buy", price: bid, level });
    if (skew > -1) quotes.push({ side: "sell", price: bestAsk + level * step, level });
  }
  return quotes;
}

/** Half the spread, and the distance of two levels, at a price. */
function distances(instrument: Instrument, price: number): { readonly gap: number; readonly step: number } {
  const tick = tickSize(instrument, price);
  const ticks = Math.max(1, Math.round((price * SPREAD_BASIS) / tick));
  return { gap: ticks * tick, step: Math.max(1, Math.round(ticks / 2)) * tick };
}

/**
 * The quotes to cancel and to place, at most `limit` of each, so that a step costs few requests. A live quote is
 * cancelled when it is better than the best wanted one or far from the last. Quotes nearest to the fair price come
 * first.
 */
export function changes(
  instrument: Instrument,
  fair: number,
  wanted: readonly Quote[],
  live: readonly LiveQuote[],
  limit: number,
): Changes {
  const { step } = distances(instrument, fair);
  const reach = (side: Side): readonly number[] =>
    wanted.filter((quote) => quote.side === side).map((quote) => distance(quote, fair));
  const [buys, sells] = [reach("buy"), reach("sell")];
  const misplaced = live.filter((quote) => {
    const among = quote.side === "buy" ? buys : sells;
    const away = distance(quote, fair);
    return !(away >= Math.min(...among) && away <= Math.max(...among) + LINGER_LEVELS * step);
  });
  const cancel = misplaced.sort((a, b) => distance(a, fair) - distance(b, fair)).slice(0, limit);
  const kept = live.filter((quote) => !cancel.includes(quote));
  const missing = wanted.filter(({ side, price }) => !kept.some((own) => own.side === side && own.price === price));
  // Never crosses its own quotes, so that a maker does not trade with itself.
  const place = missing.filter((quote) =>
    kept.every(
      (own) => own.side === quote.side || (quote.side === "buy" ? own.price > quote.price : own.price < quote.price),
    ),
  );
  return { cancel, place: place.slice(0, limit) };
}

/** How far a quote is behind the fair price; negative when it is better than that. */
function distance({ side, price }: { readonly side: Side; readonly price: number }, fair: number): number {
  return side === "buy" ? fair - price : price - fair;
}
