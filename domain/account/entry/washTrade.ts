import { hasTrigger } from "../../order/orderType.ts";
import { isForAuction } from "../../order/timeInForce.ts";
import type { SelfTrade } from "../../order/terms.ts";
import type { NewOrder, Order } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Refusal } from "./refusal.ts";

/** What an order shows of itself before it is sent. */
type OutgoingOrder = Pick<NewOrder, "symbol" | "side" | "type" | "limitPrice" | "orderClass" | "terms">;

/** Whether an order belongs to a bracket, an OTO or an OCO. */
function isComplex({ orderClass }: Pick<NewOrder, "orderClass">): boolean {
  return orderClass !== undefined && orderClass !== "simple";
}

/**
 * The refusal of an order that could trade with an open order of the same account (AC-42), like Alpaca's: an opposite
 * order at a price that crosses, and any opposite order when one of both has no limit. Orders of groups are exempt: for
 * them the book prevents the trade. So is an order that names a self-trade mode, except against an open order that
 * enters the book later without one, or is for an auction. `replaced`: the order whose place the new one takes.
 */
export function refuseWashTrade(
  state: Readonly<AccountState>,
  order: OutgoingOrder,
  replaced?: string,
): Refusal | null {
  if (isComplex(order)) return null;
  for (const open of opposite(state, order)) {
    if (isComplex(open) || open.id === replaced || !crosses(order, open)) continue;
    if (
      order.terms?.selfTrade !== undefined &&
      // An order for one auction meets there what has come to the book after it.
      !isForAuction(open.timeInForce) &&
      (open.terms?.selfTrade !== undefined || rests(open))
    )
      continue;
    return { reason: "wash_trade", existingOrderId: open.id, existing: open.limitPrice === null ? "market" : "limit" };
  }
  return null;
}

/**
 * The self-trade mode of an order that names none, but is exempt from the check, meets an order that is, or comes to the
 * book later than it was checked; null when it needs none. Exits and stops go first: what meets them gives way.
 */
export function impliedSelfTrade(state: Readonly<AccountState>, order: OutgoingOrder): SelfTrade | null {
  if (order.terms?.selfTrade !== undefined) return null;
  if (order.orderClass === "oco") return "cancel_oldest";
  if (isComplex(order)) return "cancel_newest";
  if (hasTrigger(order.type)) return "cancel_oldest";
  if (reentersBook(order)) return "cancel_newest";
  for (const open of opposite(state, order)) if (isComplex(open)) return "cancel_newest";
  return null;
}

/** A pegged order moves, and one with a condition waits for it: both may meet what has come to the book after them. */
function reentersBook({ terms }: OutgoingOrder): boolean {
  return terms?.peg !== undefined || terms?.minQty !== undefined || terms?.allOrNone === true;
}

function* opposite(state: Readonly<AccountState>, { symbol, side }: OutgoingOrder): Iterable<Order> {
  for (const open of state.open.values()) if (open.side !== side && open.symbol === symbol) yield open;
}

function crosses(one: OutgoingOrder, other: OutgoingOrder): boolean {
  const [a, b] = [one.limitPrice, other.limitPrice];
  if (a === null || b === null) return true;
  return one.side === "buy" ? a >= b : a <= b;
}

/** Whether an open order is in its book or ahead of what is sent now: it does not come in against it later. */
function rests({ type, status }: Order): boolean {
  return type === "limit" && status !== "accepted";
}
