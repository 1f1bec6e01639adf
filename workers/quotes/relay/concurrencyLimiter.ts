/** Runs at most `max` tasks of one name at a time. The others wait in order of arrival. */
export class ConcurrencyLimiter {
  readonly #max: number;
  readonly #running = new Map<string, number>();
  readonly #waiting = new Map<string, (() => void)[]>();

  constructor(max: number) {
    this.#max = max;
  }

  async run<T>(name: string, task: () => Promise<T>): Promise<T> {
    const running = this.#running.get(name) ?? 0;
    if (running < this.#max) this.#running.set(name, running + 1);
    // A finished task passes its slot to the next one, so the count stays.
    else await new Promise<void>((start) => this.#line(name).push(start));
    try {
      return await task();
    } finally {
      this.#leave(name);
    }
  }

  #line(name: string): (() => void)[] {
    const line = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, line);
    return line;
  }

  #leave(name: string): void {
    const line = this.#waiting.get(name);
    const next = line?.shift();
    if (line?.length === 0) this.#waiting.delete(name);
    if (next !== undefined) return next();
    const running = (this.#running.get(name) ?? 1) - 1;
    if (running === 0) this.#running.delete(name);
    else this.#running.set(name, running);
  }
}
