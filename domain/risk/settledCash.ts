import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** A purchase of coins, and each of a restricted account, needs settled cash (PF-61, PF-64). */
export function checkSettledCash({
  order,
  hold,
  settled,
}: Pick<RiskFacts, "order" | "hold" | "settled">): RiskRefusal | null {
  if (order.side === "sell" || settled === null || hold <= settled.available) return null;
  const { available, through } = settled;
  return { reason: "insufficient_settled_cash", needed: hold, available, through };
}
