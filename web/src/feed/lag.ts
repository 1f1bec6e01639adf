/** How long elements of the stream take from the book to here: the median of the last seconds. */

const KEPT = 256;
const SPAN_MS = 5_000;
const COMPUTED_EVERY_MS = 500;

export class Lag {
  /** When each came, and how long it took by both clocks. */
  #samples: { readonly at: number; readonly ms: number }[] = [];
  #median: number | null = null;
  #computedAt = 0;

  add(now: number, ms: number): void {
    this.#samples.push({ at: now, ms });
    if (this.#samples.length > KEPT) this.#samples.splice(0, this.#samples.length - KEPT);
  }

  /** The median, with the difference of the clocks still in it; null when nothing came lately. */
  median(now: number): number | null {
    if (now - this.#computedAt < COMPUTED_EVERY_MS) return this.#median;
    this.#computedAt = now;
    this.#samples = this.#samples.filter(({ at }) => now - at < SPAN_MS);
    const sorted = this.#samples.map(({ ms }) => ms).sort((a, b) => a - b);
    this.#median = sorted[Math.floor(sorted.length / 2)] ?? null;
    return this.#median;
  }

  clear(): void {
    this.#samples = [];
    this.#median = null;
  }
}
