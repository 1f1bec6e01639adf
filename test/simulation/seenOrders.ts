/** Orders as responses show them. */
import { isClosed, type Order } from "../../domain/account/state/order.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";

/** An order without its computed fields. */
export function plainOrder(view: OrderView): Order {
  const { legs: _legs, live: _live, ...order } = view;
  return order;
}

/** The contradiction between two states of an order, in the order they were seen; null when there is none. */
export function regress(before: Readonly<Order>, after: Readonly<Order>): string | null {
  if (before.id !== after.id) return "a request has two orders";
  if (after.filledQty < before.filledQty) return "a fill was taken back";
  if (isClosed(before.status) && JSON.stringify(before) !== JSON.stringify(after)) return "a closed order changed";
  if (before.status !== "pending_new" && after.status === "pending_new") return "an order is new again";
  if (before.status === "pending_cancel" && !isClosed(after.status) && after.status !== before.status) {
    return "a cancel was forgotten";
  }
  return null;
}
