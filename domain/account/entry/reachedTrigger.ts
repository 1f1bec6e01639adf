import type { Trigger } from "../../order/terms.ts";
import type { MarketPrices } from "./marketPrices.ts";
import type { Side } from "../../order/side.ts";
import type { Refusal } from "./refusal.ts";

/**
 * Refuses a trigger price on the wrong side of the market (AC-44): the price is reached already, so that the order would be
 * a market order at once, which is hardly what was meant. A trailing stop begins at a distance; null as well when there is
 * no price to compare with.
 */
export function refuseReachedTrigger(
  side: Side,
  trigger: Trigger | undefined,
  { lastPrice, marketPrice }: MarketPrices,
): Refusal | null {
  // Trades elect; before the first, what it would trade with.
  const basePrice = lastPrice ?? marketPrice;
  if (trigger === undefined || trigger.kind === "trail" || basePrice === null) return null;
  const rises = (side === "buy") === (trigger.kind === "stop");
  const reached = rises ? trigger.price <= basePrice : trigger.price >= basePrice;
  return reached ? { reason: "stop_price_reached", side: rises ? "above" : "below", basePrice } : null;
}
