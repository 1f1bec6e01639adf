import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/**
 * Refuses a quantity that is not a multiple of the instrument's lot size (MK-22). Exempt are notional orders, whose quantity
 * follows from the market, and a sale of all available lots, so that every position can be closed.
 */
export function checkLot({
  order,
  change,
  instrument,
  position,
  holds,
}: Pick<RiskFacts, "order" | "change" | "instrument" | "position" | "holds">): RiskRefusal | null {
  if (change !== null && !change.resized) return null;
  const { lot, qtyDecimals } = instrument;
  if (order.qty % lot === 0 || order.notional) return null;
  if (order.side === "sell" && order.qty === position.available + holds) return null;
  return { reason: "qty_lot", qtyDecimals, lot };
}
