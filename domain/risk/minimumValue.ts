import { lotsPerShare } from "../market/instrument.ts";
import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/**
 * Refuses an order below its instrument's minimum value (AC-46), valued at its limit, else its stop, else the market price.
 * Exempt are whole shares, and a sale of all available lots, so that a small position can be closed.
 */
export function checkMinimumValue({
  order,
  change,
  instrument,
  market,
  position,
  holds,
  leastValue: least,
}: Pick<
  RiskFacts,
  "order" | "change" | "instrument" | "market" | "position" | "holds" | "leastValue"
>): RiskRefusal | null {
  if (change !== null && !change.repriced && !change.resized) return null;
  const lots = lotsPerShare(instrument);
  if (instrument.assetClass === "us_equity" && !order.notional && order.qty % lots === 0) return null;
  if (order.side === "sell" && order.qty >= position.available + holds) return null;
  const price = order.limitPrice ?? order.stopPrice ?? market.marketPrice ?? instrument.referencePrice;
  const value = order.notional ?? Math.floor((price * order.qty) / lots);
  return value < least ? { reason: "order_value_too_small", value, least } : null;
}
