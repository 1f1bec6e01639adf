import { isForAuction } from "../order/timeInForce.ts";
import { collarPrice } from "../market/collar.ts";
import { referencePrice } from "./auction.ts";
import { withinBands } from "./bands.ts";
import { isAvailable } from "./available.ts";
import { completeFilled, closeOrder } from "./closeOrder.ts";
import type { SideNumber } from "./engine/engine.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Incoming, BookState } from "./bookState.ts";
import { sideName } from "./bookState.ts";
import type { CloseReason, Waiting } from "./messages.ts";
import { preventAuctionSelfTrade } from "./selfTrade.ts";
import { pegPrice } from "./pegs.ts";
import { ladderOf, enqueue, restInBook, addToLadder, removeFromQueue } from "./queues.ts";
import { detach, setLeaves } from "./slots.ts";
import { holdToLimit } from "./priceLimit.ts";
import { stepOf } from "./prices.ts";
import { isConditional, isImmediate, minimumOf } from "./complexOrder.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { nextMaker, trade } from "./trading.ts";
import { isSimple } from "../order/terms.ts";
import type { Terms } from "../order/terms.ts";
import { armTrigger, isReached, trailOf } from "./triggers.ts";

/** Submits complex orders: an order waits, or trades and rests. */

const OPENING: ReadonlySet<string> = new Set(["pre_open", "opening_auction"]);

/** Whether an order is eligible in the current phase and session (OB-33). */
export function isEligible({ status }: BookState, extended: boolean): boolean {
  if (status.phase === "closed" || status.session === "closed") return false;
  return extended || status.session === "regular" || OPENING.has(status.phase);
}

/** What an order would wait for if it entered now; null when it does not wait. */
function waitsFor(m: BookState, complex: ComplexOrder): Waiting | null {
  const { terms, timeInForce, market } = complex;
  if (complex.parent !== null) return "parent";
  if (terms.trigger !== undefined && !complex.triggered) return "trigger";
  if (isForAuction(timeInForce)) return "auction";
  if (timeInForce === "ioc" || timeInForce === "fok") return null;
  if (!isEligible(m, terms.extended === true)) return "session";
  return market && !m.matching && !isConditional(complex) ? "auction" : null;
}

/**
 * Submits an order. Calls `tell` once, before other reports, with what it waits for: that reports `accepted`, `activated` or
 * `replaced`.
 */
export function submit(m: BookState, complex: ComplexOrder, tell: (waiting: Waiting | null) => void): void {
  const waiting = waitsFor(m, complex);
  const expiresAt = m.expiryOf(complex.slot);
  if (waiting !== "parent" && expiresAt !== null && expiresAt <= m.now) {
    tell(null);
    detach(m, complex.slot);
    return closeOrder(m, complex.slot, "expired", null);
  }
  if (m.isDelisted && waiting !== "parent") return closeOnEntry(m, complex, "delisted", tell);
  if (complex.exceedsPriceLimit) return closeOnEntry(m, complex, "price_limit", tell);
  if (waiting !== "parent" && waiting !== "trigger") holdToLimit(m, complex);
  if (waiting !== null) {
    if (waiting === "trigger") return submitTrigger(m, complex, tell);
    tell(waiting);
    if (waiting === "auction" && preventAuctionSelfTrade(m, complex)) return closeForSelfTrade(m, complex);
    if (waiting === "parent" || waiting === "auction" || waiting === "session") enqueue(m, complex, waiting);
    return;
  }
  if (!isEligible(m, complex.terms.extended === true)) return closeOnEntry(m, complex, "not_in_session", tell);
  if (!m.matching) return submitDuringAuction(m, complex, tell);
  submitDuringMatching(m, complex, tell);
}

/** Lets an order wait for its trigger, or elects it at once when the last trade has reached it. */
function submitTrigger(m: BookState, complex: ComplexOrder, tell: (waiting: Waiting | null) => void): void {
  if (!armTrigger(m, complex)) return tell("trigger");
  tell(null);
  submitTriggered(m, complex);
}

/** The trigger was reached: the order enters as a new arrival. */
function submitTriggered(m: BookState, complex: ComplexOrder): void {
  const orderId = m.ids.text(complex.slot);
  m.report(m.ownerOf(complex.slot), { kind: "triggered", orderId, ...trailOf(m, complex), at: m.now });
  complex.ref = complex.born = m.nextRef++;
  if (complex.market) convertToMarket(m, complex);
  submit(m, complex, () => undefined);
}

/**
 * A stop, a touch or a trailing stop becomes a market order. Its collar is relative to the current market price, and the
 * quantity left rests at it. Under the first rules it was relative to the trigger price, and the quantity left was closed.
 */
function convertToMarket(m: BookState, complex: ComplexOrder): void {
  const { side, terms } = complex;
  const isFirst = m.rules < 2;
  if (isFirst && terms.trigger?.kind !== "trail") return;
  const from = isFirst ? m.price(complex.stop) : marketPrice(m, side);
  const collar = stepOf(m.scale, collarPrice(m.instrument, sideName(side), from));
  // The hold of a buy covers no more than its own limit.
  complex.limit = side === 0 ? Math.min(collar, complex.limit) : collar;
  complex.market = isFirst;
}

/** The market price for an order of this side: the best displayed price of the other side, else the last trade. */
function marketPrice(m: BookState, side: SideNumber): number {
  const other = m.ladder(side === 0 ? 1 : 0);
  const level = other.bestDisplayed();
  return level === NONE ? referencePrice(m) : m.price(other.price(level));
}

/**
 * Whether a post-only order would trade if it entered with these terms now: `limit` in steps, `left` its lots. False for an
 * order that would wait or gather for an auction.
 */
export function wouldTake(
  m: BookState,
  complex: ComplexOrder,
  { limit, left, trigger }: { limit: number; left: number; trigger: Terms["trigger"] },
): boolean {
  if (complex.terms.postOnly !== true || complex.parent !== null || !m.matching) return false;
  if (!isEligible(m, complex.terms.extended === true)) return false;
  if (trigger !== undefined && !complex.triggered && !isReached(m, complex.side, trigger)) return false;
  const inc = incomingOf(m, complex);
  return nextMaker(m, { ...inc, limit: withinBands(m, complex.side, limit), left }) !== NONE;
}

/** Closes an order on entry. */
function closeOnEntry(m: BookState, complex: ComplexOrder, reason: CloseReason, tell: (waiting: null) => void): void {
  tell(null);
  detach(m, complex.slot);
  closeOrder(m, complex.slot, "canceled", reason);
}

/** Enters an order while the market gathers orders for an auction. */
function submitDuringAuction(m: BookState, complex: ComplexOrder, tell: (waiting: Waiting | null) => void): void {
  if (isImmediate(complex)) return closeOnEntry(m, complex, "halted", tell);
  if (isConditional(complex)) {
    tell("condition");
    return addToLadder(m, complex, "condition", withinBands(m, complex.side, complex.limit));
  }
  if (complex.terms.peg !== undefined) {
    tell("peg");
    m.pegged.add(complex);
    return enqueue(m, complex, "peg");
  }
  tell(null);
  if (preventAuctionSelfTrade(m, complex)) return closeForSelfTrade(m, complex);
  rest(m, complex, complex.limit);
}

/** Closes an order that would trade with its own account. */
function closeForSelfTrade(m: BookState, complex: ComplexOrder): void {
  detach(m, complex.slot);
  closeOrder(m, complex.slot, "canceled", "self_trade");
}

/** Enters an order during continuous matching. */
function submitDuringMatching(m: BookState, complex: ComplexOrder, tell: (waiting: Waiting | null) => void): void {
  const { slot, terms, timeInForce } = complex;
  let inc = incomingOf(m, complex);
  if (terms.peg !== undefined) {
    const price = pegPrice(m, complex);
    if (price === NONE && isImmediate(complex)) return closeOnEntry(m, complex, "unfilled", tell);
    m.pegged.add(complex);
    if (price === NONE) {
      tell("peg");
      return enqueue(m, complex, "peg");
    }
    inc = { ...inc, limit: price };
  }
  if (timeInForce === "fok" && !isAvailable(m, inc, inc.left)) return closeOnEntry(m, complex, "fill_or_kill", tell);
  const minimum = minimumOf(complex, m.leavesOf(slot));
  if (minimum > 0 && !isAvailable(m, inc, minimum)) {
    if (isImmediate(complex)) return closeOnEntry(m, complex, "min_qty", tell);
    tell("condition");
    return addToLadder(m, complex, "condition", withinBands(m, complex.side, complex.limit));
  }
  if (terms.postOnly && nextMaker(m, inc) !== NONE) return closeOnEntry(m, complex, "post_only", tell);
  tradeAndRest(m, complex, inc, tell);
}

/** Trades, then rests, waits beside the book, or ends. */
function tradeAndRest(m: BookState, complex: ComplexOrder, inc: Incoming, tell: (waiting: null) => void): void {
  tell(null);
  const { slot } = complex;
  detach(m, slot);
  const reason = trade(m, inc);
  setLeaves(m, slot, inc.left);
  if (reason !== null) return closeOrder(m, slot, "canceled", reason);
  if (inc.left === 0) return completeFilled(m, complex);
  if (isImmediate(complex)) return closeOrder(m, slot, "canceled", "unfilled");
  if (isConditional(complex)) return addToLadder(m, complex, "condition", withinBands(m, complex.side, complex.limit));
  rest(m, complex, inc.limit);
}

/** Lets an order rest that has just arrived. One without further terms becomes a simple order. */
function rest(m: BookState, complex: ComplexOrder, price: number): void {
  const { slot, limit, terms, market, role, link, legs } = complex;
  restInBook(m, complex, price);
  const isPlain = isSimple(terms) && !market && role === null && link === null && legs.length === 0;
  // At a band it must return to its limit.
  if (isPlain && limit === price) m.complexOrders.delete(slot);
}

/** Executes a waiting conditional order as the incoming side. It keeps its position. */
export function executeCondition(m: BookState, complex: ComplexOrder): void {
  const inc = incomingOf(m, complex);
  const before = inc.left;
  const reason = trade(m, inc);
  // Removed from its queue only when nothing is left; otherwise it keeps its position.
  ladderOf(m, complex)?.resize(complex.slot, inc.left);
  if (reason !== null) return closeOrder(m, complex.slot, "canceled", reason);
  if (inc.left === before) throw new Error("a condition that was met could not be executed");
  if (inc.left === 0) completeFilled(m, complex);
}

/** The first conditional order that can execute its minimum; undefined when none can. */
export function satisfiedCondition(m: BookState): ComplexOrder | undefined {
  for (const [side, ladder] of m.conditions.entries()) {
    const other = m.ladder(side === 0 ? 1 : 0);
    for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
      // Orders that the other side does not reach, and all behind them, cannot execute.
      if (other.bestKey > (ladder.price(level) ^ other.flip)) break;
      for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) {
        const complex = m.complexOrders.get(slot);
        if (complex === undefined) continue;
        if (isAvailable(m, incomingOf(m, complex), minimumOf(complex, m.leavesOf(slot)))) return complex;
      }
    }
  }
  return undefined;
}

/** Enters an order whose wait is over: an elected one as a new arrival, an activated leg for the first time. */
export function submitPending(m: BookState, complex: ComplexOrder): void {
  if (complex.triggered) return submitTriggered(m, complex);
  complex.ref = complex.born = m.nextRef++;
  submit(m, complex, activatedReport(m, m.ownerOf(complex.slot), m.ids.text(complex.slot)));
}

/** Enters an order that waited for its session, as if new (OB-33). */
export function submitFromSession(m: BookState, complex: ComplexOrder): void {
  const { slot } = complex;
  const orderId = m.ids.text(slot);
  const owner = m.ownerOf(slot);
  removeFromQueue(m, complex);
  complex.ref = complex.born = m.nextRef++;
  submit(m, complex, activatedReport(m, owner, orderId));
}

function activatedReport(m: BookState, owner: string, orderId: string): (waiting: Waiting | null) => void {
  return (waiting) => {
    const report = { kind: "activated", orderId, at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
  };
}

/** A complex order as the incoming order: at its limit, or, for a conditional order, at the price that a band may bound. */
export function incomingOf(m: BookState, complex: ComplexOrder): Incoming {
  const { slot, ref, side, queue } = complex;
  const limit = queue === "condition" ? m.conditions[side].priceOf(slot) : withinBands(m, side, complex.limit);
  return { orderId: m.ids.text(slot), owner: m.ownerOf(slot), ref, side, limit, left: m.leavesOf(slot), complex };
}
