/** How often each key was counted in this minute, as far as this isolate knows. */

const WINDOW_MS = 60_000;
/** Keys of a minute that are remembered; more of them make the oldest be forgotten, and counted from nothing. */
const KEYS_MAX = 20_000;

export interface Counted {
  readonly count: number;
  /** When the minute is over, epoch milliseconds. */
  readonly endsAt: number;
}

/** Minutes of the wall clock, as the platform's simulator counts them too. */
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
