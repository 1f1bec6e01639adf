/** The bars of a chart, and what is made of them. Prices are numbers, for display only. */
import type { WireBar } from "../../../../../protocol/wire/bars.ts";
import type { ChartTrade } from "./timeframes.ts";

/** A bar of JSON, where times are texts. */
export type JsonBar = Omit<WireBar, "t"> & { readonly t: string };

export interface ChartBar {
  /** Orders bars, and says which bar a trade is in. */
  readonly key: number;
  /** When it begins, epoch milliseconds; ascends strictly. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  /** The sum of price × quantity. */
  readonly turnover: number;
  readonly count: number;
  /** Time of its last trade; of a bar that was read, its beginning. */
  readonly lastAt: number;
}

/** The average price of a bar, weighted by quantity. */
export const vwapOf = ({ turnover, volume, close }: ChartBar): number => (volume === 0 ? close : turnover / volume);

export function barOfJson({ t, o, h, l, c, v, n, vw }: JsonBar): ChartBar {
  const at = Date.parse(t);
  return { key: at, at, open: o, high: h, low: l, close: c, volume: v, turnover: vw * v, count: n, lastAt: at };
}

/** The bar of one trade, which begins at `at`. */
export function barOfTrade(key: number, at: number, { price, size, at: time }: ChartTrade): ChartBar {
  const prices = { open: price, high: price, low: price, close: price };
  return { key, at, ...prices, volume: size, turnover: price * size, count: 1, lastAt: time };
}

/** A bar with one more trade, of a higher number than those that it has. */
export function withTrade(bar: ChartBar, { price, size, at }: ChartTrade): ChartBar {
  const isLast = at >= bar.lastAt;
  return {
    ...bar,
    high: Math.max(bar.high, price),
    low: Math.min(bar.low, price),
    close: isLast ? price : bar.close,
    volume: bar.volume + size,
    turnover: bar.turnover + price * size,
    count: bar.count + 1,
    lastAt: isLast ? at : bar.lastAt,
  };
}

/** The place of the first bar whose key is not below this one. */
export function placeOf(bars: readonly ChartBar[], key: number): number {
  let [low, high] = [0, bars.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as ChartBar).key < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Heikin-Ashi bars: the close is the mean of the four prices, the open the middle of the bar before. `from` is the first
 * one that is new; those before it are given by `before`.
 */
export function heikinAshi(bars: readonly ChartBar[], from = 0, before: readonly ChartBar[] = []): ChartBar[] {
  const result = before.slice(0, from);
  for (let nth = from; nth < bars.length; nth++) {
    const bar = bars[nth] as ChartBar;
    const last = result[nth - 1];
    const close = (bar.open + bar.high + bar.low + bar.close) / 4;
    const open = last === undefined ? (bar.open + bar.close) / 2 : (last.open + last.close) / 2;
    result.push({ ...bar, open, close, high: Math.max(bar.high, open, close), low: Math.min(bar.low, open, close) });
  }
  return result;
}

/** The closes of another symbol at the times of these bars: the newest one at each; null before its first. */
export function aligned(bars: readonly ChartBar[], other: readonly ChartBar[]): (number | null)[] {
  let nth = -1;
  return bars.map((_bar, place) => {
    const until = bars[place + 1]?.at ?? Infinity;
    while (nth + 1 < other.length && (other[nth + 1] as ChartBar).at < until) nth++;
    return other[nth]?.close ?? null;
  });
}
