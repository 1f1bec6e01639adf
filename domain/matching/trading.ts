import { lotsPerShare } from "../market/instrument.ts";
import { EVENT_SHIFT, EVENT_SHIFT_F64, PRICE, QTY, slotOf, SUBJECT, WHAT } from "./engine/events.ts";
import { LEVEL, ORDER_SHIFT } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import { closeOrder, reduceLinked, reduceMaker, restateLeaves } from "./closeOrder.ts";
import type { Incoming, BookState } from "./bookState.ts";
import type { CloseReason } from "./messages.ts";
import { minimumOf, selfTradeOf } from "./complexOrder.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/** Trades an incoming order: in the engine until it meets a complex order, order by order from there. */

/**
 * Trades as far as price and quantity allow. Returns the reason when the quantity left must be closed, else null.
 */
export function trade(m: BookState, inc: Incoming): CloseReason | null {
  const conditions = m.conditions[inc.side === 0 ? 1 : 0];
  const cash = inc.complex?.terms.cash;
  if (cash !== undefined) inc.budget = BigInt(cash) * BigInt(lotsPerShare(m.instrument));
  const byHand = cash !== undefined || selfTradeOf(inc.complex) !== undefined || (inc.complex?.link ?? null) !== null;
  while (inc.left > 0) {
    if (!byHand && conditions.size === 0) {
      inc.left = m.engine.take(inc.side, inc.limit, inc.left, inc.ref);
      reportEngineTrades(m, inc);
      if (inc.left === 0) break;
    }
    const maker = nextMaker(m, inc);
    if (maker === NONE) break;
    if (inc.budget !== undefined && leftAt(m, inc, priceAt(m, maker)) === 0) break;
    const reason = tradeWithMaker(m, inc, maker);
    if (reason !== null) return reason;
  }
  return null;
}

/** Reports the trades that the engine has made for an incoming order. */
function reportEngineTrades(m: BookState, inc: Incoming): void {
  const { events } = m.engine;
  for (let nth = 0; nth < events.count; nth++) {
    const slot = slotOf(events.i32[(nth << EVENT_SHIFT) + WHAT] ?? 0);
    const price = events.i32[(nth << EVENT_SHIFT) + PRICE] ?? 0;
    const qty = events.f64[(nth << EVENT_SHIFT_F64) + QTY] ?? 0;
    const ref = events.f64[(nth << EVENT_SHIFT_F64) + SUBJECT] ?? 0;
    m.recordTrade(price, qty, { owner: m.ownerOf(slot), orderId: m.ids.text(slot), ref }, inc, inc.side);
    if (!m.isLive(slot)) m.unregister(slot, true);
  }
  events.count = 0;
}

/** The order that an incoming one trades with next: the best of the book, or one beside it that is better. */
export function nextMaker(m: BookState, inc: Incoming): number {
  const other = inc.side === 0 ? 1 : 0;
  const ladder = m.ladder(other);
  const limitKey = inc.limit ^ ladder.flip;
  const inBook = ladder.bestKey <= limitKey;
  const conditions = m.conditions[other];
  // At the same price the book goes first.
  const end = inBook ? ladder.bestKey - 1 : limitKey;
  for (let level = conditions.best; level !== NONE; level = conditions.worse(level)) {
    if ((conditions.price(level) ^ conditions.flip) > end) break;
    const left = leftAt(m, inc, conditions.price(level));
    for (let slot = conditions.head(level, false); slot !== NONE; slot = conditions.next(slot)) {
      const complex = m.complexOrders.get(slot);
      if (complex !== undefined && minimumOf(complex, m.engine.orders.leaves(slot)) <= left) return slot;
    }
  }
  return inBook ? ladder.first(ladder.best) : NONE;
}

/** Trades an incoming order with a resting one, or applies self-trade prevention. */
function tradeWithMaker(m: BookState, inc: Incoming, slot: number): CloseReason | null {
  const complex = m.complexOrders.get(slot);
  const maker = complex?.slot ?? slot;
  const owner = m.ownerOf(maker);
  const mode = selfTradeOf(inc.complex);
  const isOwn = mode !== undefined && owner === inc.owner;
  if (isOwn && mode !== "decrement") {
    if (mode !== "cancel_newest") closeOrder(m, maker, "canceled", "self_trade");
    return mode === "cancel_oldest" ? null : "self_trade";
  }
  const price = priceAt(m, slot);
  if (inc.budget !== undefined) spendBudget(m, inc, slot);
  if (isOwn) return decrement(m, inc, slot, complex);
  const qty = Math.min(inc.left, m.engine.orders.leaves(slot));
  inc.left -= qty;
  const ref = m.engine.orders.ref(slot);
  m.recordTrade(price, qty, { owner, orderId: m.ids.text(maker), ref }, inc, inc.side);
  reduceLinked(m, complex, qty);
  reduceMaker(m, slot, qty);
  reduceLinked(m, inc.complex, qty);
  return null;
}

/** Price in steps of the resting order of a slot. */
function priceAt(m: BookState, slot: number): number {
  const complex = m.complexOrders.get(slot);
  const ladder = complex?.queue === "condition" ? m.conditions[complex.side] : m.ladder(m.sideOf(slot));
  return ladder.price(m.engine.orders.i32[(slot << ORDER_SHIFT) + LEVEL] ?? 0);
}

/** Lots that an incoming order can trade at a price in steps: for a notional order, what its budget buys. */
function leftAt(m: BookState, { left, budget }: Incoming, steps: number): number {
  if (budget === undefined) return left;
  const fits = budget / BigInt(m.price(steps));
  return fits < BigInt(left) ? Number(fits) : left;
}

/**
 * Subtracts a trade from the budget of a notional order, before the trade. If the budget then buys no further lot at this
 * price, the order is restated to this trade, which fills it (OB-37).
 */
function spendBudget(m: BookState, inc: Incoming, slot: number): void {
  if (inc.budget === undefined || inc.complex === null) return;
  const steps = priceAt(m, slot);
  const price = BigInt(m.price(steps));
  const qty = Math.min(leftAt(m, inc, steps), m.engine.orders.leaves(slot));
  inc.budget -= price * BigInt(qty);
  if (inc.budget >= price || qty === inc.left) return;
  restateTo(m, inc.complex, m.totalOf(inc.complex.slot) - (inc.left - qty));
  inc.left = qty;
}

/** Restates a notional order to this total. */
export function restateTo(m: BookState, { slot }: ComplexOrder, qty: number): void {
  m.totals[slot] = qty;
  const report = { kind: "restated", orderId: m.ids.text(slot), qty, reason: "notional", at: m.now } as const;
  m.report(m.ownerOf(slot), report);
}

/** Subtracts the smaller quantity from both, without a trade. */
function decrement(m: BookState, inc: Incoming, slot: number, complex: ComplexOrder | undefined): CloseReason | null {
  const qty = Math.min(inc.left, m.engine.orders.leaves(slot));
  lowerMaker(m, slot, complex, qty);
  // An order with nothing left is closed with its total unchanged.
  if (inc.left === qty || inc.complex === null) return "self_trade";
  inc.left -= qty;
  const total = m.totalOf(inc.complex.slot) - qty;
  m.totals[inc.complex.slot] = total;
  m.report(inc.owner, { kind: "restated", orderId: inc.orderId, qty: total, reason: "self_trade", at: m.now });
  adjustLinked(m, inc.complex, -qty);
  return null;
}

/** Subtracts a quantity from a resting order; from an iceberg's part that would have traded. */
function lowerMaker(m: BookState, slot: number, complex: ComplexOrder | undefined, qty: number): void {
  const maker = complex?.slot ?? slot;
  const left = m.leavesOf(maker) - qty;
  if (left === 0) return closeOrder(m, maker, "canceled", "self_trade");
  const total = m.totalOf(maker) - qty;
  m.totals[maker] = total;
  const [owner, orderId] = [m.ownerOf(maker), m.ids.text(maker)];
  reduceMaker(m, slot, qty);
  m.markChanged();
  m.report(owner, { kind: "restated", orderId, qty: total, reason: "self_trade", at: m.now });
  if (complex !== undefined) adjustLinked(m, complex, -qty);
}

/** Applies a change of an order's total to its linked leg and its waiting legs. */
export function adjustLinked(m: BookState, { slot, link, legs }: ComplexOrder, change: number): void {
  if (change === 0) return;
  if (link !== null) restateLeaves(m, link, m.leavesOf(link.slot) + change, "linked");
  for (const leg of legs) {
    const total = m.totalOf(slot);
    if (leg.queue === "parent" && m.totalOf(leg.slot) !== total) restateLeaves(m, leg, total, "linked");
  }
}
