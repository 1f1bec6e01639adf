import { setPegsAside, lotsAt, waitingFor } from "../matching/auction.ts";
import type { Uncross } from "../matching/auction.ts";
import type { BookState, NumberedTrade } from "../matching/bookState.ts";
import { closeOrder, reduceLinked, reduceMaker } from "../matching/closeOrder.ts";
import type { SideNumber } from "../matching/engine/engine.ts";
import { stepOf } from "../matching/prices.ts";
import { restInBook } from "../matching/queues.ts";
import { setLeaves } from "../matching/slots.ts";
import { restateTo } from "../matching/trading.ts";
import { LIVE } from "./accountBook.ts";

/** The uncross of a live auction, for paper orders (PA-9). */

/** Price and lots of an auction of the live book. */
export interface LiveAuction {
  readonly price: number;
  readonly qty: number;
}

/** The auction that the first of these trades belong to: all of one time at one price. `trades` is not empty. */
export function auctionOf(trades: readonly NumberedTrade[]): { auction: LiveAuction; rest: readonly NumberedTrade[] } {
  const [first] = trades;
  if (first === undefined) throw new Error("an auction without trades");
  const end = trades.findIndex(({ price, at }) => price !== first.price || at !== first.at);
  const all = end < 0 ? trades : trades.slice(0, end);
  const auction = { price: first.price, qty: all.reduce((sum, { qty }) => sum + qty, 0) };
  return { auction, rest: trades.slice(all.length) };
}

/**
 * Fills orders with a better price than the auction's at that price, each side up to the lots of the auction, and closes
 * orders that were only for it. The book has no LIVE orders now.
 */
export function uncrossPaper(m: BookState, uncross: Uncross, auction: LiveAuction | null): void {
  setPegsAside(m);
  const waiting = waitingFor(m, uncross);
  const steps = auction === null ? null : stepOf(m.scale, auction.price);
  for (const complex of waiting) {
    const lots = steps === null ? m.leavesOf(complex.slot) : lotsAt(m, complex, steps);
    // Its cash is worth no lot at this price: it ends with the others.
    if (lots === 0) continue;
    m.auction.delete(complex);
    if (lots < m.leavesOf(complex.slot)) {
      restateTo(m, complex, m.totalOf(complex.slot) - (m.leavesOf(complex.slot) - lots));
      setLeaves(m, complex.slot, lots);
    }
    complex.terms = { ...complex.terms, display: 0 };
    restInBook(m, complex, complex.limit);
  }
  if (auction !== null && steps !== null) for (const side of [0, 1] as const) fillSide(m, side, steps, auction.qty);
  for (const complex of waiting) {
    const isLeft = complex.queue === "book" || complex.queue === "auction";
    if (isLeft) closeOrder(m, complex.slot, "canceled", "auction_over");
  }
}

function fillSide(m: BookState, side: SideNumber, steps: number, qty: number): void {
  const ladder = m.ladder(side);
  let left = qty;
  // At the price itself only some orders trade, and it is unknown which.
  while (left > 0 && ladder.bestKey < (steps ^ ladder.flip)) {
    const slot = ladder.first(ladder.best);
    const complex = m.complexOrders.get(slot);
    const main = complex?.slot ?? slot;
    const lots = Math.min(left, m.engine.orders.leaves(slot));
    left -= lots;
    const own = { owner: m.ownerOf(main), orderId: m.ids.text(main), ref: m.engine.orders.ref(main) };
    m.recordTrade(steps, lots, { owner: LIVE, orderId: "", ref: 0 }, own, null);
    reduceLinked(m, complex, lots);
    reduceMaker(m, slot, lots);
  }
}
