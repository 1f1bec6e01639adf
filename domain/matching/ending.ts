import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import type { CloseReason } from "./messages.ts";
import { detach, placeAside, resizeAt, unplace } from "./places.ts";
import type { Special } from "./special.ts";
import { trailOf } from "./triggers.ts";

/** How orders end or become smaller, and what that means for the orders that are linked to them. */

/** Ends an order that was not filled, wherever it is, and what depends on it. */
export function end(m: Market, slot: number, cause: "canceled" | "expired", reason: CloseReason | null): void {
  const special = m.specials.get(slot);
  const main = special?.slot ?? slot;
  m.closed(m.ownerOf(main), m.ids.text(main), cause, reason, trailOf(m, special));
  if (special === undefined) {
    m.ladder(m.sideOf(slot)).unlink(slot);
    m.touch();
    return m.forget(slot, false);
  }
  const { link, legs } = special;
  const filled = m.totalOf(main) - m.leavesOf(main);
  if (special.place === "book") m.touch();
  leave(m, special);
  if (link !== null) end(m, link.slot, cause, "linked");
  // Under the first rules legs ended with their parent, whatever it had bought.
  if (filled > 0 && m.rules >= 2) return coverFilled(m, legs, filled);
  for (const leg of legs) {
    leg.parent = null;
    leg.link = null;
  }
  for (const leg of legs) end(m, leg.slot, cause, "parent");
}

/** Takes an order off the books that is filled, and activates the legs it brought along. */
export function complete(m: Market, special: Special): void {
  const { legs, link } = special;
  leave(m, special);
  // What was executed has been taken from it already: nothing is left of it.
  if (link !== null) end(m, link.slot, "canceled", "linked");
  activate(m, legs);
}

/** An order has ended after it was filled in part: its legs are for what it has bought (OB-30). */
function coverFilled(m: Market, legs: readonly Special[], filled: number): void {
  for (const leg of legs) if (m.totalOf(leg.slot) > filled) shrink(m, leg, filled, "linked");
  activate(m, legs);
}

function activate(m: Market, legs: readonly Special[]): void {
  for (const leg of legs) {
    leg.parent = null;
    if (leg.place === "parent") placeAside(m, leg, "entering");
  }
}

/** Out of its place and out of every list; slots are given back. */
function leave(m: Market, special: Special): void {
  const { slot, link, parent } = special;
  unplace(m, special);
  m.pegged.delete(special);
  if (link !== null) link.link = null;
  special.link = null;
  if (parent !== null) parent.legs = parent.legs.filter((leg) => leg !== special);
  m.forget(slot, false);
}

/** An order has executed `qty`: its linked leg is for so much less. */
export function executed(m: Market, special: Special | null | undefined, qty: number): void {
  const link = special?.link ?? null;
  if (link === null) return;
  const leaves = m.leavesOf(link.slot) - qty;
  // Whoever is filled ends its leg itself.
  if (leaves > 0) shrink(m, link, leaves, "linked");
}

/** Leaves `leaves` of an order without moving it, and tells its account the new total. */
export function shrink(m: Market, special: Special, leaves: number, reason: "linked" | "self_trade"): void {
  const { slot } = special;
  const total = m.totalOf(slot) - (m.leavesOf(slot) - leaves);
  m.totals[slot] = total;
  resizeAt(m, special, leaves);
  if (special.place === "book") m.touch();
  const report = { kind: "restated", orderId: m.ids.text(slot), qty: total, reason, at: m.now } as const;
  m.report(m.ownerOf(slot), report);
}

/** An order that rests has traded `qty` of what lies in `slot`, not by the plain path. */
export function reduceMaker(m: Market, slot: number, qty: number): void {
  const special = m.specials.get(slot);
  const ladder = special?.place === "condition" ? m.conditions[special.side] : m.ladder(m.sideOf(slot));
  const { orders } = m.engine;
  const leaves = orders.leaves(slot);
  if (leaves > qty) {
    ladder.resize(slot, leaves - qty);
    return;
  }
  ladder.unlink(slot);
  detach(m, slot);
  ladder.resize(slot, 0);
  if (special === undefined) return m.forget(slot, false);
  if (m.leavesOf(special.slot) === 0) return complete(m, special);
  if (special.reserve !== NONE && slot === special.slot) m.refresh.push(special);
}
