import type { BookState } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { trade } from "../matching/trading.ts";
import { incoming, isLiveOrder, liveOrderId, noteTaken, paperRef, refOf } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";
import { hasOwn, liveOrdersAt, ordersAt, remove, resize, restLive } from "./levelQueue.ts";

/** Makes the LIVE orders at a price equal to those of the live book, order by order (PA-7). */

/** An order of the live book. */
export interface LiveOrder {
  readonly ref: number;
  readonly lots: number;
}

/** The slot of an order of the live book at a price; undefined when the account book does not have it there. */
export function slotOf(book: BookState, side: SideNumber, steps: number, ref: number): number | undefined {
  return liveOrdersAt(book, side, steps).find((slot) => refOf(book.ids.text(slot)) === ref);
}

/**
 * Removes the LIVE orders at a price that are none of `wanted`, or are no longer at their place in it: these arrive again.
 * Reduces the others.
 */
export function keepOrders(book: BookState, side: SideNumber, steps: number, wanted: readonly LiveOrder[]): void {
  const slots = liveOrdersAt(book, side, steps);
  if (slots.length === 0) return;
  const places = new Map(wanted.map(({ ref, lots }, place) => [ref, { place, lots }]));
  const kept: { slot: number; place: number }[] = [];
  for (const slot of slots) {
    const found = places.get(refOf(book.ids.text(slot)) ?? Number.NaN);
    // What has lost its place is now behind one that was behind it.
    while (found !== undefined && (kept.at(-1)?.place ?? -1) > found.place) {
      const moved = kept.pop();
      if (moved !== undefined) remove(book, side, moved.slot);
    }
    if (found === undefined) {
      remove(book, side, slot);
      continue;
    }
    kept.push({ slot, place: found.place });
    if (found.lots < book.engine.orders.leaves(slot)) resize(book, side, slot, found.lots);
  }
}

/**
 * Lets the orders of the live book have their lots at a price. What is missing arrives as an order would: it trades with
 * the account's first, then rests at its place: behind everything, or, if it is older than an order of the account and
 * was unknown, ahead of that.
 */
export function arrive(account: AccountBook, side: SideNumber, steps: number, each: readonly LiveOrder[]): void {
  const { book } = account;
  const known = new Map(liveOrdersAt(book, side, steps).map((slot) => [refOf(book.ids.text(slot)), slot]));
  for (const { ref, lots } of each) {
    const slot = known.get(ref);
    const before = slot === undefined ? 0 : book.engine.orders.leaves(slot);
    if (lots <= before) continue;
    const left = meetOwn(account, side, steps, ref, lots - before);
    if (left === 0) continue;
    if (slot === undefined) restAtPlace(account, side, steps, ref, left);
    else resize(book, side, slot, before + left);
  }
}

/** Lets lots of the live book trade with the account's orders. Returns those that are left. */
function meetOwn(account: AccountBook, side: SideNumber, steps: number, ref: number, lots: number): number {
  const { book } = account;
  const inc = incoming(side, ref, steps, lots);
  trade(book, inc);
  if (inc.left < lots) noteTaken(account, side, steps, lots - inc.left);
  return inc.left;
}

function restAtPlace({ book, traded }: AccountBook, side: SideNumber, steps: number, ref: number, qty: number): void {
  // One that has traded was at its place, and is there as a refilled iceberg.
  const younger = traded.has(ref) ? [] : youngerThan(book, side, steps, paperRef(ref));
  for (const slot of younger) book.ladder(side).unlink(slot);
  restLive(book, side, steps, { orderId: freeId(book, side, ref), ref: paperRef(ref), qty });
  for (const slot of younger) book.ladder(side).push(slot, steps);
}

/** The first order of the account at a price that is younger than this ref, and all behind it. */
function youngerThan(book: BookState, side: SideNumber, steps: number, ref: number): readonly number[] {
  if (!hasOwn(book, side, steps)) return [];
  const slots = ordersAt(book, side, steps, () => true);
  const first = slots.findIndex((slot) => !isLiveOrder(book, slot) && book.engine.orders.ref(slot) > ref);
  return first < 0 ? [] : slots.slice(first);
}

/** The id of a live order, or of a further part of it where that is in use. */
export function freeId(book: BookState, side: SideNumber, ref: number): string {
  let part = 0;
  while (book.ids.slot(liveOrderId(side, ref, part)) !== undefined) part++;
  return liveOrderId(side, ref, part);
}
