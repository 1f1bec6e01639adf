/** The largest size of a refused order that would pass (RK-11). */
import type { RiskFacts, RiskOrder } from "./facts.ts";
import { checkHold } from "./hold.ts";
import { checkLot } from "./lot.ts";
import { checkMinimumValue } from "./minimumValue.ts";
import { checkLimits } from "./orderLimits.ts";
import type { Largest, RiskRefusal } from "./refusal.ts";
import { checkSettledCash } from "./settledCash.ts";
import { checkSize } from "./size.ts";

/** Facts of an order that can be asked for with another size. */
export interface ResizableFacts extends RiskFacts {
  resized(amount: Partial<Pick<RiskOrder, "qty" | "notional">>): ResizableFacts;
}

/** A notional is in whole cents. */
const NOTIONAL_STEP = 100;

/** Adds to the refusal of an amount the largest size that would pass: 0 when no size would. */
export function withLargest(refusal: RiskRefusal, facts: ResizableFacts): RiskRefusal {
  switch (refusal.reason) {
    case "insufficient_buying_power":
    case "insufficient_settled_cash":
    case "insufficient_qty":
    case "order_limit":
      return { ...refusal, largest: largestPassing(facts) };
    default:
      return refusal;
  }
}

function largestPassing(facts: ResizableFacts): Largest {
  const { order, instrument } = facts;
  const { symbol, notional, side } = order;
  if (notional) {
    const at = (cents: number) => facts.resized({ notional: cents * NOTIONAL_STEP });
    const cents = largest(Math.floor(notional / NOTIONAL_STEP), (each) => fits(at(each)));
    return { symbol, notional: cents > 0 && takes(at(cents)) ? cents * NOTIONAL_STEP : 0 };
  }
  const all = facts.change === null ? facts.position.available : 0;
  // All that is available may be sold, in whatever lots.
  if (side === "sell" && all > 0 && all < order.qty && passes(facts.resized({ qty: all }))) return { symbol, qty: all };
  const at = (lots: number) => facts.resized({ qty: lots * instrument.lot });
  const lots = largest(Math.floor(order.qty / instrument.lot), (each) => fits(at(each)));
  return { symbol, qty: lots > 0 && takes(at(lots)) ? lots * instrument.lot : 0 };
}

function passes(facts: RiskFacts): boolean {
  return fits(facts) && takes(facts);
}

const RULES_OF_AMOUNTS = [checkSize, checkLimits, checkHold, checkSettledCash];

/** True when the order is not too large. What fits still fits with less. */
function fits(facts: RiskFacts): boolean {
  return RULES_OF_AMOUNTS.every((refuse) => refuse(facts) === null);
}

/** True when the order is not too small, and a whole number of lots. */
function takes(facts: RiskFacts): boolean {
  return checkLot(facts) === null && checkMinimumValue(facts) === null;
}

/** The largest whole number below `bound` that fits; 0 when none does. */
function largest(bound: number, fitsAt: (each: number) => boolean): number {
  let [low, high] = [0, bound + 1];
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2);
    if (fitsAt(middle)) low = middle;
    else high = middle;
  }
  return low;
}
