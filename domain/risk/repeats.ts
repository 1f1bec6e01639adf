import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Refuses an order that repeats a recent one, if the owner has set that (RK-9), except what a kill switch sells. */
export function checkDuplicate({
  settings,
  duplicateOf,
  flattening,
}: Pick<RiskFacts, "settings" | "duplicateOf" | "flattening">): RiskRefusal | null {
  if (flattening || settings.duplicateMode !== "refuse" || duplicateOf === null) return null;
  return { reason: "duplicate_order", orderId: duplicateOf };
}

/**
 * Refuses an order that increases exposure on a day on which the account has lost as much as its owner has set (RK-10): a
 * buy, or a replace of one that needs more cash.
 */
export function checkLossLimit(
  facts: Pick<RiskFacts, "settings" | "lossLimitReached" | "order" | "change" | "hold" | "dayLoss">,
): RiskRefusal | null {
  if (!facts.lossLimitReached || facts.order.side === "sell") return null;
  const limit = facts.settings.dailyLossLimit;
  if (limit === null || (facts.change !== null && facts.hold === 0)) return null;
  return { reason: "daily_loss_limit", loss: facts.dayLoss, limit };
}
