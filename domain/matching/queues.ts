import { COMPLEX, DETACHED, HIDDEN, LIVE } from "./engine/orderPool.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import { isHidden } from "./complexOrder.ts";
import type { QueueName, ComplexOrder } from "./complexOrder.ts";
import { detach, isDetached, mark, write } from "./slots.ts";
import { unfollow } from "./trailing.ts";

/** Adds complex orders to the queues in which they rest or wait, and removes them. */

/** The ladder that contains an order; null when none does. */
export function ladderOf(m: BookState, complex: ComplexOrder): Ladder | null {
  switch (complex.queue) {
    case "book":
      return m.ladder(complex.side);
    case "condition":
      return m.conditions[complex.side];
    case "trigger":
      return triggerLadder(m, complex);
    default:
      return null;
  }
}

/** A stop buys or a touch sells when the market rises to it, the others when it falls. */
export function triggerLadder(m: BookState, { side, terms }: ComplexOrder): Ladder {
  const rises = (terms.trigger?.kind === "touch") === (side === 1);
  return rises ? m.rising : m.falling;
}

/** Adds an order that is in no queue to the book at a price in steps: displayed, hidden, or both in parts. */
export function restInBook(m: BookState, complex: ComplexOrder, price: number): void {
  const { slot, side, terms } = complex;
  const { orders } = m.engine;
  const ladder = m.ladder(side);
  const hidden = isHidden(complex);
  complex.queue = "book";
  // Its price follows from the references before its trades, which may have changed them.
  if (terms.peg !== undefined) m.pegsPricedAt = null;
  const shown = terms.display ?? 0;
  const leaves = orders.leaves(slot);
  if (!hidden && shown > 0 && leaves > shown) {
    if (complex.reserve === NONE) {
      complex.reserve = orders.take(complex.ref, 0, orders.owners[slot] ?? 0, LIVE);
      orders.expiries[complex.reserve] = NONE;
    }
    m.complexOrders.set(complex.reserve, complex);
    write(m, complex.reserve, complex.ref, leaves - shown);
    write(m, slot, complex.ref, shown);
    mark(m, complex.reserve, side, HIDDEN | COMPLEX);
    ladder.push(complex.reserve, price);
  } else {
    write(m, slot, complex.ref, leaves);
  }
  mark(m, slot, side, (hidden ? HIDDEN : 0) | (hasSideEffects(complex) ? COMPLEX : 0));
  ladder.push(slot, price);
  m.markChanged();
}

/** Adds an order to a ladder of orders that wait, at a price in steps. */
export function addToLadder(m: BookState, complex: ComplexOrder, place: "condition" | "trigger", price: number): void {
  complex.queue = place;
  write(m, complex.slot, complex.ref, m.engine.orders.leaves(complex.slot));
  mark(m, complex.slot, complex.side, COMPLEX);
  ladderOf(m, complex)?.push(complex.slot, price);
}

/** Adds an order to a queue without prices. */
export function enqueue(
  m: BookState,
  complex: ComplexOrder,
  place: Exclude<QueueName, "book" | "condition" | "trigger">,
): void {
  complex.queue = place;
  if (place === "peg") m.pegsPricedAt = null;
  write(m, complex.slot, complex.ref, m.engine.orders.leaves(complex.slot));
  mark(m, complex.slot, complex.side, COMPLEX | DETACHED);
  if (place === "auction") m.auction.add(complex);
  if (place === "session") m.session.add(complex);
  if (place === "entering") m.pendingEntry.add(complex);
}

/** Removes an order from its queue, visibly for subscribers. */
export function removeFromQueue(m: BookState, complex: ComplexOrder): void {
  if (complex.queue === "book") m.markChanged();
  dequeue(m, complex);
}

/** Removes an order from its queue, and adds its reserve to its quantity. */
export function dequeue(m: BookState, complex: ComplexOrder): void {
  const { slot, side } = complex;
  const { orders } = m.engine;
  unfollow(m, complex);
  const ladder = ladderOf(m, complex);
  if (ladder !== null && !isDetached(m, slot)) ladder.unlink(slot);
  if (complex.reserve !== NONE) {
    if (!isDetached(m, complex.reserve)) ladder?.unlink(complex.reserve);
    write(m, slot, complex.ref, orders.leaves(slot) + orders.leaves(complex.reserve));
    m.complexOrders.delete(complex.reserve);
    orders.release(complex.reserve);
    complex.reserve = NONE;
    remove(m.toReplenish, complex);
  }
  m.auction.delete(complex);
  m.session.delete(complex);
  m.pendingEntry.delete(complex);
  complex.queue = "gone";
  mark(m, slot, side, COMPLEX | DETACHED);
}

/** Changes the quantity left of an order to `leaves` without moving it. An iceberg's reserve is reduced first. */
export function resizeAt(m: BookState, complex: ComplexOrder, leaves: number): void {
  const ladder = ladderOf(m, complex) ?? m.ladder(complex.side);
  const { orders } = m.engine;
  const { slot, reserve } = complex;
  if (reserve === NONE) return ladder.resize(slot, leaves);
  const shown = Math.min(orders.leaves(slot), leaves);
  if (leaves === shown && !isDetached(m, reserve)) {
    ladder.unlink(reserve);
    detach(m, reserve);
  }
  ladder.resize(reserve, leaves - shown);
  ladder.resize(slot, shown);
}

/** Whether the engine's fast path must stop at an order, because its trade changes other orders. */
export function hasSideEffects({ link, legs, reserve, terms }: ComplexOrder): boolean {
  return link !== null || legs.length > 0 || reserve !== NONE || terms.peg !== undefined;
}

function remove(list: ComplexOrder[], complex: ComplexOrder): void {
  const at = list.indexOf(complex);
  if (at >= 0) list.splice(at, 1);
}
