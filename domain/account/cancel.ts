import type { AccountOutputs, AccountState } from "./account.ts";
import type { Origin } from "./events.ts";
import { audit, update } from "./record.ts";
import { standing } from "./standing.ts";

/** Asks the order's book to cancel it. Throws when the order is not open. */
export function requestCancel(
  state: AccountState,
  orderId: string,
  origin: Origin,
  now: number,
  out: AccountOutputs,
): void {
  const order = state.open.get(orderId);
  if (order === undefined) throw new Error(`cancel of an order that is not open: ${orderId}`);
  const before = standing(state, order.symbol, order);
  order.status = "pending_cancel";
  order.updatedAt = now;
  out.command(order.symbol, { kind: "cancel", orderId });
  const after = standing(state, order.symbol, order);
  const event = { action: "order.cancel_requested", resource: `order/${orderId}`, body: { order_id: orderId } };
  audit(state, { ...event, before, after }, origin, now, out);
  update(state, "pending_cancel", order, now, out, null);
}
