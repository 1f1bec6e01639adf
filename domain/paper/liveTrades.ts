import type { BookState, NumberedTrade } from "../matching/bookState.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { stepOf } from "../matching/prices.ts";
import { trade } from "../matching/trading.ts";
import { observe } from "../matching/triggers.ts";
import { LIVE, liveOrderId } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";

/**
 * Applies a trade of the live book: its quantity arrives as an order at its price, and trades with what is ahead of the
 * account's orders, then with them (PA-6). Then its price is observed: orders that it elects enter after the depth is
 * followed.
 */
export function applyLiveTrade(account: AccountBook, { tradeId, price, qty, at }: NumberedTrade): void {
  const m = account.book;
  const steps = stepOf(m.scale, price);
  const side = aggressor(m, steps);
  const left = side === null ? 0 : qty - takenAlready(account, side, steps, qty);
  if (side !== null && left > 0) {
    const ref = m.nextRef++;
    trade(m, { orderId: liveOrderId(side, ref), owner: LIVE, ref, side, limit: steps, left, complex: null });
  }
  observeLiveTrade(m, { tradeId, price, qty, at });
}

/**
 * Lots of a trade that the account has taken before: an order of it rests at the price at which it took all that was
 * displayed, and others take the same quantity in the live book. They do not fill it a second time.
 */
export function takenAlready({ taken }: AccountBook, side: SideNumber, steps: number, qty: number): number {
  const before = taken[side].get(steps);
  if (before === undefined) return 0;
  const lots = Math.min(before.lots, qty);
  taken[side].set(steps, { lots: before.lots - lots, displayed: Math.max(0, before.displayed - lots) });
  return lots;
}

/** Observes the price of a trade of the live book without filling an order. */
export function observeLiveTrade(m: BookState, last: NonNullable<BookState["last"]>): void {
  m.last = last;
  m.cascadeFirstPrice = 0;
  m.cascadeLastPrice = 0;
  observe(m, stepOf(m.scale, last.price));
}

/** Side of the order that has made a trade at this price: it has reached the other side. Null when that is neither. */
function aggressor(m: BookState, steps: number): SideNumber | null {
  for (const side of [1, 0] as const) {
    const other = side === 1 ? 0 : 1;
    for (const ladder of [m.ladder(other), m.conditions[other]]) {
      if (ladder.bestKey <= (steps ^ ladder.flip)) return side;
    }
  }
  return null;
}
