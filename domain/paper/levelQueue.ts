import type { BookState } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { NONE } from "../matching/engine/priceIndex.ts";
import { isLiveOrder, LIVE } from "./accountBook.ts";

/** The displayed queues of an account book. */

/** Prices in steps at which something rests, best first. */
export function pricesOf(book: BookState, side: SideNumber): number[] {
  const ladder = book.ladder(side);
  const found: number[] = [];
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) found.push(ladder.price(level));
  return found;
}

/** Whether the account has an order at a price, displayed or hidden. */
export function hasOwn(book: BookState, side: SideNumber, steps: number): boolean {
  const ladder = book.ladder(side);
  const level = ladder.at(steps);
  if (level === NONE) return false;
  return (
    ladder.head(level, true) !== NONE || ordersAt(book, side, steps, (slot) => !isLiveOrder(book, slot)).length > 0
  );
}

/** Displayed lots of LIVE orders at a price. */
export function liveQty(book: BookState, side: SideNumber, steps: number): number {
  return liveOrdersAt(book, side, steps).reduce((sum, slot) => sum + book.engine.orders.leaves(slot), 0);
}

/** Slots of the displayed orders at a price for which `which` holds, in priority order. */
export function ordersAt(book: BookState, side: SideNumber, steps: number, which: (slot: number) => boolean): number[] {
  const ladder = book.ladder(side);
  const level = ladder.at(steps);
  const found: number[] = [];
  if (level === NONE) return found;
  for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) if (which(slot)) found.push(slot);
  return found;
}

/** Slots of the displayed LIVE orders at a price, in priority order. */
export const liveOrdersAt = (book: BookState, side: SideNumber, steps: number): number[] =>
  ordersAt(book, side, steps, (slot) => isLiveOrder(book, slot));

/** Reduces the LIVE orders at a price to at most `qty`, the newest first: the account's orders gain only then. */
export function shrink(book: BookState, side: SideNumber, steps: number, qty: number): void {
  const { orders } = book.engine;
  const slots = liveOrdersAt(book, side, steps);
  let excess = slots.reduce((sum, slot) => sum + orders.leaves(slot), 0) - qty;
  for (let slot = slots.pop(); slot !== undefined && excess > 0; slot = slots.pop()) {
    const leaves = orders.leaves(slot);
    if (leaves > excess) resize(book, side, slot, leaves - excess);
    else remove(book, side, slot);
    excess -= leaves;
  }
}

/** Changes the lots of a LIVE order, which keeps its place. */
export function resize(book: BookState, side: SideNumber, slot: number, leaves: number): void {
  book.ladder(side).resize(slot, leaves);
  book.totals[slot] = leaves;
}

/** Removes a LIVE order. */
export function remove(book: BookState, side: SideNumber, slot: number): void {
  book.ladder(side).unlink(slot);
  book.unregister(slot, false);
}

/** Lets an order of LIVE rest behind everything at its price. Returns its slot. */
export function restLive(
  book: BookState,
  side: SideNumber,
  steps: number,
  { orderId, ref, qty }: { readonly orderId: string; readonly ref: number; readonly qty: number },
): number {
  const slot = book.engine.rest(ref, side, steps, qty, book.owners.acquire(LIVE), false);
  book.register(slot, orderId, qty, null);
  // The references of pegs may have changed.
  book.markChanged();
  return slot;
}
