/** Compares the measurements of a peer and of ours. */
import { median } from "../report.ts";
import type { Measurement } from "./target.ts";

/** The measurements of a target, one of each kind a round. */
export interface Series {
  readonly name: string;
  /** In closed loops. */
  readonly closed: readonly Measurement[];
  /** In open loops at half of the peer's closed loop of the same round; empty when it was left out. */
  readonly open: readonly Measurement[];
}

/** One line of `--json`. Ratios are ours divided by the peer's, medians over rounds. */
export interface Comparison {
  readonly peer: string;
  readonly mode: string;
  readonly ratio: {
    readonly ordersPerSecond: number;
    readonly cpuPerOrder: number;
    /** At the same offered rate, half of what the peer reached; null without open loops of both. */
    readonly p99: number | null;
    readonly p50: number | null;
    readonly bytesPerOrder: number | null;
  };
}

export interface ComparisonReport {
  readonly series: readonly Series[];
  readonly comparisons: readonly Comparison[];
}

/** The ratios of one mode to one peer. */
export function compareSeries(peer: Series, mode: Series): Comparison {
  const closed = (of: (measurement: Measurement) => number | null) => medianRatio(mode.closed, peer.closed, of);
  const open = (of: (measurement: Measurement) => number | null) => medianRatio(mode.open, peer.open, of);
  return {
    peer: peer.name,
    mode: mode.name,
    ratio: {
      ordersPerSecond: closed(({ ordersPerSecond }) => ordersPerSecond) ?? Number.NaN,
      cpuPerOrder: closed(({ cpuMsPerOrder }) => cpuMsPerOrder) ?? Number.NaN,
      p99: open(({ p99Ms }) => p99Ms),
      p50: open(({ p50Ms }) => p50Ms),
      bytesPerOrder: closed(({ bytesPerOrder }) => bytesPerOrder),
    },
  };
}

/** The median of the rounds' ratios; null when a figure of any round is missing. */
function medianRatio(
  ours: readonly Measurement[],
  theirs: readonly Measurement[],
  of: (measurement: Measurement) => number | null,
): number | null {
  const ratios: number[] = [];
  for (const [round, measurement] of ours.entries()) {
    const other = theirs[round];
    const [a, b] = [of(measurement), other === undefined ? null : of(other)];
    if (a === null || b === null) return null;
    ratios.push(a / b);
  }
  return ratios.length === 0 ? null : median(ratios);
}

/** The targets of a round in sequence: every other round goes backwards, so that neither is always first. */
export function sequenceOf<T>(targets: readonly T[], round: number): readonly T[] {
  return round % 2 === 0 ? targets : targets.toReversed();
}

/** Median of a figure over rounds; null when one is missing. */
export function medianOf(
  measurements: readonly Measurement[],
  of: (measurement: Measurement) => number | null,
): number | null {
  const values = measurements.map(of);
  if (values.length === 0 || values.includes(null)) return null;
  return median(values.map(Number));
}
