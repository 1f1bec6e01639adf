import type { Instrument } from "../market/instrument.ts";

/**
 * Prices in the engine's unit: steps of half a tick, so that the midpoint of bid and ask is a whole step. Equities
 * have ticks of 1/10,000 dollar below $1, where a step is one of those, and of a cent above.
 */
export interface PriceScale {
  /** Up to this price a step is one unit of price. */
  readonly knee: number;
  /** Units of price in a step above that. */
  readonly step: number;
}

const SUB_DOLLAR = 10_000;
const HALF_CENT = 50;

export function scaleOf(instrument: Instrument): PriceScale {
  return { knee: instrument.assetClass === "us_equity" ? SUB_DOLLAR : 0, step: HALF_CENT };
}

/** The step of a price that lies on one. Throws RangeError for any other: ticks are checked at the edge. */
export function stepOf({ knee, step }: PriceScale, price: number): number {
  const steps = price <= knee ? price : knee + (price - knee) / step;
  if (!Number.isInteger(steps) || steps < 1 || steps >= 0x7fffffff) throw new RangeError(`no step at price ${price}`);
  return steps;
}

/** The nearest step at or below a price that is at least one unit. */
export function stepBelow({ knee, step }: PriceScale, price: number): number {
  return price <= knee ? Math.floor(price) : knee + Math.floor((price - knee) / step);
}

/** The nearest step at or above a price. */
export function stepAbove({ knee, step }: PriceScale, price: number): number {
  return price <= knee ? Math.ceil(price) : knee + Math.ceil((price - knee) / step);
}

/** The price of a step, in 1/10,000 dollar. */
export function priceOf({ knee, step }: PriceScale, steps: number): number {
  return steps <= knee ? steps : knee + (steps - knee) * step;
}
