import type { MarketPrices } from "../market/marketPrices.ts";
import type { Side } from "../order/side.ts";
import type { Trigger } from "../order/terms.ts";
import type { RiskFacts } from "./facts.ts";
import type { ReachedRefusal, RiskRefusal } from "./refusal.ts";

/** Refuses an order, or a replace with a new trigger price, whose trigger price the market has reached (AC-44). */
export function checkReachedTrigger({
  order,
  change,
  market,
}: Pick<RiskFacts, "order" | "change" | "market">): RiskRefusal | null {
  if (change !== null && !change.retriggered) return null;
  return refuseReachedTrigger(order.side, order.terms?.trigger, market);
}

/**
 * Refuses a trigger price that the market has already reached, because the order would trigger at once. Does not apply to
 * trailing stops, nor when the market has no price.
 */
export function refuseReachedTrigger(
  side: Side,
  trigger: Trigger | undefined,
  { lastPrice, marketPrice }: MarketPrices,
): ReachedRefusal | null {
  // Trades elect stops. Before the first trade, the price it would trade at counts.
  const basePrice = lastPrice ?? marketPrice;
  if (trigger === undefined || trigger.kind === "trail" || basePrice === null) return null;
  const rises = (side === "buy") === (trigger.kind === "stop");
  const reached = rises ? trigger.price <= basePrice : trigger.price >= basePrice;
  return reached ? { reason: "stop_price_reached", side: rises ? "above" : "below", basePrice } : null;
}
