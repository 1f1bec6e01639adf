import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Refuses an order without a limit of its own while the prices of its symbol are stale (MD-117). */
export function checkStalePrices({ order, market }: Pick<RiskFacts, "order" | "market">): RiskRefusal | null {
  return market.stale === true && order.limitPrice === null ? { reason: "feed_stale", symbol: order.symbol } : null;
}
