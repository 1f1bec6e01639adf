import type { BookState } from "../../domain/matching/bookState.ts";
import { liveOrder, liveOrders, ordersOf } from "../../domain/matching/views.ts";
import type { OpenOrder, OrderDifference } from "../../protocol/rpc/actor.ts";
import { RECONCILE_FINDINGS_MAX } from "./limits.ts";

/** Differences between the open orders of an account and this book: missing here, another quantity, or missing there. */
export function differingOrders(
  state: Readonly<BookState>,
  owner: string,
  orders: readonly OpenOrder[],
): OrderDifference[] {
  const differing: OrderDifference[] = [];
  let known = 0;
  for (const [orderId, asked] of orders) {
    const order = liveOrder(state, orderId);
    const found = order?.owner === owner ? order.leaves : null;
    if (found !== null) known++;
    if (found !== asked) differing.push({ orderId, asked, found });
  }
  // Scans the book only when it has orders that the account did not name.
  if (ordersOf(state, owner) > known) differing.push(...unnamed(state, owner, orders));
  return differing.slice(0, RECONCILE_FINDINGS_MAX);
}

function unnamed(state: Readonly<BookState>, owner: string, orders: readonly OpenOrder[]): OrderDifference[] {
  const named = new Set(orders.map(([orderId]) => orderId));
  const differing: OrderDifference[] = [];
  for (const order of liveOrders(state)) {
    if (order.owner !== owner || named.has(order.orderId)) continue;
    differing.push({ orderId: order.orderId, asked: null, found: order.leaves });
  }
  return differing;
}
