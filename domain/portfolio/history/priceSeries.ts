/**
 * Prices in 1/10,000 dollar, oldest first: each holds from its time to the next. The first may be from before the time
 * that was asked for; without one that old nothing is known of the time before the first.
 */
export interface PriceSeries {
  readonly at: Float64Array;
  readonly price: Float64Array;
}

/** Reads a series forwards. */
export class PriceCursor {
  readonly #series: PriceSeries;
  readonly #before: number;
  #next = 0;

  /** `before`: the price before the first of the series. */
  constructor(series: PriceSeries, before: number) {
    this.#series = series;
    this.#before = before;
  }

  /** The price at a time that is not before the one of the last call. */
  at(time: number): number {
    const { at, price } = this.#series;
    while (this.#next < at.length && (at[this.#next] ?? 0) <= time) this.#next++;
    return price[this.#next - 1] ?? this.#before;
  }
}
