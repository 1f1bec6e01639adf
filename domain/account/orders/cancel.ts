import { FIRST_RULES } from "../../matching/rules.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Origin } from "../state/events.ts";
import { parentOf } from "./exits.ts";
import type { Order } from "../state/order.ts";
import { audit, update } from "../state/record.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";

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
  const parents = parent === undefined ? [] : withReplacement(state, parent);
  // A leg would come to life with what its parent has filled. Under the first rules it did not, and went second.
  const all = isLeg(order)
    ? [...withReplacement(state, order), ...parents]
    : [...parents, ...withReplacement(state, order)];
  for (const each of all) {
    if (each.status !== "pending_cancel") cancelOne(state, each, origin, now, out);
  }
}

/** Orders in the order in which all of them are cancelled: legs first, because they come to life when their parent ends. */
export function legsFirst(orders: Iterable<Order>): Order[] {
  const all = [...orders];
  return [...all.filter((order) => isLeg(order)), ...all.filter((order) => !isLeg(order))];
}

function isLeg({ parentId, orderClass, rules = FIRST_RULES }: Order): boolean {
  return rules >= 2 && Boolean(parentId) && orderClass !== "oco";
}

/** An order, and the one that is to replace it or that it is to replace. */
function withReplacement(state: AccountState, order: Order): Order[] {
  const twin = state.open.get(order.replacement?.orderId ?? order.replaces ?? "");
  return twin === undefined ? [order] : [order, twin];
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
