import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import type { CloseReason } from "./messages.ts";
import { enqueue, resizeAt, dequeue } from "./queues.ts";
import { detach } from "./slots.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { trailOf } from "./triggers.ts";

/** Closes and reduces orders, and adjusts the orders that are linked to them. */

/** Closes an order that was not filled, whatever queue it is in, and the orders that depend on it. */
export function closeOrder(
  m: BookState,
  slot: number,
  cause: "canceled" | "expired",
  reason: CloseReason | null,
): void {
  const complex = m.complexOrders.get(slot);
  const main = complex?.slot ?? slot;
  m.reportClosed(m.ownerOf(main), m.ids.text(main), cause, reason, trailOf(m, complex));
  if (complex === undefined) {
    m.ladder(m.sideOf(slot)).unlink(slot);
    m.markChanged();
    return m.unregister(slot, false);
  }
  const { link, legs } = complex;
  const filled = m.totalOf(main) - m.leavesOf(main);
  if (complex.queue === "book") m.markChanged();
  removeOrder(m, complex);
  if (link !== null) closeOrder(m, link.slot, cause, "linked");
  // Under the first rules legs ended with their parent, also when something was filled.
  if (filled > 0 && m.rules >= 2) return activateForFilled(m, legs, filled);
  for (const leg of legs) {
    leg.parent = null;
    leg.link = null;
  }
  for (const leg of legs) closeOrder(m, leg.slot, cause, "parent");
}

/** Removes a filled order, and activates its legs. */
export function completeFilled(m: BookState, complex: ComplexOrder): void {
  const { legs, link } = complex;
  removeOrder(m, complex);
  // The executed quantity was subtracted already: nothing is left.
  if (link !== null) closeOrder(m, link.slot, "canceled", "linked");
  activate(m, legs);
}

/** Reduces the legs of an order that ended partly filled to the filled quantity, and activates them (OB-30). */
function activateForFilled(m: BookState, legs: readonly ComplexOrder[], filled: number): void {
  for (const leg of legs) if (m.totalOf(leg.slot) > filled) restateLeaves(m, leg, filled, "linked");
  activate(m, legs);
}

function activate(m: BookState, legs: readonly ComplexOrder[]): void {
  for (const leg of legs) {
    leg.parent = null;
    if (leg.queue === "parent") enqueue(m, leg, "entering");
  }
}

/** Removes an order from its queue and from every list, and releases its slots. */
function removeOrder(m: BookState, complex: ComplexOrder): void {
  const { slot, link, parent } = complex;
  dequeue(m, complex);
  m.pegged.delete(complex);
  if (link !== null) link.link = null;
  complex.link = null;
  if (parent !== null) parent.legs = parent.legs.filter((leg) => leg !== complex);
  m.unregister(slot, false);
}

/** Reduces the linked leg of an order that has executed `qty`. */
export function reduceLinked(m: BookState, complex: ComplexOrder | null | undefined, qty: number): void {
  const link = complex?.link ?? null;
  if (link === null) return;
  const leaves = m.leavesOf(link.slot) - qty;
  // A filled order closes its linked leg itself.
  if (leaves > 0) restateLeaves(m, link, leaves, "linked");
}

/** Reduces an order to `leaves` without moving it, and reports the new total. */
export function restateLeaves(
  m: BookState,
  complex: ComplexOrder,
  leaves: number,
  reason: "linked" | "self_trade",
): void {
  const { slot } = complex;
  const total = m.totalOf(slot) - (m.leavesOf(slot) - leaves);
  m.totals[slot] = total;
  resizeAt(m, complex, leaves);
  if (complex.queue === "book") m.markChanged();
  const report = { kind: "restated", orderId: m.ids.text(slot), qty: total, reason, at: m.now } as const;
  m.report(m.ownerOf(slot), report);
}

/** Reduces a resting order by `qty` that it has traded from `slot`, outside the engine's fast path. */
export function reduceMaker(m: BookState, slot: number, qty: number): void {
  const complex = m.complexOrders.get(slot);
  const ladder = complex?.queue === "condition" ? m.conditions[complex.side] : m.ladder(m.sideOf(slot));
  const { orders } = m.engine;
  const leaves = orders.leaves(slot);
  if (leaves > qty) {
    ladder.resize(slot, leaves - qty);
    return;
  }
  ladder.unlink(slot);
  detach(m, slot);
  ladder.resize(slot, 0);
  if (complex === undefined) return m.unregister(slot, false);
  if (m.leavesOf(complex.slot) === 0) return completeFilled(m, complex);
  if (complex.reserve !== NONE && slot === complex.slot) m.toReplenish.push(complex);
}
