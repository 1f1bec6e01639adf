import type { Bands } from "../market/phase.ts";
import type { BookState } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { KEY_END, NONE } from "../matching/engine/priceIndex.ts";
import { stepOf } from "../matching/prices.ts";
import { trade } from "../matching/trading.ts";
import { isLiveOrder, LIVE, liveOrderId, noteTaken, NOTHING_KNOWN } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";
import { DEPTH_LEVELS } from "./liveMarket.ts";
import type { LiveLevel } from "./liveMarket.ts";

/** Makes the LIVE orders of an account book equal to the displayed levels of the live book (PA-4, PA-5). */

interface Target {
  readonly steps: number;
  /** Lots of the displayed orders, of which the account may have taken the first. */
  readonly orders: readonly number[];
  /** Displayed lots that the account has not taken. */
  readonly qty: number;
  /** The level was beyond the previous reading, so its orders may be older than those of the account. */
  readonly isUnknown: boolean;
}

/** Follows a reading of the live book during continuous matching. */
export function followDepth(account: AccountBook, bids: readonly LiveLevel[], asks: readonly LiveLevel[]): void {
  // Everything is reduced before anything is added: the levels of two readings may cross.
  const targets = [reduceSide(account, 0, bids), reduceSide(account, 1, asks)] as const;
  for (const side of [0, 1] as const) {
    for (const target of targets[side]) {
      addMissing(account, side, target);
      divide(account, side, target);
    }
  }
}

/** Removes all LIVE orders: nothing of the live book is known. */
export function forgetDepth(account: AccountBook): void {
  for (const side of [0, 1] as const) {
    const ladder = account.book.ladder(side);
    for (let level = ladder.best; level !== NONE;) {
      const next = ladder.worse(level);
      shrink(account.book, side, ladder.price(level), 0);
      level = next;
    }
    account.displayed[side].clear();
    account.taken[side].clear();
    account.horizon[side] = NOTHING_KNOWN;
  }
}

/** Removes LIVE orders beyond these price bands, which are from before they were in effect. */
export function forgetBeyond({ book, displayed }: AccountBook, { lower, upper }: Bands): void {
  for (const side of [0, 1] as const) {
    for (const steps of displayed[side].keys()) {
      const price = book.price(steps);
      if (side === 0 ? price <= upper : price >= lower) continue;
      displayed[side].delete(steps);
      shrink(book, side, steps, 0);
    }
  }
}

/** Reduces the LIVE orders of a side to the displayed quantities, and returns what each level should have. */
function reduceSide(account: AccountBook, side: SideNumber, levels: readonly LiveLevel[]): Target[] {
  const { book } = account;
  const [displayed, taken] = [account.displayed[side], account.taken[side]];
  const { flip } = book.ladder(side);
  const before = account.horizon[side];
  const sizes = new Map(levels.map(({ price, orders }) => [stepOf(book.scale, price), orders]));
  const last = levels.at(-1);
  const isWhole = last === undefined || levels.length < DEPTH_LEVELS;
  account.horizon[side] = isWhole ? KEY_END : stepOf(book.scale, last.price) ^ flip;
  for (const steps of displayed.keys()) {
    // What is beyond the horizon now is kept: it is unknown whether it has changed.
    if (sizes.has(steps) || (steps ^ flip) > account.horizon[side]) continue;
    displayed.delete(steps);
    taken.delete(steps);
    shrink(book, side, steps, 0);
  }
  return [...sizes].map(([steps, orders]) => {
    const size = orders.reduce((sum, qty) => sum + qty, 0);
    // Orders leave a level from its front, where the account has taken.
    const left = (taken.get(steps) ?? 0) - Math.max(0, (displayed.get(steps) ?? 0) - size);
    if (left > 0) taken.set(steps, left);
    else taken.delete(steps);
    displayed.set(steps, size);
    const qty = size - Math.min(size, Math.max(0, left));
    shrink(book, side, steps, qty);
    return { steps, orders, qty, isUnknown: (steps ^ flip) > before };
  });
}

/** Displayed lots of LIVE orders at a price. */
export function liveQty(book: BookState, side: SideNumber, steps: number): number {
  return liveOrdersAt(book, side, steps).reduce((sum, slot) => sum + book.engine.orders.leaves(slot), 0);
}

/** Slots of the displayed orders at a price for which `which` holds, in priority order. */
function ordersAt(book: BookState, side: SideNumber, steps: number, which: (slot: number) => boolean): number[] {
  const ladder = book.ladder(side);
  const level = ladder.at(steps);
  const found: number[] = [];
  if (level === NONE) return found;
  for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) if (which(slot)) found.push(slot);
  return found;
}

const liveOrdersAt = (book: BookState, side: SideNumber, steps: number): number[] =>
  ordersAt(book, side, steps, (slot) => isLiveOrder(book, slot));

/** Reduces the LIVE orders at a price to at most `qty`, the newest first: the account's orders gain only then. */
function shrink(book: BookState, side: SideNumber, steps: number, qty: number): void {
  const ladder = book.ladder(side);
  const { orders } = book.engine;
  const slots = liveOrdersAt(book, side, steps);
  let excess = slots.reduce((sum, slot) => sum + orders.leaves(slot), 0) - qty;
  for (let slot = slots.pop(); slot !== undefined && excess > 0; slot = slots.pop()) {
    const leaves = orders.leaves(slot);
    if (leaves > excess) resize(book, side, slot, leaves - excess);
    else {
      ladder.unlink(slot);
      book.unregister(slot, false);
    }
    excess -= leaves;
  }
}

function resize(book: BookState, side: SideNumber, slot: number, leaves: number): void {
  book.ladder(side).resize(slot, leaves);
  book.totals[slot] = leaves;
}

/** Adds what a level displays beyond its LIVE orders. It arrives as an order would: it trades with the account's first. */
function addMissing(account: AccountBook, side: SideNumber, { steps, qty, isUnknown }: Target): void {
  const { book } = account;
  const missing = qty - liveQty(book, side, steps);
  if (missing <= 0) return;
  const ref = book.nextRef++;
  const inc = { orderId: liveOrderId(side, ref), owner: LIVE, ref, side, limit: steps, left: missing, complex: null };
  trade(book, inc);
  if (inc.left < missing) noteTaken(account, side, steps, missing - inc.left);
  if (inc.left === 0) return;
  const own = isUnknown ? ordersAt(book, side, steps, (slot) => !isLiveOrder(book, slot)) : [];
  const ladder = book.ladder(side);
  for (const slot of own) ladder.unlink(slot);
  rest(book, side, steps, inc.left);
  for (const slot of own) ladder.push(slot, steps);
}

/** Lets LIVE quantity rest behind everything at its price. */
function rest(book: BookState, side: SideNumber, steps: number, qty: number): void {
  const tail = ordersAt(book, side, steps, () => true).at(-1);
  if (tail !== undefined && isLiveOrder(book, tail)) {
    return resize(book, side, tail, book.engine.orders.leaves(tail) + qty);
  }
  restNew(book, side, steps, qty);
}

function restNew(book: BookState, side: SideNumber, steps: number, qty: number): void {
  const ref = book.nextRef++;
  const slot = book.engine.rest(ref, side, steps, qty, book.owners.acquire(LIVE), false);
  book.register(slot, liveOrderId(side, ref), qty, null);
  // The references of pegs may have changed.
  book.markChanged();
}

/**
 * Divides the LIVE quantity at a price into orders as in the live book, so that a taker has as many executions. Where the
 * account has an order itself only the quantity ahead of it counts.
 */
function divide({ book, taken }: AccountBook, side: SideNumber, { steps, orders }: Target): void {
  const slots = ordersAt(book, side, steps, () => true);
  if (!slots.every((slot) => isLiveOrder(book, slot))) return;
  let gone = taken[side].get(steps) ?? 0;
  const wanted = orders.flatMap((qty) => {
    const left = qty - Math.min(qty, gone);
    gone -= qty - left;
    return left === 0 ? [] : [left];
  });
  for (const [nth, slot] of slots.entries()) {
    const qty = wanted[nth];
    if (qty === undefined) {
      book.ladder(side).unlink(slot);
      book.unregister(slot, false);
    } else if (qty !== book.engine.orders.leaves(slot)) resize(book, side, slot, qty);
  }
  for (const qty of wanted.slice(slots.length)) restNew(book, side, steps, qty);
}
