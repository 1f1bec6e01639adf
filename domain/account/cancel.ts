import type { AccountOutputs, AccountState } from "./account.ts";
import type { Origin } from "./events.ts";
import { parentOf } from "./exits.ts";
import type { Order } from "./order.ts";
import { audit, update } from "./record.ts";
import { standing } from "./standing.ts";

/**
 * Asks the order's book to cancel it. While a replace is on its way nobody knows which of the two orders the book has:
 * both are cancelled. So is the parent of a leg that waits for it, which must not go on without its exits. What else is
 * linked to them the book closes. Throws when the order is not open.
 */
export function requestCancel(
  state: AccountState,
  orderId: string,
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  const order = state.open.get(orderId);
  if (order === undefined) throw new Error(`cancel of an order that is not open: ${orderId}`);
  const parent = parentOf(state, order);
  for (const each of [...(parent === undefined ? [] : twins(state, parent)), ...twins(state, order)]) {
    if (each.status !== "pending_cancel") cancelOne(state, each, origin, now, out);
  }
}

/** An order, and the one that is to replace it or that it is to replace. */
function twins(state: AccountState, order: Order): Order[] {
  const twin = state.open.get(order.replacement?.orderId ?? order.replaces ?? "");
  return twin === undefined ? [order] : [order, twin];
}

function cancelOne(state: AccountState, order: Order, origin: Origin, now: number, out: AccountOutputs): void {
  const before = standing(state, order.symbol, order);
  order.status = "pending_cancel";
  order.updatedAt = now;
  out.command(order.symbol, { kind: "cancel", orderId: order.id });
  const after = standing(state, order.symbol, order);
  const event = { action: "order.cancel_requested", resource: `order/${order.id}`, body: { order_id: order.id } };
  audit(state, { ...event, before, after }, origin, now, out);
  update(state, "pending_cancel", order, now, out, null);
}
