import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Most order ids in a refusal: bounds the response. */
const RELATED_ORDERS_MAX = 20;

/** Refuses a hold that exceeds what is available: the whole cost of a buy, or the lots of a sell (AC-4). */
export function checkHold(
  facts: Pick<RiskFacts, "order" | "hold" | "cash" | "position" | "sameSide">,
): RiskRefusal | null {
  const { order, hold } = facts;
  if (order.side === "buy") {
    const buyingPower = Math.max(0, facts.cash.available);
    return hold > buyingPower ? { reason: "insufficient_buying_power", buyingPower, costBasis: hold } : null;
  }
  const { available, held } = facts.position;
  if (hold <= available) return null;
  return {
    reason: "insufficient_qty",
    symbol: order.symbol,
    requested: hold,
    available,
    existing: available + held,
    held,
    relatedOrders: [...facts.sameSide.keys()].slice(0, RELATED_ORDERS_MAX),
  };
}
