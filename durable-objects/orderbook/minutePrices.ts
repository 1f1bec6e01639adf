import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import { MINUTE } from "../../domain/market/newYork.ts";

/** The last price of each minute of a symbol, in memory. */
export class MinutePrices {
  /** Ascending. */
  readonly #minutes: number[] = [];
  readonly #prices: number[] = [];

  /** Sets the price of a minute, mostly of the newest one. */
  put(minute: number, price: number): void {
    const isNewest = (this.#minutes.at(-1) ?? -1) < minute;
    const place = isNewest ? this.#minutes.length : this.#countBefore(minute);
    if (this.#minutes[place] !== minute) {
      this.#minutes.splice(place, 0, minute);
      this.#prices.splice(place, 0, price);
    } else this.#prices[place] = price;
  }

  dropBefore(minute: number): void {
    const count = this.#countBefore(minute);
    this.#minutes.splice(0, count);
    this.#prices.splice(0, count);
  }

  /**
   * The last price of each step of so many minutes, by the step's beginning, epoch milliseconds, from a step to another,
   * both included. Without a price in the first step the newest one before it comes first.
   */
  steps(first: number, last: number, stepMinutes: number): PriceSeries {
    const [begin, end] = [(first + 1) * stepMinutes, (last + 1) * stepMinutes].map((minute) =>
      this.#countBefore(minute),
    );
    const times: number[] = [];
    const prices: number[] = [];
    let step = Number.NaN;
    for (let nth = Math.max(0, (begin ?? 0) - 1); nth < (end ?? 0); nth++) {
      const of = Math.floor((this.#minutes[nth] ?? 0) / stepMinutes);
      if (of !== step) times.push((step = of) * stepMinutes * MINUTE);
      prices[times.length - 1] = this.#prices[nth] ?? 0;
    }
    return { at: new Float64Array(times), price: new Float64Array(prices) };
  }

  #countBefore(minute: number): number {
    let [low, high] = [0, this.#minutes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#minutes[middle] ?? 0) < minute) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
