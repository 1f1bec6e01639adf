import { exceedsNotional, ORDER_QTY_LOTS_MAX } from "../market/instrument.ts";
import type { RiskFacts } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** Most open orders of an account: bounds the memory of its object. */
export const OPEN_ORDERS_MAX = 10_000;

/** Refuses a new order of an account that has the most open orders, with its legs. */
export function checkOpenOrders({
  legs,
  change,
  openOrders,
}: Pick<RiskFacts, "legs" | "change" | "openOrders">): RiskRefusal | null {
  if (change !== null || openOrders + legs.length < OPEN_ORDERS_MAX) return null;
  return { reason: "too_many_open_orders", limit: OPEN_ORDERS_MAX };
}

/** Refuses more lots, or a higher value, than the exchange takes in one order. */
export function checkSize({ order, instrument }: Pick<RiskFacts, "order" | "instrument">): RiskRefusal | null {
  const { qty, notional, protectionPrice } = order;
  // The quantity of a notional order depends on the market.
  if (qty === 0) return { reason: "notional_too_small" };
  if (qty > ORDER_QTY_LOTS_MAX) return { reason: "qty_too_large" };
  if (!notional && exceedsNotional(instrument, protectionPrice, qty)) return { reason: "notional_too_large" };
  return null;
}
