import { type Bar, joinBars } from "./bar.ts";

/**
 * The bars of longer periods, from bars of shorter ones in order of time, or in the opposite order. `periodOf` gives the
 * beginning of the period of a short bar. Lazy: it reads no further than what is asked for.
 */
export function* coarserBars(
  bars: Iterable<Bar>,
  periodOf: (at: number) => number,
  descending = false,
): Generator<Bar, void> {
  let open: Bar | null = null;
  for (const bar of bars) {
    const at = periodOf(bar.at);
    if (open !== null && open.at !== at) {
      yield open;
      open = null;
    }
    if (open === null) open = { ...bar, at };
    else open = descending ? joinBars(at, bar, open) : joinBars(at, open, bar);
  }
  if (open !== null) yield open;
}

/** A question for bars: those that begin from `from` to `to`, both included (epoch milliseconds). */
export interface BarRange {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly descending: boolean;
}

/** Bars in the order of the range that begin in it, at most `limit`, and the beginning of the one after them. */
export function pageOfBars(bars: Iterable<Bar>, { from, to, limit, descending }: BarRange) {
  const items: Bar[] = [];
  for (const bar of bars) {
    if (descending ? bar.at > to : bar.at < from) continue;
    if (descending ? bar.at < from : bar.at > to) break;
    if (items.length === limit) return { items, next: bar.at };
    items.push(bar);
  }
  return { items, next: null };
}
