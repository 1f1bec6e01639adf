import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Refuses every order while the owner has suspended trading (RK-2). */
export function checkSuspended({ suspended }: Pick<RiskFacts, "suspended">): RiskRefusal | null {
  return suspended ? { reason: "trading_suspended" } : null;
}

/** Refuses an order for an instrument that was delisted. */
export function checkListed({ instrument }: Pick<RiskFacts, "instrument">): RiskRefusal | null {
  return instrument.status === "active" ? null : { reason: "asset_not_active", symbol: instrument.symbol };
}
