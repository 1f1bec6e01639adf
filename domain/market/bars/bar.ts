import type { TapeTrade } from "./tapeTrade.ts";

/**
 * What a symbol cost in a period. Prices are in 1/10,000 dollar, quantities in lots, times in epoch milliseconds. Open and
 * close are those of the first and last trade by time; among trades of the same millisecond by number.
 */
export interface Bar {
  /** The beginning of the period. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: bigint;
  /** The exact sum of price × quantity. */
  readonly turnover: bigint;
  /** Number of trades. */
  readonly count: number;
  /** Times of the first and the last trade. */
  readonly firstAt: number;
  readonly lastAt: number;
}

/** The bar of one trade. */
export function barOf(at: number, { price, qty, at: time }: TapeTrade): Bar {
  const [volume, turnover] = [BigInt(qty), BigInt(price) * BigInt(qty)];
  const prices = { open: price, high: price, low: price, close: price };
  return { at, ...prices, volume, turnover, count: 1, firstAt: time, lastAt: time };
}

/** A bar with one more trade, whose number is higher than those of the bar; its time may be earlier. */
export function withTrade(bar: Bar, { price, qty, at }: TapeTrade): Bar {
  const isFirst = at < bar.firstAt;
  const isLast = at >= bar.lastAt;
  return {
    at: bar.at,
    open: isFirst ? price : bar.open,
    high: Math.max(bar.high, price),
    low: Math.min(bar.low, price),
    close: isLast ? price : bar.close,
    volume: bar.volume + BigInt(qty),
    turnover: bar.turnover + BigInt(price) * BigInt(qty),
    count: bar.count + 1,
    firstAt: isFirst ? at : bar.firstAt,
    lastAt: isLast ? at : bar.lastAt,
  };
}

/** The bar of two parts of a period, of which the first ends before the second begins. */
export function joinBars(at: number, earlier: Bar, later: Bar): Bar {
  return {
    at,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: earlier.volume + later.volume,
    turnover: earlier.turnover + later.turnover,
    count: earlier.count + later.count,
    firstAt: earlier.firstAt,
    lastAt: later.lastAt,
  };
}

/** The volume-weighted average price of a bar in millionths of a dollar: the exact quotient, rounded half up once. */
export function vwapOf({ turnover, volume }: Pick<Bar, "turnover" | "volume">): number {
  return Number((turnover * 200n + volume) / (volume * 2n));
}
