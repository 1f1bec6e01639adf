import { mulDivHalfEven } from "../decimal.ts";
import { termOf } from "./holdingPeriod.ts";
import type { Term } from "./holdingPeriod.ts";
import type { LotSource, TaxLot } from "./taxLot.ts";

/** A lot at a market price. */
export interface LotValue {
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly source: LotSource;
  readonly quantity: number;
  readonly cost: number;
  readonly value: number;
  /** Unrealised: value less cost. */
  readonly gain: number;
  /** The term if the lot were sold now. */
  readonly term: Term;
}

/**
 * Each lot at a price in 1/10,000 dollar a share, with `unitsPerShare` quantity units in a share (10^qtyDecimals). Each
 * gets the increase of the value of the running quantity, rounded half-even, so that the values add up to the value of the
 * position (`notional`). `before`: the quantity of the lots before these.
 */
export function lotValues(
  lots: readonly TaxLot[],
  price: number,
  unitsPerShare: number,
  now: number,
  before = 0,
): LotValue[] {
  let quantity = before;
  let valued = mulDivHalfEven(price, quantity, unitsPerShare);
  return lots.map((lot) => {
    quantity += lot.quantity;
    const value = mulDivHalfEven(price, quantity, unitsPerShare) - valued;
    valued += value;
    const { lotId, acquiredAt, source, cost } = lot;
    const term = termOf(acquiredAt, now);
    return { lotId, acquiredAt, source, quantity: lot.quantity, cost, value, gain: value - cost, term };
  });
}
