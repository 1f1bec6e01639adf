import type { BookState, NumberedTrade } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { stepOf } from "../matching/prices.ts";
import { trade } from "../matching/trading.ts";
import { incoming, noteTaken, paperRef, refOf } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";
import { hasOwn, liveOrdersAt, pricesOf, remove, resize, restLive } from "./levelQueue.ts";
import type { LiveLevel, LiveMarket } from "./liveMarket.ts";
import { freeId, slotOf } from "./liveOrders.ts";
import { takenAlready } from "./liveTrades.ts";

/** Trades of one incoming order of the live book, whose resting orders are known (PA-6, PA-7). */

/** A trade whose two orders are known. */
export interface KnownTrade extends NumberedTrade {
  readonly maker: number;
  readonly taker: number;
  readonly takerSide: SideNumber;
}

export function isKnown(trade: NumberedTrade): trade is KnownTrade {
  return trade.takerSide !== undefined;
}

/**
 * Lets the incoming order of these trades arrive again, among the orders of the account: what was ahead of a resting order
 * that has traded was gone, and its own lots are there as long as the account's orders leave them. `market`: the reading,
 * which has what is left of the incoming order.
 */
export function applySweep(account: AccountBook, trades: readonly KnownTrade[], market: LiveMarket): void {
  const { book } = account;
  const [first] = trades;
  if (first === undefined) return;
  const { taker, takerSide } = first;
  const makerSide = takerSide === 0 ? 1 : 0;
  const met = trades.filter((each) => !meetMaker(account, makerSide, each));
  const last = met.at(-1);
  if (last === undefined) return;
  const rest = restOf(takerSide === 0 ? market.bids : market.asks, taker);
  const limit = stepOf(book.scale, rest?.price ?? last.price);
  if (!reaches(book, makerSide, limit)) return;
  const makers = new Set(met.map(({ maker }) => maker));
  const used = new Map<number, number>();
  for (const each of met) {
    const steps = stepOf(book.scale, each.price);
    removeAhead(book, makerSide, steps, each.maker, makers);
    showMaker(book, makerSide, steps, each, used);
  }
  if (rest !== null) removeAhead(book, makerSide, limit, Number.NaN, makers);
  const resting = rest?.lots ?? 0;
  const left = met.reduce((sum, { qty }) => sum + qty, resting);
  const inc = incoming(takerSide, taker, limit, left);
  trade(book, inc);
  if (inc.left < resting) noteTaken(account, takerSide, limit, resting - inc.left);
}

/** Price and lots of an order in these levels; null when it is in none. */
function restOf(levels: readonly LiveLevel[], ref: number): { readonly price: number; readonly lots: number } | null {
  for (const { price, orders, refs } of levels) {
    const place = refs?.indexOf(ref) ?? -1;
    if (place >= 0) return { price, lots: orders[place] ?? 0 };
  }
  return null;
}

/** Whether an order of the account on this side is reached by an incoming one at this price. */
function reaches(book: BookState, side: SideNumber, steps: number): boolean {
  const { flip } = book.ladder(side);
  const end = steps ^ flip;
  if (book.conditions[side].bestKey <= end) return true;
  return pricesOf(book, side).some((each) => (each ^ flip) <= end && hasOwn(book, side, each));
}

/**
 * The resting order of a trade has met an order of the account on the other side when it arrived, or was not displayed.
 * Returns whether it has.
 */
function meetMaker(account: AccountBook, side: SideNumber, { maker, price, qty }: KnownTrade): boolean {
  const { book } = account;
  const steps = stepOf(book.scale, price);
  const other = side === 0 ? 1 : 0;
  if (!reaches(book, other, steps)) return false;
  // What rests at a price has met everything that was displayed within it.
  for (const each of within(book, other, steps)) {
    for (const slot of liveOrdersAt(book, other, each)) remove(book, other, slot);
  }
  const left = qty - takenAlready(account, side, steps, qty);
  if (left > 0) trade(book, incoming(side, maker, steps, left));
  return true;
}

/** The prices of a side that an incoming order with this limit reaches. */
function within(book: BookState, side: SideNumber, steps: number): number[] {
  const { flip } = book.ladder(side);
  return pricesOf(book, side).filter((each) => (each ^ flip) <= (steps ^ flip));
}

/** Removes the LIVE orders ahead of an order that has traded, except others that have. */
function removeAhead(
  book: BookState,
  side: SideNumber,
  steps: number,
  maker: number,
  makers: ReadonlySet<number>,
): void {
  for (const each of within(book, side, steps)) {
    for (const slot of liveOrdersAt(book, side, each)) {
      const ref = refOf(book.ids.text(slot));
      if (each === steps && ref === maker) return;
      if (ref !== null && !makers.has(ref)) remove(book, side, slot);
    }
  }
}

/** Lets the resting order of a trade have its lots: at its place, or behind everything if it has arrived since. */
function showMaker(
  book: BookState,
  side: SideNumber,
  steps: number,
  { maker, qty }: KnownTrade,
  used: Map<number, number>,
): void {
  const slot = slotOf(book, side, steps, maker);
  const before = used.get(maker) ?? 0;
  used.set(maker, before + qty);
  const there = slot === undefined ? 0 : book.engine.orders.leaves(slot);
  // The account may have taken what is there.
  if (slot !== undefined && before === 0) return there < qty ? resize(book, side, slot, qty) : undefined;
  const missing = before + qty - there;
  const orderId = freeId(book, side, maker);
  if (missing > 0) restLive(book, side, steps, { orderId, ref: paperRef(maker), qty: Math.min(qty, missing) });
}
