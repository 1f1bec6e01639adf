import { followBands } from "./bands.ts";
import { executeCondition, enterNext, incomingOf, satisfiedCondition } from "./entering.ts";
import { complete, end } from "./ending.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import { misplacedPeg, pegPrice } from "./pegs.ts";
import { attach, detach, isDetached, placeAside, placeInBook, setLeaves, takeOut } from "./places.ts";
import type { Special } from "./special.ts";
import { trade } from "./trading.ts";
import { observe } from "./triggers.ts";

/**
 * What follows from a change of the book, step by step until nothing does (OB-32): reserves are shown again, trade prices
 * elect, elected orders enter, pegged orders move, conditions are met.
 */
export function settle(m: Market): void {
  for (;;) {
    if (m.refresh.length > 0) showReserves(m);
    if (m.stepFirst !== 0) observeStep(m);
    const [entering] = m.entering;
    if (entering !== undefined) {
      m.entering.delete(entering);
      enterNext(m, entering);
      continue;
    }
    if (!m.matching) return;
    followBands(m);
    const peg = m.pegged.size > 0 ? misplacedPeg(m) : undefined;
    if (peg !== undefined) {
      movePeg(m, peg);
      continue;
    }
    const condition = m.conditions[0].size + m.conditions[1].size > 0 ? satisfiedCondition(m) : undefined;
    if (condition === undefined) return;
    executeCondition(m, condition);
  }
}

/** The first and the last price of a step, in that order. */
function observeStep(m: Market): void {
  const { stepFirst, stepLast } = m;
  m.stepFirst = 0;
  observe(m, stepFirst);
  if (stepLast !== stepFirst) observe(m, stepLast);
}

/** Icebergs whose shown part was used up show another, at the end of the queue (OB-22). */
function showReserves(m: Market): void {
  for (const special of m.refresh.splice(0)) {
    const { slot, reserve, side, terms } = special;
    if (special.place !== "book" || reserve === NONE || isDetached(m, reserve)) continue;
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
    m.touch();
  }
}

/** A pegged order goes to its price, as an incoming order, or waits for its reference. */
function movePeg(m: Market, special: Special): void {
  takeOut(m, special);
  const price = pegPrice(m, special);
  if (price === NONE) return placeAside(m, special, "peg");
  special.ref = m.nextRef++;
  const inc = { ...incomingOf(m, special), limit: price };
  const reason = trade(m, inc);
  setLeaves(m, special.slot, inc.left);
  if (reason !== null) return end(m, special.slot, "canceled", reason);
  if (inc.left === 0) return complete(m, special);
  placeInBook(m, special, price);
}
