/** Whether a series of memory readings grows for good, or is the saw-tooth of garbage collections. */

/** A reading; minutes since the start. */
export interface Reading {
  readonly minute: number;
  readonly megabytes: number;
}

/** What may grow, and how fast. Both bounds must be passed: a cache that fills is steep but ends, noise is flat. */
export interface GrowthRule {
  /** Readings before this minute do not count: start-up allocates, and caches fill. */
  readonly warmUpMinutes: number;
  readonly megabytesPerMinute: number;
  /** From the lowest of the first quarter to that of the last, in megabytes and as a share of the first. */
  readonly megabytes: number;
  readonly share: number;
}

export interface Growth {
  readonly megabytesPerMinute: number;
  /** The lowest of the first and of the last quarter of the readings. */
  readonly from: number;
  readonly to: number;
  readonly grows: boolean;
}

/** Fewer readings tell nothing. */
const READINGS_MIN = 4;

/** Null when there are too few readings after the warm-up. */
export function growthOf(readings: readonly Reading[], rule: GrowthRule): Growth | null {
  const counted = readings.filter(({ minute }) => minute >= rule.warmUpMinutes);
  if (counted.length < READINGS_MIN) return null;
  const quarter = Math.ceil(counted.length / 4);
  const from = lowest(counted.slice(0, quarter));
  const to = lowest(counted.slice(-quarter));
  const megabytesPerMinute = slope(counted);
  const grows =
    megabytesPerMinute > rule.megabytesPerMinute && to - from > rule.megabytes && to - from > rule.share * from;
  return { megabytesPerMinute, from, to, grows };
}

/** The median of the slopes between all pairs of readings (Theil and Sen): a few outliers do not change it. */
function slope(readings: readonly Reading[]): number {
  const slopes = readings.flatMap((first, index) =>
    readings.slice(index + 1).flatMap((second) => {
      const minutes = second.minute - first.minute;
      return minutes > 0 ? [(second.megabytes - first.megabytes) / minutes] : [];
    }),
  );
  return slopes.length === 0 ? 0 : median(slopes);
}

/** After a collection: what is above it may be garbage. */
function lowest(readings: readonly Reading[]): number {
  return Math.min(...readings.map(({ megabytes }) => megabytes));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >>> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
