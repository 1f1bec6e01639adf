import { priceBound } from "../market/collar.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Side } from "../order/side.ts";
import type { RiskFacts, RiskOrder } from "./facts.ts";
import type { PriceField, RiskRefusal } from "./refusal.ts";

/**
 * Refuses a stop-limit whose limit is too far from its stop price (OB-38): the market price at the trigger is not known
 * yet.
 */
export function checkStopLimits({
  order,
  legs,
  instrument,
}: Pick<RiskFacts, "order" | "legs" | "instrument">): RiskRefusal | null {
  const own = order.parentId ? "stop_loss.limit_price" : "limit_price";
  const found = beyondStop(instrument, order, own);
  if (found !== null) return found;
  for (const leg of legs) {
    const refusal = beyondStop(instrument, leg, "stop_loss.limit_price");
    if (refusal !== null) return refusal;
  }
  return null;
}

function beyondStop(
  instrument: Instrument,
  { side, limitPrice: price, stopPrice: reference }: Pick<RiskOrder, "side" | "limitPrice" | "stopPrice">,
  field: PriceField,
): RiskRefusal | null {
  if (price === null || !reference) return null;
  const bound = priceBound(instrument, side, reference, instrument.priceLimit);
  return isBeyond(side, price, bound) ? { reason: "price_limit", field, side, price, reference, bound } : null;
}

function isBeyond(side: Side, price: number, bound: number): boolean {
  return side === "buy" ? price > bound : price < bound;
}
