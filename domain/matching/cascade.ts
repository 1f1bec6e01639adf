import { followBands } from "./bands.ts";
import { executeCondition, submitPending, incomingOf, satisfiedCondition } from "./submit.ts";
import { completeFilled, closeOrder } from "./closeOrder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import { mispricedPeg, pegPrice } from "./pegs.ts";
import { enqueue, restInBook, removeFromQueue } from "./queues.ts";
import { attach, detach, isDetached, setLeaves } from "./slots.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { trade } from "./trading.ts";
import { observe } from "./triggers.ts";

/**
 * Runs the cascade after a change of the book (OB-32): reserves are refilled, trade prices elect orders, elected orders
 * are submitted, pegged orders are repriced, conditions are executed; until nothing more happens.
 */
export function runCascade(m: BookState): void {
  for (;;) {
    if (m.toReplenish.length > 0) replenishReserves(m);
    if (m.cascadeFirstPrice !== 0) observeTradePrices(m);
    const [entering] = m.pendingEntry;
    if (entering !== undefined) {
      m.pendingEntry.delete(entering);
      submitPending(m, entering);
      continue;
    }
    if (!m.matching) return;
    followBands(m);
    const peg = m.pegged.size > 0 ? mispricedPeg(m) : undefined;
    if (peg !== undefined) {
      repricePeg(m, peg);
      continue;
    }
    const condition = m.conditions[0].size + m.conditions[1].size > 0 ? satisfiedCondition(m) : undefined;
    if (condition === undefined) return;
    executeCondition(m, condition);
  }
}

/** The first and the last price of a step, in that order. */
function observeTradePrices(m: BookState): void {
  const { cascadeFirstPrice, cascadeLastPrice } = m;
  m.cascadeFirstPrice = 0;
  observe(m, cascadeFirstPrice);
  if (cascadeLastPrice !== cascadeFirstPrice) observe(m, cascadeLastPrice);
}

/** Refills icebergs whose displayed part was used up, at the end of the queue (OB-22). */
function replenishReserves(m: BookState): void {
  for (const complex of m.toReplenish.splice(0)) {
    const { slot, reserve, side, terms } = complex;
    if (complex.queue !== "book" || reserve === NONE || isDetached(m, reserve)) continue;
    const { orders } = m.engine;
    const ladder = m.ladder(side);
    const price = ladder.priceOf(reserve);
    const hidden = orders.leaves(reserve);
    const shown = Math.min(terms.display ?? hidden, hidden);
    if (shown === hidden) {
      ladder.unlink(reserve);
      detach(m, reserve);
      setLeaves(m, reserve, 0);
    } else {
      ladder.resize(reserve, hidden - shown);
    }
    setLeaves(m, slot, shown);
    attach(m, slot);
    ladder.push(slot, price);
    m.markChanged();
  }
}

/** Moves a pegged order to its price, as an incoming order, or lets it wait for its reference. */
function repricePeg(m: BookState, complex: ComplexOrder): void {
  removeFromQueue(m, complex);
  const price = pegPrice(m, complex);
  if (price === NONE) return enqueue(m, complex, "peg");
  complex.ref = m.nextRef++;
  const inc = { ...incomingOf(m, complex), limit: price };
  const reason = trade(m, inc);
  setLeaves(m, complex.slot, inc.left);
  if (reason !== null) return closeOrder(m, complex.slot, "canceled", reason);
  if (inc.left === 0) return completeFilled(m, complex);
  restInBook(m, complex, price);
}
