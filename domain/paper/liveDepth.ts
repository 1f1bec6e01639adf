import type { Bands } from "../market/phase.ts";
import type { BookState } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { KEY_END, NONE } from "../matching/engine/priceIndex.ts";
import { stepOf } from "../matching/prices.ts";
import { trade } from "../matching/trading.ts";
import { isLiveOrder, LIVE, liveOrderId, noteTaken, NOTHING_KNOWN } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";
import { hasOwn, liveQty, ordersAt, pricesOf, remove, resize, restLive, shrink } from "./levelQueue.ts";
import { DEPTH_LEVELS } from "./liveMarket.ts";
import type { LiveLevel, LiveMarket } from "./liveMarket.ts";
import { arrive, keepOrders } from "./liveOrders.ts";
import type { LiveOrder } from "./liveOrders.ts";

/** Makes the LIVE orders of an account book equal to the displayed levels of the live book (PA-4, PA-5). */

interface Target {
  readonly steps: number;
  /** Lots of the displayed orders, of which the account may have taken the first. */
  readonly orders: readonly number[];
  /** Displayed lots that the account has not taken. */
  readonly qty: number;
  /** The level was beyond the previous reading, so its orders may be older than those of the account. */
  readonly isUnknown: boolean;
  /** What the account has not taken, order by order, in priority order; null in an account book that is not by ref. */
  readonly each: readonly LiveOrder[] | null;
}

/**
 * Follows a reading of the live book during continuous matching. `whole`: with all its levels, for orders that may take;
 * otherwise with those at which the account has orders or that reach them.
 */
export function followDepth(account: AccountBook, { bids, asks }: Depth, whole: boolean): void {
  const { book } = account;
  const [bidSizes, askSizes] = [bids, asks].map((levels) => {
    return new Map(levels.map(({ price, orders }) => [stepOf(book.scale, price), sumOf(orders)]));
  });
  account.sizes = [bidSizes ?? new Map(), askSizes ?? new Map()];
  // Everything is reduced before anything is added: the levels of two readings may cross.
  const targets = [targetsOf(account, 0, bids, whole), targetsOf(account, 1, asks, whole)] as const;
  for (const side of [0, 1] as const) {
    for (const target of targets[side]) {
      if (target.each !== null) {
        arrive(account, side, target.steps, target.each);
        continue;
      }
      addMissing(account, side, target);
      divide(account, side, target);
    }
  }
}

type Depth = Pick<LiveMarket, "bids" | "asks">;

const sumOf = (orders: readonly number[]): number => orders.reduce((sum, qty) => sum + qty, 0);

/** Removes all LIVE orders: nothing of the live book is known. */
export function forgetDepth(account: AccountBook): void {
  for (const side of [0, 1] as const) {
    for (const steps of pricesOf(account.book, side)) shrink(account.book, side, steps, 0);
    account.taken[side].clear();
    account.horizon[side] = NOTHING_KNOWN;
  }
}

/** Removes LIVE orders at levels without orders of the account: the next reading has them again. */
export function dropDepth(account: AccountBook): void {
  const { book } = account;
  account.sizes = [new Map(), new Map()];
  for (const side of [0, 1] as const) {
    for (const steps of pricesOf(book, side)) if (!hasOwn(book, side, steps)) shrink(book, side, steps, 0);
  }
}

/** Removes LIVE orders beyond these price bands, which are from before they were in effect. */
export function forgetBeyond({ book }: AccountBook, { lower, upper }: Bands): void {
  for (const side of [0, 1] as const) {
    for (const steps of pricesOf(book, side)) {
      const price = book.price(steps);
      if (side === 0 ? price > upper : price < lower) shrink(book, side, steps, 0);
    }
  }
}

/** Reduces the LIVE orders of a side to the displayed quantities, and returns what each level should have. */
function targetsOf(account: AccountBook, side: SideNumber, levels: readonly LiveLevel[], whole: boolean): Target[] {
  const { book, sizes } = account;
  const { flip } = book.ladder(side);
  const before = account.horizon[side];
  const last = levels.at(-1);
  const isWhole = last === undefined || levels.length < DEPTH_LEVELS;
  account.horizon[side] = isWhole ? KEY_END : stepOf(book.scale, last.price) ^ flip;
  reduceTaken(account, side);
  for (const steps of pricesOf(book, side)) {
    // What is beyond the horizon now is kept: it is unknown whether it has changed.
    const isGone = !sizes[side].has(steps) && (steps ^ flip) <= account.horizon[side];
    if (isGone) shrink(book, side, steps, 0);
  }
  const reached = reachedBy(book, side);
  return levels.flatMap(({ price, orders, refs }): Target[] => {
    const steps = stepOf(book.scale, price);
    if (!whole && (steps ^ flip) > reached && book.ladder(side).at(steps) === NONE) return [];
    const size = sumOf(orders);
    const qty = size - Math.min(size, account.taken[side].get(steps)?.lots ?? 0);
    const isUnknown = (steps ^ flip) > before;
    if (!account.byRef || refs === undefined) {
      shrink(book, side, steps, qty);
      return [{ steps, orders, qty, isUnknown, each: null }];
    }
    const left = leftOf(orders, size - qty);
    const each = left.flatMap((lots, nth) => (lots === 0 ? [] : [{ ref: refs[nth] ?? 0, lots }]));
    keepOrders(book, side, steps, each);
    return [{ steps, orders, qty, isUnknown, each }];
  });
}

/** Lots of each order after `taken` lots have left from the front. */
function leftOf(orders: readonly number[], taken: number): number[] {
  let gone = taken;
  return orders.map((qty) => {
    const left = qty - Math.min(qty, gone);
    gone -= qty - left;
    return left;
  });
}

/** Key of the worst price on a side that reaches an order of the account on the other side. */
function reachedBy(book: BookState, side: SideNumber): number {
  const other = side === 0 ? 1 : 0;
  const own = pricesOf(book, other).find((steps) => hasOwn(book, other, steps));
  return own === undefined ? NOTHING_KNOWN : own ^ book.ladder(side).flip;
}

/** Orders leave a level from its front, where the account has taken. */
function reduceTaken({ book, taken, sizes, horizon }: AccountBook, side: SideNumber): void {
  for (const [steps, { lots, displayed }] of taken[side]) {
    const size = sizes[side].get(steps);
    if (size === undefined) {
      if ((steps ^ book.ladder(side).flip) <= horizon[side]) taken[side].delete(steps);
      continue;
    }
    const left = lots - Math.max(0, displayed - size);
    if (left > 0) taken[side].set(steps, { lots: left, displayed: size });
    else taken[side].delete(steps);
  }
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
  restLive(book, side, steps, { orderId: liveOrderId(side, ref), ref, qty });
}

/**
 * Divides the LIVE quantity at a price into orders as in the live book, so that a taker has as many executions. Where the
 * account has an order itself only the quantity ahead of it counts.
 */
function divide({ book, taken }: AccountBook, side: SideNumber, { steps, orders }: Target): void {
  const slots = ordersAt(book, side, steps, () => true);
  if (!slots.every((slot) => isLiveOrder(book, slot))) return;
  const wanted = leftOf(orders, taken[side].get(steps)?.lots ?? 0).filter((qty) => qty > 0);
  for (const [nth, slot] of slots.entries()) {
    const qty = wanted[nth];
    if (qty === undefined) remove(book, side, slot);
    else if (qty !== book.engine.orders.leaves(slot)) resize(book, side, slot, qty);
  }
  for (const qty of wanted.slice(slots.length)) restNew(book, side, steps, qty);
}
