/** Geometry of a line chart. */

/** Round values that divide a range into about so many parts. */
export function ticks(low: number, high: number, about: number): readonly number[] {
  const range = high - low;
  if (!(range > 0)) return [low];
  const rough = range / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  const found: number[] = [];
  for (let nth = Math.ceil(low / step); nth * step <= high + step * 1e-9; nth++)
    found.push(Number((nth * step).toPrecision(12)));
  return found;
}

/** What a chart of falls shows when there was none. */
const NO_FALL = { low: -0.01, high: 0 } as const;

/** The range of some values with a little room; around a single value there is room, too. */
export function rangeOf(values: readonly number[], withZero = false): { readonly low: number; readonly high: number } {
  let [low, high] = withZero ? [0, 0] : [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (!Number.isFinite(low)) return { low: 0, high: 1 };
  if (withZero && low === high) return NO_FALL;
  const room = high === low ? Math.abs(high) * 0.01 || 1 : (high - low) * 0.06;
  return { low: withZero && low === 0 ? 0 : low - room, high: withZero && high === 0 ? 0 : high + room };
}

/** Which of so many points is nearest to a place between 0 and 1. */
export function nearest(place: number, count: number): number {
  return Math.max(0, Math.min(count - 1, Math.round(place * (count - 1))));
}
