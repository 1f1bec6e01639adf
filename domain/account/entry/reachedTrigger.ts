import type { Trigger } from "../../order/terms.ts";
import type { MarketPrices } from "./marketPrices.ts";
import type { Side } from "../../order/side.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Refuses a trigger price that the market has already reached (AC-44), because the order would trigger at once. Does not
 * apply to trailing stops, nor when the market has no price.
 */
export function refuseReachedTrigger(
  side: Side,
  trigger: Trigger | undefined,
  { lastPrice, marketPrice }: MarketPrices,
): Refusal | null {
  // Trades elect stops. Before the first trade, the price it would trade at counts.
  const basePrice = lastPrice ?? marketPrice;
  if (trigger === undefined || trigger.kind === "trail" || basePrice === null) return null;
  const rises = (side === "buy") === (trigger.kind === "stop");
  const reached = rises ? trigger.price <= basePrice : trigger.price >= basePrice;
  return reached ? { reason: "stop_price_reached", side: rises ? "above" : "below", basePrice } : null;
}
