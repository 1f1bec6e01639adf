import { mayRest } from "../order/timeInForce.ts";
import { withinBands } from "./bands.ts";
import { submit, isEligible, wouldTake } from "./submit.ts";
import { closeOrder } from "./closeOrder.ts";
import { DETACHED, LIVE, COMPLEX } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Incoming, BookState } from "./bookState.ts";
import { sideNumber } from "./bookState.ts";
import type { BookCommand, NewOrderCommand, ReplaceCommand, Waiting, Leg } from "./messages.ts";
import { enqueue, restInBook, resizeAt, removeFromQueue } from "./queues.ts";
import { setLeaves } from "./slots.ts";
import { makeComplex, complexFromSimple } from "./makeComplex.ts";
import { expireDue } from "./phases.ts";
import { isBeyondLimit, limitReference, movesBeyondLimit, withinLimit } from "./priceLimit.ts";
import { stepOf } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";
import { runCascade } from "./cascade.ts";
import { copyTerms, isSimple, type Terms } from "../order/terms.ts";
import { adjustLinked, trade } from "./trading.ts";
import { armTrigger, NOT_TRAILING, trailOf } from "./triggers.ts";

/** Commands of accounts to a book. */

/** Applies one command of the account at address `owner`, after expiring orders that are due. */
export function applyBookCommand(m: BookState, owner: string, command: BookCommand): void {
  expireDue(m);
  if (command.kind === "new") submitNew(m, owner, command);
  else if (command.kind === "cancel") cancel(m, owner, command.orderId);
  else replace(m, owner, command);
  runCascade(m);
}

/** A simple order has no terms and no class, and rests or is IOC. Continuous matching handles it in the engine alone. */
function isSimpleOrder(command: NewOrderCommand): boolean {
  return (
    (mayRest(command.timeInForce) || command.timeInForce === "ioc") &&
    command.orderClass === undefined &&
    isSimple(command)
  );
}

function submitNew(m: BookState, owner: string, command: NewOrderCommand): void {
  const { orderId, expiresAt } = command;
  const isOver = expiresAt !== null && expiresAt <= m.now;
  if (!isOver && isSimpleOrder(command) && m.matching && isEligible(m, false)) return submitSimple(m, owner, command);
  const order = createComplex(m, owner, orderId, command.qty, expiresAt, {
    ref: m.nextRef++,
    side: sideNumber(command.side),
    limit: stepOf(m.scale, command.price),
    market: command.market,
    timeInForce: command.timeInForce,
    terms: copyTerms(command),
    role: null,
  });
  const legs = (command.legs ?? []).map((leg) => legOf(m, owner, command, leg));
  order.exceedsPriceLimit = isBeyondLimit(m, order.side, command);
  if (command.orderClass === "oco") return submitOco(m, owner, order, legs);
  for (const leg of legs) leg.parent = order;
  order.legs = legs;
  linkAll(legs);
  if (legs.length === 0) return submit(m, order, acceptedReport(m, owner, orderId));
  submit(m, order, (waiting) => {
    acceptedReport(m, owner, orderId)(waiting);
    for (const leg of legs) submit(m, leg, acceptedReport(m, owner, m.ids.text(leg.slot)));
  });
}

/** Submits an OCO: the order itself is the take profit, its one leg is the stop loss. */
function submitOco(m: BookState, owner: string, order: ComplexOrder, legs: readonly ComplexOrder[]): void {
  linkAll([order, ...legs]);
  submit(m, order, (waiting) => {
    acceptedReport(m, owner, m.ids.text(order.slot))(waiting);
    for (const leg of legs) {
      m.report(owner, { kind: "accepted", orderId: m.ids.text(leg.slot), waiting: "trigger", at: m.now });
      // A stop whose price is already reached enters after the order.
      if (armTrigger(m, leg)) enqueue(m, leg, "entering");
    }
  });
}

function linkAll(legs: readonly ComplexOrder[]): void {
  const [one, other] = legs;
  if (one === undefined || other === undefined) return;
  one.link = other;
  other.link = one;
}

function acceptedReport(m: BookState, owner: string, orderId: string): (waiting: Waiting | null) => void {
  return (waiting) => {
    const trail = trailOf(m, m.complexOrders.get(m.ids.slot(orderId) ?? NONE));
    const report = { kind: "accepted", orderId, ...trail, at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
  };
}

/** Creates a complex order, which has a slot from the beginning. */
function createComplex(
  m: BookState,
  owner: string,
  orderId: string,
  qty: number,
  expiresAt: number | null,
  making: Parameters<typeof makeComplex>[2],
): ComplexOrder {
  const slot = m.engine.orders.take(making.ref, qty, m.owners.acquire(owner), LIVE | COMPLEX | DETACHED);
  m.register(slot, orderId, qty, expiresAt);
  return makeComplex(m, slot, making);
}

function legOf(m: BookState, owner: string, parent: NewOrderCommand, leg: Leg): ComplexOrder {
  const terms: Terms = {
    ...(leg.stop !== undefined && { trigger: { kind: "stop", price: leg.stop } as const }),
    ...(leg.selfTrade && { selfTrade: leg.selfTrade }),
    ...(parent.within !== undefined && { within: parent.within }),
  };
  const exits = parent.orderClass === "oco" ? parent.side : parent.side === "buy" ? "sell" : "buy";
  return createComplex(m, owner, leg.orderId, parent.qty, parent.expiresAt, {
    ref: m.nextRef++,
    side: sideNumber(exits),
    limit: stepOf(m.scale, leg.price),
    market: leg.stop !== undefined && leg.limit !== true,
    timeInForce: parent.timeInForce,
    terms,
    role: leg.role,
  });
}

/** Submits a simple order during continuous matching. It takes a slot only when it rests. */
function submitSimple(m: BookState, owner: string, command: NewOrderCommand): void {
  const { orderId, qty, expiresAt } = command;
  m.report(owner, { kind: "accepted", orderId, at: m.now });
  const side = sideNumber(command.side);
  const steps = stepOf(m.scale, command.price);
  const asked = withinLimit(m, side, steps, command.within);
  if (asked !== steps && !command.market) return m.reportClosed(owner, orderId, "canceled", "price_limit");
  const limit = withinBands(m, side, asked);
  const inc: Incoming = { orderId, owner, ref: m.nextRef++, side, limit, left: qty, complex: null };
  const reason = trade(m, inc);
  if (reason !== null) return m.reportClosed(owner, orderId, "canceled", reason);
  if (inc.left === 0) return;
  if (command.market || command.timeInForce === "ioc") return m.reportClosed(owner, orderId, "canceled", "unfilled");
  const slot = m.engine.rest(inc.ref, side, limit, inc.left, m.owners.acquire(owner), false);
  m.register(slot, orderId, qty, expiresAt);
  m.markChanged();
  if (asked === limit) return;
  // It rests at a band, and moves to its limit when the bands end.
  const at = complexFromSimple(m, slot);
  at.limit = asked;
  at.timeInForce = command.timeInForce;
}

/** A cancel of an order that is no longer here has no report, because the order had its last report already. */
function cancel(m: BookState, owner: string, orderId: string): void {
  const slot = m.ids.slot(orderId);
  if (slot !== undefined && m.ownerOf(slot) === owner) closeOrder(m, slot, "canceled", null);
}

function replace(m: BookState, owner: string, command: ReplaceCommand): void {
  const { orderId, newOrderId } = command;
  const slot = m.ids.slot(orderId);
  const filled = slot === undefined ? 0 : m.totalOf(slot) - m.leavesOf(slot);
  const total = command.qty ?? (slot === undefined ? 0 : m.totalOf(slot));
  const known = slot === undefined ? undefined : m.complexOrders.get(slot);
  if (slot === undefined || m.ownerOf(slot) !== owner || total <= filled || !isApplicable(m, slot, known, command)) {
    return m.report(owner, { kind: "replace_rejected", orderId, newOrderId, at: m.now });
  }
  if (movesBeyondLimit(m, m.sideOf(slot), known, command)) {
    const reference = limitReference(m);
    const facts = { kind: "replace_rejected", orderId, newOrderId, reason: "price_limit", reference } as const;
    return m.report(owner, { ...facts, at: m.now });
  }
  const leaves = total - filled;
  const change = total - m.totalOf(slot);
  const expiresAt = command.expiresAt === undefined ? m.expiryOf(slot) : command.expiresAt;
  const keeps = keepsPriority(m, slot, known, command, leaves);
  if (!keeps && known !== undefined && wouldTakeAfterReplace(m, known, command, leaves, expiresAt)) {
    return m.report(owner, { kind: "replace_rejected", orderId, newOrderId, reason: "post_only", at: m.now });
  }
  const order = known ?? complexFromSimple(m, slot);
  registerReplacement(m, slot, newOrderId, total, expiresAt);
  if (keeps) {
    m.report(owner, { kind: "replaced", orderId, newOrderId, ...trailOf(m, known), at: m.now });
    if (leaves < m.leavesOf(slot)) resizeAt(m, order, leaves);
    if (command.timeInForce !== undefined) order.timeInForce = command.timeInForce;
    m.markChanged();
    if (known === undefined) m.complexOrders.delete(slot);
    return adjustLinked(m, order, change);
  }
  removeFromQueue(m, order);
  m.pegged.delete(order);
  setLeaves(m, slot, leaves);
  order.ref = order.born = m.nextRef++;
  if (command.price !== undefined) order.limit = stepOf(m.scale, command.price);
  if (command.timeInForce !== undefined) order.timeInForce = command.timeInForce;
  const { selfTrade } = command;
  // Orders of its account that it must not trade with may have arrived after it.
  if (selfTrade !== undefined) order.terms = { selfTrade, ...order.terms };
  if (command.trigger !== undefined) {
    order.terms = { ...order.terms, trigger: command.trigger };
    order.best = NOT_TRAILING;
  }
  submit(m, order, (waiting) => {
    const report = { kind: "replaced", orderId, newOrderId, ...trailOf(m, order), at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
    adjustLinked(m, order, change);
  });
  if (change > 0 && order.link?.queue === "book") moveToQueueEnd(m, order.link);
}

/** Moves a resting order that became larger behind the others at its price. */
function moveToQueueEnd(m: BookState, complex: ComplexOrder): void {
  const price = m.ladder(complex.side).priceOf(complex.slot);
  removeFromQueue(m, complex);
  complex.ref = m.nextRef++;
  restInBook(m, complex, price);
}

/** Whether the order has the expected total, and has what the replace changes. */
function isApplicable(m: BookState, slot: number, complex: ComplexOrder | undefined, command: ReplaceCommand): boolean {
  if (command.expectedQty !== undefined && command.expectedQty !== m.totalOf(slot)) return false;
  return command.trigger === undefined || (complex?.terms.trigger !== undefined && !complex.triggered);
}

/** Whether a post-only order would trade with its new terms. Under the first rules it was replaced, then closed. */
function wouldTakeAfterReplace(
  m: BookState,
  complex: ComplexOrder,
  { price, trigger = complex.terms.trigger }: ReplaceCommand,
  left: number,
  expiresAt: number | null,
): boolean {
  if (m.rules < 2 || (expiresAt !== null && expiresAt <= m.now)) return false;
  return wouldTake(m, complex, { limit: price === undefined ? complex.limit : stepOf(m.scale, price), left, trigger });
}

/** Replaces an order with a smaller quantity at the same price, which keeps its queue position (OB-20). */
function keepsPriority(
  m: BookState,
  slot: number,
  complex: ComplexOrder | undefined,
  { price }: ReplaceCommand,
  leaves: number,
): boolean {
  if (complex !== undefined && complex.queue !== "book") return false;
  const ladder = m.ladder(m.sideOf(slot));
  const steps = complex?.limit ?? ladder.priceOf(slot);
  if (price !== undefined && stepOf(m.scale, price) !== steps) return false;
  return leaves <= m.leavesOf(slot);
}

/** Gives the order its new id. */
function registerReplacement(
  m: BookState,
  slot: number,
  orderId: string,
  total: number,
  expiresAt: number | null,
): void {
  m.ids.delete(slot);
  m.clearExpiry(slot);
  m.register(slot, orderId, total, expiresAt);
}
