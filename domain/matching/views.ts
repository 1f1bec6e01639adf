import { closeBefore } from "../market/dayClose.ts";
import type { Side } from "../order/side.ts";
import { luldDue } from "../market/luld.ts";
import type { Indicative } from "../market/phase.ts";
import { clearing, referencePrice, waitingFor } from "./auction.ts";
import type { Uncross } from "./auction.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import { sideName, sideNumber } from "./bookState.ts";
import { bestOf, stopOf } from "./trailing.ts";

/** Views of an order book. Prices in 1/10,000 dollar, quantities in lots. */

export interface Level {
  readonly price: number;
  readonly qty: number;
}

/** A displayed order. `ref` is its number in the book, which increases with arrival. */
export interface RestingOrder extends Level {
  readonly ref: number;
  readonly side: Side;
  readonly owner: string;
  readonly orderId: string;
  readonly expiresAt: number | null;
}

/** Displayed price levels of one side, best first. */
export function levels(m: Readonly<BookState>, side: Side, count = Number.POSITIVE_INFINITY): Level[] {
  const ladder = m.ladder(sideNumber(side));
  const found: Level[] = [];
  for (let level = ladder.best; level !== NONE && found.length < count; level = ladder.worse(level)) {
    if (ladder.count(level, false) > 0)
      found.push({ price: m.price(ladder.price(level)), qty: ladder.total(level, false) });
  }
  return found;
}

/** The best displayed level of a side; null when nothing is displayed. */
export function best(m: Readonly<BookState>, side: Side): Level | null {
  const ladder = m.ladder(sideNumber(side));
  const level = ladder.bestDisplayed();
  return level === NONE ? null : { price: m.price(ladder.price(level)), qty: ladder.total(level, false) };
}

/** The previous close: that of the latest trading day with trades before the one of `now`; null when there is none. */
export function previousClose({ close }: Readonly<BookState>, now: number): number | null {
  return closeBefore(close, now);
}

/** Displayed orders of one side in priority order. */
export function* resting(m: Readonly<BookState>, side: Side): Generator<RestingOrder> {
  const ladder = m.ladder(sideNumber(side));
  const { orders } = m.engine;
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    const price = m.price(ladder.price(level));
    for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) {
      yield {
        ref: orders.ref(slot),
        side,
        price,
        qty: orders.leaves(slot),
        owner: m.ownerOf(slot),
        orderId: m.ids.text(slot),
        expiresAt: m.expiryOf(slot),
      };
    }
  }
}

/** An order that rests or waits here. */
export interface LiveOrder {
  readonly orderId: string;
  readonly owner: string;
  readonly side: Side;
  readonly leaves: number;
  /** For an order that waits for its trigger: the current stop price, and for a trailing stop the best price since entry. */
  readonly stopPrice: number | null;
  readonly best: number | null;
}

/** The order of an id, wherever it rests or waits; null when it does neither. */
export function liveOrder(m: Readonly<BookState>, orderId: string): LiveOrder | null {
  const slot = m.ids.slot(orderId);
  return slot === undefined ? null : liveAt(m, slot);
}

/** Every order that rests or waits, in no particular order. */
export function* liveOrders(m: Readonly<BookState>): Generator<LiveOrder> {
  for (let slot = 0; slot < m.engine.orders.fresh; slot++) {
    const complex = m.complexOrders.get(slot);
    if (m.isLive(slot) && complex?.reserve !== slot) yield liveAt(m, slot);
  }
}

function liveAt(m: Readonly<BookState>, slot: number): LiveOrder {
  const complex = m.complexOrders.get(slot);
  const waits = complex?.queue === "trigger";
  return {
    orderId: m.ids.text(slot),
    owner: m.ownerOf(slot),
    side: sideName(m.sideOf(slot)),
    leaves: m.leavesOf(slot),
    stopPrice: waits ? m.price(stopOf(m, complex)) : null,
    best: waits && complex.terms.trigger?.kind === "trail" ? bestOf(complex) : null,
  };
}

/** Number of orders of an account that rest or wait here. */
export function ordersOf(m: Readonly<BookState>, owner: string): number {
  return m.owners.uses(owner);
}

/** Indicative result of an auction: by default the one for which the phase gathers orders. */
export function indicative(m: Readonly<BookState>, uncross: Uncross = currentUncross(m)): Indicative {
  const cleared = clearing(m, waitingFor(m, uncross));
  const reference = referencePrice(m);
  if (cleared === null) return { price: null, paired: 0, imbalance: 0, imbalanceSide: null, reference };
  const { steps, paired, imbalance } = cleared;
  return {
    price: m.price(steps),
    paired,
    imbalance: Math.abs(imbalance),
    imbalanceSide: imbalance === 0 ? null : imbalance > 0 ? "buy" : "sell",
    reference,
  };
}

/** The auction for which the phase gathers orders; outside of one, a reopening. */
export function currentUncross({ status }: Readonly<Pick<BookState, "status">>): Uncross {
  if (status.phase === "pre_open" || status.phase === "opening_auction") return "opening";
  return status.phase === "closing_auction" ? "closing" : "reopening";
}

/** Next time at which an order expires, the bands widen or a pause begins; null when there is none. */
export function nextDue(m: Readonly<BookState>): number | null {
  const bands = m.luld === null || m.status.bands === null ? null : luldDue(m.luld);
  if (bands === null || m.earliestExpiry === null) return bands ?? m.earliestExpiry;
  return Math.min(bands, m.earliestExpiry);
}
