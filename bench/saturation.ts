/** Finds the highest rate of orders that the exchange sustains. */
import { quantile } from "./load.ts";
import type { LoadResult } from "./load.ts";

export interface Step {
  /** Offered orders a second, and acknowledged ones until the last acknowledgement. */
  readonly offered: number;
  readonly achieved: number;
  readonly p50: number;
  readonly p99: number;
  readonly drainMs: number;
  readonly followed: boolean;
}

/**
 * The highest accepted latency. A queue that grows by a tenth of the offered rate reaches it at the end of a step of
 * five seconds.
 */
const P99_MS_MAX = 500;
/** Offered rates as shares of a closed loop's rate. */
const CLIMB = [0.6, 0.75, 0.9, 1, 1.1, 1.2, 1.35, 1.5, 1.75, 2, 2.5, 3];
const DESCENT = [0.4, 0.3, 0.2, 0.1];

/** The figures of a step. `seconds` is the time of its run. */
export function stepOf(result: LoadResult, seconds: number): Step {
  const offered = (result.orders + result.errorCount) / seconds;
  const achieved = result.orders / (seconds + result.drainMs / 1000);
  const p50 = quantile(result.latencies, 0.5);
  const p99 = quantile(result.latencies, 0.99);
  const followed = result.errorCount === 0 && p99 <= P99_MS_MAX;
  return { offered, achieved, p50, p99, drainMs: result.drainMs, followed };
}

/**
 * Raises the offered rate until the exchange no longer sustains it (late answers, or errors). `closedLoop`: orders a
 * second of a closed loop, near which to search. Returns every step; the best sustained one is the saturation, null
 * without any.
 */
export async function findSaturation(
  closedLoop: number,
  measure: (ordersPerSecond: number) => Promise<Step>,
): Promise<{ steps: Step[]; saturation: Step | null }> {
  const steps: Step[] = [];
  for (const share of CLIMB) {
    let step = await measure(closedLoop * share);
    steps.push(step);
    if (!step.followed) {
      // Tried again, because other load of the machine may be the cause.
      step = await measure(closedLoop * share);
      steps.push(step);
      if (!step.followed) break;
    }
  }
  if (!steps.some((step) => step.followed)) {
    for (const share of DESCENT) {
      const step = await measure(closedLoop * share);
      steps.push(step);
      if (step.followed) break;
    }
  }
  const followed = steps.filter((step) => step.followed).sort((a, b) => b.achieved - a.achieved);
  return { steps, saturation: followed[0] ?? null };
}
