/** Counts by key in the current minute, in this isolate. */

const WINDOW_MS = 60_000;
/** Keys that are kept for a minute. Beyond this the oldest is dropped and starts at zero again. */
const KEYS_MAX = 20_000;

export interface Counted {
  readonly count: number;
  /** The end of the minute, epoch milliseconds. */
  readonly endsAt: number;
}

/** Counts in minutes of the wall clock, as the platform's simulator does. */
export class MinuteCounters {
  #minute = Number.NEGATIVE_INFINITY;
  readonly #counts = new Map<string, number>();

  add(key: string, now: number): Counted {
    const minute = Math.floor(now / WINDOW_MS);
    if (minute !== this.#minute) this.#counts.clear();
    this.#minute = minute;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (this.#counts.size > KEYS_MAX) {
      const [oldest] = this.#counts.keys();
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
    return { count, endsAt: (minute + 1) * WINDOW_MS };
  }
}
