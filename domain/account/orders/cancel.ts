import { FIRST_RULES } from "../../matching/rules.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Origin } from "../state/events.ts";
import { parentOf } from "./exits.ts";
import type { Order } from "../state/order.ts";
import { audit, update } from "../state/record.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";

/**
 * Sends a cancel to the order's book. While a replace is pending, the book may have either of the two orders, so both are
 * cancelled. A leg that waits for its parent is cancelled together with the parent, which must not continue without its
 * exits. The book closes other linked orders. Throws when the order is not open.
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
  const parents = parent === undefined ? [] : withReplacement(state, parent);
  // Legs first: the end of a partly filled parent activates them. Under the first rules it did not, and parents went first.
  const all = isLeg(order)
    ? [...withReplacement(state, order), ...parents]
    : [...parents, ...withReplacement(state, order)];
  for (const each of all) {
    if (each.status !== "pending_cancel") cancelOne(state, each, origin, now, out);
  }
}

/** Orders in the sequence in which all are cancelled: legs first, because the end of a parent activates its legs. */
export function legsFirst(orders: Iterable<Order>): Order[] {
  const all = [...orders];
  return [...all.filter((order) => isLeg(order)), ...all.filter((order) => !isLeg(order))];
}

function isLeg({ parentId, orderClass, rules = FIRST_RULES }: Order): boolean {
  return rules >= 2 && Boolean(parentId) && orderClass !== "oco";
}

/** An order, and the other order of its pending replace. */
function withReplacement(state: AccountState, order: Order): Order[] {
  const other = state.open.get(order.replacement?.orderId ?? order.replaces ?? "");
  return other === undefined ? [order] : [order, other];
}

function cancelOne(state: AccountState, order: Order, origin: Origin, now: number, out: AccountOutputs): void {
  const before = balanceSnapshot(state, order.symbol, order);
  order.status = "pending_cancel";
  order.updatedAt = now;
  out.command(order.symbol, { kind: "cancel", orderId: order.id });
  const after = balanceSnapshot(state, order.symbol, order);
  const event = { action: "order.cancel_requested", resource: `order/${order.id}`, body: { order_id: order.id } };
  audit(state, { ...event, before, after }, origin, now, out);
  update(state, "pending_cancel", order, now, out, null);
}
