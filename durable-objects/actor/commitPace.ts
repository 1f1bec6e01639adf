import { GATHER_ABOVE, GATHER_FACTOR, GATHER_FROM_MS, GATHER_MAX_MS, GATHER_IDLE_MS } from "./limits.ts";

/** Weight of the newest commit in the smoothed time and number. */
const NEWEST = 0.25;

/**
 * How long requests gather before a commit. The measure of load is the time from a commit until it is durable: it has
 * the disk, the replication, and all other work of the thread. A quiet object gathers nothing. A busy one makes at most
 * one commit in a multiple of that time, so that more requests share a commit the more there is to do. But the thread
 * may be busy with other objects: a request waits only as far as the commits before have had several.
 */
export class CommitPace {
  /** When the last commit was made. */
  #lastAt = Number.NEGATIVE_INFINITY;
  /** Smoothed time from commit to durable, in milliseconds. */
  #durableMs = 0;
  /** Smoothed number of requests in a commit that were not deferrable. */
  #prompt = 1;

  /** A commit made at `at`, of so many requests that are not deferrable, is durable at `durableAt`. */
  durable(at: number, durableAt: number, prompt: number): void {
    const wasQuiet = this.#isQuiet(at);
    const before = wasQuiet ? 0 : this.#durableMs;
    // One commit alone, which garbage collection or a clock that is set made slow, is no load.
    const took = Math.min(GATHER_MAX_MS, 2 * (before + 1), Math.max(0, durableAt - at));
    this.#durableMs = before + NEWEST * (took - before);
    const promptBefore = wasQuiet ? 1 : this.#prompt;
    // One of deferrable requests alone tells nothing about the others.
    this.#prompt = prompt === 0 ? promptBefore : promptBefore + NEWEST * (prompt - promptBefore);
    this.#lastAt = at;
  }

  /** Milliseconds that deferrable requests gather while the load lasts; 0 while commits become durable at once. */
  get deferrableWindowMs(): number {
    const busyMs = this.#durableMs - GATHER_FROM_MS;
    return busyMs <= 0 ? 0 : Math.min(GATHER_MAX_MS, busyMs * GATHER_FACTOR);
  }

  /** The same of other requests: 0 while each has a commit of its own, the whole window from two in a commit on. */
  get promptWindowMs(): number {
    return this.deferrableWindowMs * Math.min(1, this.#prompt - GATHER_ABOVE);
  }

  /**
   * How long a request that arrived at `arrivedAt` still waits for others: half a window from its arrival, and until a
   * window has passed since the last commit. A deferrable one waits for a window from its arrival.
   */
  waitMs(deferrable: boolean, arrivedAt: number, now: number): number {
    // The measure is that of a load which has gone.
    if (this.#isQuiet(now)) return 0;
    const windowMs = deferrable ? this.deferrableWindowMs : this.promptWindowMs;
    const fromArrival = arrivedAt + (deferrable ? windowMs : windowMs / 2);
    const fromCommit = deferrable ? now : this.#lastAt + windowMs;
    // Never longer than a window, also when the clock was set back.
    return Math.min(windowMs, Math.max(0, fromArrival - now, fromCommit - now));
  }

  #isQuiet(now: number): boolean {
    return now - this.#lastAt > GATHER_IDLE_MS;
  }
}
