/** From times and prices to pixels and back. Between bars, and beyond the last one, time goes on evenly. */
import type { ChartBar } from "../model/bars.ts";

/** The place of a time among bars, as a number with a fraction. `span` is how long a bar lasts, for what is beyond. */
export function placeOfTime(bars: readonly Pick<ChartBar, "at">[], at: number, span: number): number {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return 0;
  if (at <= first.at) return (at - first.at) / span;
  if (at >= last.at) return bars.length - 1 + (at - last.at) / span;
  let [low, high] = [0, bars.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((bars[middle] as ChartBar).at <= at) low = middle;
    else high = middle;
  }
  const [from, to] = [(bars[low] as ChartBar).at, (bars[high] as ChartBar).at];
  return low + (at - from) / (to - from);
}

/** The time of a place among bars: the inverse of `placeOfTime`. */
export function timeOfPlace(bars: readonly Pick<ChartBar, "at">[], place: number, span: number): number {
  const [first] = bars;
  const last = bars.at(-1);
  if (first === undefined || last === undefined) return 0;
  if (place <= 0) return first.at + place * span;
  if (place >= bars.length - 1) return last.at + (place - bars.length + 1) * span;
  const low = Math.floor(place);
  const [from, to] = [(bars[low] as ChartBar).at, (bars[low + 1] as ChartBar).at];
  return from + (to - from) * (place - low);
}
