import type { AccountOutputs, AccountState } from "./account.ts";
import type { Origin } from "./events.ts";
import type { Order } from "./order.ts";
import { audit, update } from "./record.ts";
import { standing } from "./standing.ts";

/**
 * Asks the order's book to cancel it. While a replace is on its way nobody knows which of the two orders the book has:
 * both are cancelled. Throws when the order is not open.
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
  const twin = state.open.get(order.replacement?.orderId ?? order.replaces ?? "");
  for (const each of twin === undefined ? [order] : [order, twin]) {
    if (each.status !== "pending_cancel") cancelOne(state, each, origin, now, out);
  }
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
