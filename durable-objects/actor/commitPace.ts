import { GATHER_FACTOR, GATHER_FROM_MS, GATHER_MAX_MS, GATHER_IDLE_MS } from "./limits.ts";

/** Weight of the newest commit in the smoothed time. */
const NEWEST = 0.25;

/**
 * How long requests gather before a commit. The measure of load is the time from a commit until it is durable: it has
 * the disk, the replication, and all other work of the thread. A quiet object gathers nothing. A busy one makes at most
 * one commit in a multiple of that time, so that more requests share a commit the more there is to do.
 */
export class CommitPace {
  /** When the last commit was made. */
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Smoothed time from commit to durable, in milliseconds. */
  #durableMs = 0;

  /** A commit made at `at` is durable at `durableAt`. */
  durable(at: number, durableAt: number): void {
    const before = this.#isQuiet(at) ? 0 : this.#durableMs;
    // One commit alone, which garbage collection or a clock that is set made slow, is no load.
    const took = Math.min(GATHER_MAX_MS, 2 * (before + 1), Math.max(0, durableAt - at));
    this.#durableMs = before + NEWEST * (took - before);
    this.#lastAt = at;
  }

  /** Milliseconds that requests gather while the load lasts; 0 while commits become durable at once. */
  get windowMs(): number {
    const busyMs = this.#durableMs - GATHER_FROM_MS;
    return busyMs <= 0 ? 0 : Math.min(GATHER_MAX_MS, busyMs * GATHER_FACTOR);
  }

  /**
   * How long a request that arrived at `arrivedAt` still waits for others: half a window from its arrival, and until a
   * window has passed since the last commit. A deferrable one waits for a window from its arrival.
   */
  waitMs(deferrable: boolean, arrivedAt: number, now: number): number {
    // The measure is that of a load which has gone.
    if (this.#isQuiet(now)) return 0;
    const { windowMs } = this;
    const fromArrival = arrivedAt + (deferrable ? windowMs : windowMs / 2);
    const fromCommit = deferrable ? now : this.#lastAt + windowMs;
    // Never longer than a window, also when the clock was set back.
    return Math.min(windowMs, Math.max(0, fromArrival - now, fromCommit - now));
  }

  #isQuiet(now: number): boolean {
    return now - this.#lastAt > GATHER_IDLE_MS;
  }
}
