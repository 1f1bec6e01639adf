import { withinBands } from "./bands.ts";
import { bringIn, takesPart, wouldTake } from "./entering.ts";
import { end } from "./ending.ts";
import { DETACHED, LIVE, SPECIAL } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Incoming, Market } from "./market.ts";
import { sideNumber } from "./market.ts";
import type { BookCommand, NewOrderCommand, ReplaceCommand, Waiting, Leg } from "./messages.ts";
import { placeAside, placeInBook, resizeAt, setLeaves, takeOut } from "./places.ts";
import { makeSpecial, plainSpecial } from "./plain.ts";
import { passTime } from "./phases.ts";
import { isBeyondLimit, limitReference, movesBeyondLimit, withinLimit } from "./priceLimit.ts";
import { stepOf } from "./prices.ts";
import type { Special } from "./special.ts";
import { settle } from "./steps.ts";
import type { Terms } from "../order/terms.ts";
import { follow, trade } from "./trading.ts";
import { beginToWait, NOT_BEGUN, trailOf } from "./triggers.ts";

/** What accounts ask of a market. */

/** Applies one command of the account at address `owner`, after ending the orders whose time is over by then. */
export function applyMarketCommand(m: Market, owner: string, command: BookCommand): void {
  passTime(m);
  if (command.kind === "new") enter(m, owner, command);
  else if (command.kind === "cancel") cancel(m, owner, command.orderId);
  else replace(m, owner, command);
  settle(m);
}

/** The terms of a command alone, without what is not asked for. */
function termsOf(command: NewOrderCommand): Terms {
  const { trigger, display, postOnly, minQty, allOrNone, peg, selfTrade, cash, within, extended } = command;
  return {
    ...(trigger && { trigger }),
    ...(display !== undefined && { display }),
    ...(postOnly && { postOnly }),
    ...(minQty !== undefined && { minQty }),
    ...(allOrNone && { allOrNone }),
    ...(peg && { peg }),
    ...(selfTrade && { selfTrade }),
    ...(cash !== undefined && { cash }),
    ...(within !== undefined && { within }),
    ...(extended && { extended }),
  };
}

function isPlain(command: NewOrderCommand): boolean {
  const { trigger, display, postOnly, minQty, allOrNone, peg, selfTrade, cash, extended, orderClass } = command;
  if (trigger || postOnly || allOrNone || peg || selfTrade || extended || orderClass || cash) return false;
  const tif = command.timeInForce;
  return (
    display === undefined && minQty === undefined && (tif === "day" || tif === "gtc" || tif === "gtd" || tif === "ioc")
  );
}

function enter(m: Market, owner: string, command: NewOrderCommand): void {
  const { orderId, expiresAt } = command;
  const isOver = expiresAt !== null && expiresAt <= m.now;
  if (!isOver && isPlain(command) && m.matching && takesPart(m, false)) return enterPlain(m, owner, command);
  const order = special(m, owner, orderId, command.qty, expiresAt, {
    ref: m.nextRef++,
    side: sideNumber(command.side),
    limit: stepOf(m.scale, command.price),
    market: command.market,
    timeInForce: command.timeInForce,
    terms: termsOf(command),
    role: null,
  });
  const legs = (command.legs ?? []).map((leg) => legOf(m, owner, command, leg));
  order.isBeyond = isBeyondLimit(m, order.side, command);
  if (command.orderClass === "oco") return enterPair(m, owner, order, legs);
  for (const leg of legs) leg.parent = order;
  order.legs = legs;
  linkAll(legs);
  if (legs.length === 0) return bringIn(m, order, accepted(m, owner, orderId));
  bringIn(m, order, (waiting) => {
    accepted(m, owner, orderId)(waiting);
    for (const leg of legs) bringIn(m, leg, accepted(m, owner, m.ids.text(leg.slot)));
  });
}

/** An order that is its own take profit, and its stop loss beside it. */
function enterPair(m: Market, owner: string, order: Special, legs: readonly Special[]): void {
  linkAll([order, ...legs]);
  bringIn(m, order, (waiting) => {
    accepted(m, owner, m.ids.text(order.slot))(waiting);
    for (const leg of legs) {
      m.report(owner, { kind: "accepted", orderId: m.ids.text(leg.slot), waiting: "trigger", at: m.now });
      // One that is reached already enters after the order.
      if (beginToWait(m, leg)) placeAside(m, leg, "entering");
    }
  });
}

function linkAll(legs: readonly Special[]): void {
  const [one, other] = legs;
  if (one === undefined || other === undefined) return;
  one.link = other;
  other.link = one;
}

function accepted(m: Market, owner: string, orderId: string): (waiting: Waiting | null) => void {
  return (waiting) => {
    const trail = trailOf(m, m.specials.get(m.ids.slot(orderId) ?? NONE));
    const report = { kind: "accepted", orderId, ...trail, at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
  };
}

/** An order that has a slot from the beginning. */
function special(
  m: Market,
  owner: string,
  orderId: string,
  qty: number,
  expiresAt: number | null,
  making: Parameters<typeof makeSpecial>[2],
): Special {
  const slot = m.engine.orders.take(making.ref, qty, m.owners.use(owner), LIVE | SPECIAL | DETACHED);
  m.adopt(slot, orderId, qty, expiresAt);
  return makeSpecial(m, slot, making);
}

function legOf(m: Market, owner: string, parent: NewOrderCommand, leg: Leg): Special {
  const terms: Terms = {
    ...(leg.stop !== undefined && { trigger: { kind: "stop", price: leg.stop } as const }),
    ...(leg.selfTrade && { selfTrade: leg.selfTrade }),
    ...(parent.within !== undefined && { within: parent.within }),
  };
  const exits = parent.orderClass === "oco" ? parent.side : parent.side === "buy" ? "sell" : "buy";
  return special(m, owner, leg.orderId, parent.qty, parent.expiresAt, {
    ref: m.nextRef++,
    side: sideNumber(exits),
    limit: stepOf(m.scale, leg.price),
    market: leg.stop !== undefined && leg.limit !== true,
    timeInForce: parent.timeInForce,
    terms,
    role: leg.role,
  });
}

/** A plain order in continuous matching: it needs a slot only when it rests. */
function enterPlain(m: Market, owner: string, command: NewOrderCommand): void {
  const { orderId, qty, expiresAt } = command;
  m.report(owner, { kind: "accepted", orderId, at: m.now });
  const side = sideNumber(command.side);
  const steps = stepOf(m.scale, command.price);
  const asked = withinLimit(m, side, steps, command.within);
  if (asked !== steps && !command.market) return m.closed(owner, orderId, "canceled", "price_limit");
  const limit = withinBands(m, side, asked);
  const inc: Incoming = { orderId, owner, ref: m.nextRef++, side, limit, left: qty, special: null };
  const reason = trade(m, inc);
  if (reason !== null) return m.closed(owner, orderId, "canceled", reason);
  if (inc.left === 0) return;
  if (command.market || command.timeInForce === "ioc") return m.closed(owner, orderId, "canceled", "unfilled");
  const slot = m.engine.rest(inc.ref, side, limit, inc.left, m.owners.use(owner), false);
  m.adopt(slot, orderId, qty, expiresAt);
  m.touch();
  if (asked === limit) return;
  // It lies at a band now, and goes back to its limit when the bands end.
  const at = plainSpecial(m, slot);
  at.limit = asked;
  at.timeInForce = command.timeInForce;
}

/** An order that is not here any more has had its last report already, so there is nothing to say. */
function cancel(m: Market, owner: string, orderId: string): void {
  const slot = m.ids.slot(orderId);
  if (slot !== undefined && m.ownerOf(slot) === owner) end(m, slot, "canceled", null);
}

function replace(m: Market, owner: string, command: ReplaceCommand): void {
  const { orderId, newOrderId } = command;
  const slot = m.ids.slot(orderId);
  const filled = slot === undefined ? 0 : m.totalOf(slot) - m.leavesOf(slot);
  const total = command.qty ?? (slot === undefined ? 0 : m.totalOf(slot));
  const known = slot === undefined ? undefined : m.specials.get(slot);
  if (slot === undefined || m.ownerOf(slot) !== owner || total <= filled || !fits(m, slot, known, command)) {
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
  const keeps = keepsPlace(m, slot, known, command, leaves);
  if (!keeps && known !== undefined && takes(m, known, command, leaves, expiresAt)) {
    return m.report(owner, { kind: "replace_rejected", orderId, newOrderId, reason: "post_only", at: m.now });
  }
  const order = known ?? plainSpecial(m, slot);
  rename(m, slot, newOrderId, total, expiresAt);
  if (keeps) {
    m.report(owner, { kind: "replaced", orderId, newOrderId, ...trailOf(m, known), at: m.now });
    if (leaves < m.leavesOf(slot)) resizeAt(m, order, leaves);
    if (command.timeInForce !== undefined) order.timeInForce = command.timeInForce;
    m.touch();
    if (known === undefined) m.specials.delete(slot);
    return follow(m, order, change);
  }
  takeOut(m, order);
  m.pegged.delete(order);
  setLeaves(m, slot, leaves);
  order.ref = order.born = m.nextRef++;
  if (command.price !== undefined) order.limit = stepOf(m.scale, command.price);
  if (command.timeInForce !== undefined) order.timeInForce = command.timeInForce;
  const { selfTrade } = command;
  // Since it came, orders may have come that it must not trade with.
  if (selfTrade !== undefined) order.terms = { selfTrade, ...order.terms };
  if (command.trigger !== undefined) {
    order.terms = { ...order.terms, trigger: command.trigger };
    order.best = NOT_BEGUN;
  }
  bringIn(m, order, (waiting) => {
    const report = { kind: "replaced", orderId, newOrderId, ...trailOf(m, order), at: m.now } as const;
    m.report(owner, waiting === null ? report : { ...report, waiting });
    follow(m, order, change);
  });
  if (change > 0 && order.link?.place === "book") toTheEnd(m, order.link);
}

/** An order that rests and has grown stands behind the others at its price. */
function toTheEnd(m: Market, special: Special): void {
  const price = m.ladder(special.side).priceOf(special.slot);
  takeOut(m, special);
  special.ref = m.nextRef++;
  placeInBook(m, special, price);
}

/** Whether the order is as its account believes, and has what is to be changed. */
function fits(m: Market, slot: number, special: Special | undefined, command: ReplaceCommand): boolean {
  if (command.expectedQty !== undefined && command.expectedQty !== m.totalOf(slot)) return false;
  return command.trigger === undefined || (special?.terms.trigger !== undefined && !special.triggered);
}

/** Whether a post-only order would trade with its new terms. Under the first rules it entered, and was closed for it. */
function takes(
  m: Market,
  special: Special,
  { price, trigger = special.terms.trigger }: ReplaceCommand,
  left: number,
  expiresAt: number | null,
): boolean {
  if (m.rules < 2 || (expiresAt !== null && expiresAt <= m.now)) return false;
  return wouldTake(m, special, { limit: price === undefined ? special.limit : stepOf(m.scale, price), left, trigger });
}

/** A smaller quantity at the same price keeps an order's place in the book (OB-20). */
function keepsPlace(
  m: Market,
  slot: number,
  special: Special | undefined,
  { price }: ReplaceCommand,
  leaves: number,
): boolean {
  if (special !== undefined && special.place !== "book") return false;
  const ladder = m.ladder(m.sideOf(slot));
  const steps = special?.limit ?? ladder.priceOf(slot);
  if (price !== undefined && stepOf(m.scale, price) !== steps) return false;
  return leaves <= m.leavesOf(slot);
}

/** The order goes on under another id. */
function rename(m: Market, slot: number, orderId: string, total: number, expiresAt: number | null): void {
  const before = m.engine.orders.expiries[slot] ?? -1;
  m.ids.delete(slot);
  m.adopt(slot, orderId, total, expiresAt);
  if (before >= 0) m.expiries.drop(before);
}
