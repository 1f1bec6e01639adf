/** Which bars a small line of a symbol's newest prices is made of. */
import { DAY } from "../newYork.ts";
import type { BarCalendar } from "./barCalendar.ts";

/** Points of a line. With fewer of its newest day it begins a day earlier; with more some are left out. */
export const SPARK_LEAST = 20;
export const SPARK_MOST = 60;

/**
 * The bars of the newest trading day, for coins of the newest 24 hours. Days before are added until there are
 * `SPARK_LEAST`, as far as there are any. Takes and gives the oldest first.
 */
export function sparkBars<Bar extends { readonly at: number }>(
  bars: readonly Bar[],
  calendar: BarCalendar,
  now: number,
): readonly Bar[] {
  const dayOf = (at: number): number => (calendar.isShare ? calendar.dayOf(at) : Math.ceil((at - now) / DAY));
  let from = bars.length;
  while (from > 0 && bars.length - from < SPARK_LEAST) {
    const day = dayOf(bars[from - 1]?.at ?? 0);
    while (from > 0 && dayOf(bars[from - 1]?.at ?? 0) === day) from--;
  }
  return thinned(bars.slice(from));
}

/** At most `SPARK_MOST` of them, evenly, with the first and the last. */
function thinned<Bar>(bars: readonly Bar[]): readonly Bar[] {
  if (bars.length <= SPARK_MOST) return bars;
  const step = (bars.length - 1) / (SPARK_MOST - 1);
  return Array.from({ length: SPARK_MOST }, (_, nth) => bars[Math.round(nth * step)] as Bar);
}
