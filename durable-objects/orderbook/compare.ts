import type { MarketState } from "../../domain/matching/venue.ts";
import type { OpenOrder, OrderDifference } from "../../protocol/inspect.ts";
import { RECONCILE_FINDINGS_MAX } from "../actor/limits.ts";

/** Where what an account believes to rest here differs from what does: missing here, of another quantity, or not named. */
export function differingOrders(
  state: Readonly<MarketState>,
  owner: string,
  orders: readonly OpenOrder[],
): OrderDifference[] {
  const differing: OrderDifference[] = [];
  let known = 0;
  for (const [orderId, asked] of orders) {
    const ref = state.refs.get(orderId);
    const order = ref === undefined ? undefined : state.book.get(ref);
    const found = order?.owner === owner ? order.qty : null;
    if (found !== null) known++;
    if (found !== asked) differing.push({ orderId, asked, found });
  }
  // Looking through the whole book for them is worth it only when there are some.
  if ((state.owners.get(owner) ?? 0) > known) differing.push(...unnamed(state, owner, orders));
  return differing.slice(0, RECONCILE_FINDINGS_MAX);
}

function unnamed(state: Readonly<MarketState>, owner: string, orders: readonly OpenOrder[]): OrderDifference[] {
  const named = new Set(orders.map(([orderId]) => orderId));
  return (["buy", "sell"] as const).flatMap((side) =>
    [...state.book.resting(side)]
      .filter((order) => order.owner === owner && !named.has(order.orderId))
      .map(({ orderId, qty }) => ({ orderId, asked: null, found: qty })),
  );
}
