/** A clock with timers, which a test advances. */
export class TestClock {
  now: number;
  #timers: { readonly at: number; readonly run: () => void }[] = [];

  constructor(now = 1_000_000) {
    this.now = now;
  }

  after(ms: number, run: () => void): void {
    this.#timers.push({ at: this.now + ms, run });
  }

  /** Runs what is due in the next milliseconds, in order; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settled();
      const [next] = this.#timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.now = Math.max(this.now, next.at);
      next.run();
    }
    this.now = until;
    await settled();
  }
}

/** Waits until promises that are due have settled. */
export async function settled(): Promise<void> {
  for (let nth = 0; nth < 20; nth++) await Promise.resolve();
}
