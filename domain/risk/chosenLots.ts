import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Refuses a sale whose chosen tax lots are not there, are reserved, or do not add up to its quantity (RK-15). */
export function checkChosenLots({ order, chosenLots }: Pick<RiskFacts, "order" | "chosenLots">): RiskRefusal | null {
  return chosenLots === null ? null : { symbol: order.symbol, ...chosenLots };
}
