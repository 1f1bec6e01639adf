import {
  DETACHED,
  HIDDEN,
  LEAVES,
  LIVE,
  META,
  ORDER_SHIFT,
  ORDER_SHIFT_F64,
  REF,
  SPECIAL,
} from "./engine/orderPool.ts";
import { ASK } from "./engine/orderPool.ts";
import type { Ladder } from "./engine/ladder.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import { isHidden } from "./special.ts";
import type { Place, Special } from "./special.ts";

/** Putting special orders where they rest or wait, and taking them out again. */

/** The ladder an order lies in at its place; null where it lies in none. */
export function ladderOf(m: Market, special: Special): Ladder | null {
  switch (special.place) {
    case "book":
      return m.ladder(special.side);
    case "condition":
      return m.conditions[special.side];
    case "trigger":
      return triggerLadder(m, special);
    default:
      return null;
  }
}

/** A stop buys or a touch sells when the market rises to it, the others when it falls. */
export function triggerLadder(m: Market, { side, terms }: Special): Ladder {
  const rises = (terms.trigger?.kind === "touch") === (side === 1);
  return rises ? m.rising : m.falling;
}

/** Lets an order rest in the book at a price in steps: displayed, hidden, or part of each. It is in no place. */
export function placeInBook(m: Market, special: Special, price: number): void {
  const { slot, side, terms } = special;
  const { orders } = m.engine;
  const ladder = m.ladder(side);
  const hidden = isHidden(special);
  special.place = "book";
  // Its price is that of the references as they were: they may have changed since by what it traded.
  if (terms.peg !== undefined) m.pegsStandAt = null;
  const shown = terms.display ?? 0;
  const leaves = orders.leaves(slot);
  if (!hidden && shown > 0 && leaves > shown) {
    if (special.reserve === NONE) {
      special.reserve = orders.take(special.ref, 0, orders.owners[slot] ?? 0, LIVE);
      orders.expiries[special.reserve] = NONE;
    }
    m.specials.set(special.reserve, special);
    write(m, special.reserve, special.ref, leaves - shown);
    write(m, slot, special.ref, shown);
    mark(m, special.reserve, special, HIDDEN | SPECIAL);
    ladder.push(special.reserve, price);
  } else {
    write(m, slot, special.ref, leaves);
  }
  mark(m, slot, special, (hidden ? HIDDEN : 0) | (needsCare(special) ? SPECIAL : 0));
  ladder.push(slot, price);
  m.touch();
}

/** Lets an order wait in a ladder of orders that do not rest, at a price in steps. */
export function placeInLadder(m: Market, special: Special, place: "condition" | "trigger", price: number): void {
  special.place = place;
  write(m, special.slot, special.ref, m.engine.orders.leaves(special.slot));
  mark(m, special.slot, special, SPECIAL);
  ladderOf(m, special)?.push(special.slot, price);
}

/** Lets an order wait where no price matters. */
export function placeAside(m: Market, special: Special, place: Exclude<Place, "book" | "condition" | "trigger">): void {
  special.place = place;
  if (place === "peg") m.pegsStandAt = null;
  write(m, special.slot, special.ref, m.engine.orders.leaves(special.slot));
  mark(m, special.slot, special, SPECIAL | DETACHED);
  if (place === "auction") m.auction.add(special);
  if (place === "session") m.session.add(special);
  if (place === "entering") m.entering.add(special);
}

/** Takes an order out of wherever it is, so that viewers see it go. */
export function takeOut(m: Market, special: Special): void {
  if (special.place === "book") m.touch();
  unplace(m, special);
}

/** Takes an order out of wherever it is; what its reserve had is its own again. */
export function unplace(m: Market, special: Special): void {
  const { slot } = special;
  const { orders } = m.engine;
  const ladder = ladderOf(m, special);
  if (ladder !== null && !isDetached(m, slot)) ladder.unlink(slot);
  if (special.reserve !== NONE) {
    if (!isDetached(m, special.reserve)) ladder?.unlink(special.reserve);
    write(m, slot, special.ref, orders.leaves(slot) + orders.leaves(special.reserve));
    m.specials.delete(special.reserve);
    orders.release(special.reserve);
    special.reserve = NONE;
    remove(m.refresh, special);
  }
  m.trailing.delete(special);
  m.auction.delete(special);
  m.session.delete(special);
  m.entering.delete(special);
  special.place = "gone";
  mark(m, slot, special, SPECIAL | DETACHED);
}

/** Changes what is left of an order to `leaves` where it is: an iceberg loses reserve first. */
export function resizeAt(m: Market, special: Special, leaves: number): void {
  const ladder = ladderOf(m, special) ?? m.ladder(special.side);
  const { orders } = m.engine;
  const { slot, reserve } = special;
  if (reserve === NONE) return ladder.resize(slot, leaves);
  const shown = Math.min(orders.leaves(slot), leaves);
  if (leaves === shown && !isDetached(m, reserve)) {
    ladder.unlink(reserve);
    detach(m, reserve);
  }
  ladder.resize(reserve, leaves - shown);
  ladder.resize(slot, shown);
}

/** Whether the plain path must stop at it, because more happens when it trades. */
export function needsCare({ link, legs, reserve, terms }: Special): boolean {
  return link !== null || legs.length > 0 || reserve !== NONE || terms.peg !== undefined;
}

export function isDetached(m: Market, slot: number): boolean {
  return ((m.engine.orders.i32[(slot << ORDER_SHIFT) + META] ?? 0) & DETACHED) !== 0;
}

/** Notes that an order is in no queue. */
export function detach(m: Market, slot: number): void {
  const { i32 } = m.engine.orders;
  i32[(slot << ORDER_SHIFT) + META] = (i32[(slot << ORDER_SHIFT) + META] ?? 0) | DETACHED;
}

/** Notes that an order is in a queue again. */
export function attach(m: Market, slot: number): void {
  const { i32 } = m.engine.orders;
  i32[(slot << ORDER_SHIFT) + META] = (i32[(slot << ORDER_SHIFT) + META] ?? 0) & ~DETACHED;
}

/** What is left of an order that is in no queue. */
export function setLeaves(m: Market, slot: number, leaves: number): void {
  m.engine.orders.f64[(slot << ORDER_SHIFT_F64) + LEAVES] = leaves;
}

function mark(m: Market, slot: number, special: Special, bits: number): void {
  m.engine.orders.i32[(slot << ORDER_SHIFT) + META] = LIVE | (special.side === 1 ? ASK : 0) | bits;
}

function write(m: Market, slot: number, ref: number, leaves: number): void {
  const { f64 } = m.engine.orders;
  f64[(slot << ORDER_SHIFT_F64) + REF] = ref;
  f64[(slot << ORDER_SHIFT_F64) + LEAVES] = leaves;
}

function remove(list: Special[], special: Special): void {
  const at = list.indexOf(special);
  if (at >= 0) list.splice(at, 1);
}
