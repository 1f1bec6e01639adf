import { hasTrigger } from "../order/orderType.ts";
import { isForAuction } from "../order/timeInForce.ts";
import type { SelfTrade } from "../order/terms.ts";
import type { OpenOrder, RiskFacts, RiskOrder } from "./facts.ts";
import type { RiskRefusal } from "./refusal.ts";

/** The fields of an order that the wash-trade check needs. */
type OutgoingOrder = Pick<RiskOrder, "side" | "type" | "limitPrice" | "orderClass" | "terms">;

/** True when an order belongs to a bracket, an OTO or an OCO. */
function isComplex({ orderClass }: Pick<RiskOrder, "orderClass">): boolean {
  return orderClass !== undefined && orderClass !== "simple";
}

/**
 * Refuses an order that could trade with an open order of the same account (AC-42), as Alpaca does: with an opposite order
 * whose price crosses, or with any opposite order when one of the two has no limit. Orders of groups are exempt, because
 * the book prevents their self-trades. An order with a self-trade mode is exempt too, except against an open order that
 * enters the book later without a mode, or is for an auction. A replace that moves no price is not checked.
 */
export function checkWashTrade({
  order,
  change,
  opposite,
}: Pick<RiskFacts, "order" | "change" | "opposite">): RiskRefusal | null {
  if (opposite.size === 0 || isComplex(order) || change?.repriced === false) return null;
  for (const open of opposite.values()) {
    if (isComplex(open) || open.id === change?.orderId || !crosses(order, open)) continue;
    if (
      order.terms?.selfTrade !== undefined &&
      // An auction order may trade with orders that arrived after it.
      !isForAuction(open.timeInForce) &&
      (open.terms?.selfTrade !== undefined || rests(open))
    )
      continue;
    return { reason: "wash_trade", existingOrderId: open.id, existing: open.limitPrice === null ? "market" : "limit" };
  }
  return null;
}

/**
 * The self-trade mode that is added to an order without one, when it is exempt from the check, opposes an exempt order, or
 * enters the book later than it was checked; null when it needs none. Exits and stops have priority over other orders.
 */
export function impliedSelfTrade(
  order: OutgoingOrder,
  opposite: ReadonlyMap<string, Pick<RiskOrder, "orderClass">>,
): SelfTrade | null {
  if (order.terms?.selfTrade !== undefined) return null;
  if (order.orderClass === "oco") return "cancel_oldest";
  if (isComplex(order)) return "cancel_newest";
  if (hasTrigger(order.type)) return "cancel_oldest";
  if (reentersBook(order)) return "cancel_newest";
  for (const open of opposite.values()) if (isComplex(open)) return "cancel_newest";
  return null;
}

/**
 * True for orders that enter the book again: a pegged order moves, an order with a quantity condition waits beside the
 * book.
 */
function reentersBook({ terms }: OutgoingOrder): boolean {
  return terms?.peg !== undefined || terms?.minQty !== undefined || terms?.allOrNone === true;
}

function crosses(one: OutgoingOrder, other: Pick<OutgoingOrder, "limitPrice">): boolean {
  const [a, b] = [one.limitPrice, other.limitPrice];
  if (a === null || b === null) return true;
  return one.side === "buy" ? a >= b : a <= b;
}

/** True when an open order is in its book, or arrives there before an order that is sent now. */
function rests({ type, status }: OpenOrder): boolean {
  return type === "limit" && status !== "accepted";
}
