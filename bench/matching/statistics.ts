/** Statistics of measurements. */

/** A percentile of a sorted list; NaN for an empty one. */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The median; of an even number of values the lower middle one. NaN for none. */
export function median(values: readonly number[]): number {
  return percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  );
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Percentiles of durations minus the cost of reading the clock. Sorts `durations`. */
export function latencyOf(durations: Float64Array, clockCost: number): Latency {
  durations.sort();
  const at = (share: number) => Math.max(0, percentile(durations, share) - clockCost);
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
