import { DETACHED, HIDDEN, LIVE, META, ORDER_SHIFT, SPECIAL } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Ladder } from "./engine/ladder.ts";
import type { Market } from "./market.ts";
import { isDetached, needsCare, placeAside, placeInLadder } from "./places.ts";
import { makeSpecial } from "./plain.ts";
import type { Making } from "./plain.ts";
import type { Place, Special } from "./special.ts";

/** Special orders in a snapshot: those that rest by their rows, the others whole and in the order of their queues. */
export interface SavedSpecial extends Making {
  /** Where it rests among the rows of the book, and its reserve. */
  readonly row?: number;
  readonly reserveRow?: number;
  /** Of one that does not rest. */
  readonly waiting?: {
    readonly orderId: string;
    readonly owner: string;
    readonly expiresAt: number | null;
    readonly leaves: number;
    readonly total: number;
  };
  readonly born: number;
  readonly place: Place;
  /** Where it waits beside the book, in steps, when a band keeps it from its limit. */
  readonly at?: number;
  readonly best: number;
  readonly stop: number;
  readonly triggered: boolean;
  /** Places of related orders in the list; -1 for none. */
  readonly link: number;
  readonly parent: number;
}

export function saveSpecials(m: Market, slots: Int32Array): SavedSpecial[] {
  const rows = new Map<number, number>();
  for (const [row, slot] of slots.entries()) if (m.specials.has(slot)) rows.set(slot, row);
  const listed = inOrder(m, slots);
  const places = new Map(listed.map((special, place) => [special, place]));
  return listed.map((special) => {
    const { slot, ref, born, side, limit, market, timeInForce, terms, role, place, best, stop, triggered } = special;
    const row = rows.get(slot);
    const reserveRow =
      special.reserve === NONE || isDetached(m, special.reserve) ? undefined : rows.get(special.reserve);
    const waiting = {
      orderId: m.ids.text(slot),
      owner: m.ownerOf(slot),
      expiresAt: m.expiryOf(slot),
      leaves: m.leavesOf(slot),
      total: m.totalOf(slot),
    };
    const at = place === "condition" ? m.conditions[side].priceOf(slot) : limit;
    return {
      ...(row === undefined ? { waiting } : { row }),
      ...(reserveRow !== undefined && { reserveRow }),
      ...(at !== limit && { at }),
      ...{ ref, born, side, limit, market, timeInForce, terms, role, place, best, stop, triggered },
      link: special.link === null ? -1 : (places.get(special.link) ?? -1),
      parent: special.parent === null ? -1 : (places.get(special.parent) ?? -1),
    };
  });
}

/** First what rests, by row, then what waits in ladders, in the order of their queues, then the rest by arrival. */
function inOrder(m: Market, slots: Int32Array): Special[] {
  const found = new Set<Special>();
  const add = (slot: number): void => {
    const special = m.specials.get(slot);
    if (special !== undefined) found.add(special);
  };
  slots.forEach(add);
  for (const ladder of [...m.conditions, m.rising, m.falling]) eachSlot(ladder, add);
  for (const special of [...m.specials.values()].sort((a, b) => a.ref - b.ref)) found.add(special);
  return [...found];
}

function eachSlot(ladder: Ladder, visit: (slot: number) => void): void {
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) visit(slot);
  }
}

/** Puts special orders back, in the order of the list. Throws when they do not fit what rests. */
export function restoreSpecials(m: Market, saved: readonly SavedSpecial[]): void {
  checkRows(m, saved);
  const restored = saved.map((each) => {
    const special = makeSpecial(m, each.row ?? slotFor(m, each), each);
    special.place = each.place;
    special.born = each.born;
    special.best = each.best;
    special.stop = each.stop;
    special.triggered = each.triggered;
    return special;
  });
  for (const [nth, special] of restored.entries()) {
    const { link = -1, parent = -1, row, reserveRow, at = special.limit } = saved[nth] ?? {};
    special.link = related(m, restored, special, link);
    special.parent = related(m, restored, special, parent);
    if (link !== -1 && saved[link]?.link !== nth) throw new Error("an order is linked to one that is not linked to it");
    if (parent !== -1 && saved[parent]?.parent !== -1) throw new Error("an order has a leg for its parent");
    if (special.parent !== null) special.parent.legs = inOrderOfRoles([...special.parent.legs, special]);
    if (row === undefined) placeAgain(m, special, at);
    if (reserveRow !== undefined) restoreReserve(m, special, reserveRow);
    if (special.terms.peg !== undefined && special.place !== "session") m.pegged.add(special);
  }
  const { i32 } = m.engine.orders;
  for (const special of restored) {
    const word = (special.slot << ORDER_SHIFT) + META;
    if (special.place === "book" && needsCare(special)) i32[word] = (i32[word] ?? 0) | SPECIAL;
  }
}

/** The take profit comes first. */
function inOrderOfRoles(legs: readonly Special[]): Special[] {
  return legs.toSorted((a, b) => Number(a.role === "stop_loss") - Number(b.role === "stop_loss"));
}

/** Each special order has a row of its own, and so has its reserve; what rests has one, and nothing else has. */
function checkRows(m: Market, saved: readonly SavedSpecial[]): void {
  const taken = new Set<number>();
  const rests = m.engine.orders.fresh;
  for (const { row, reserveRow, place } of saved) {
    if ((row !== undefined) !== (place === "book")) throw new Error("a special order is where it cannot be");
    for (const each of [row, reserveRow]) {
      if (each === undefined) continue;
      if (!Number.isInteger(each) || each < 0 || each >= rests || taken.has(each)) {
        throw new Error("a special order has no such row");
      }
      taken.add(each);
    }
  }
}

/** The other order at a place of the list, of the same account; null for -1. */
function related(m: Market, restored: readonly Special[], special: Special, place: number): Special | null {
  if (place === -1) return null;
  const other = restored[place];
  if (other === undefined || other === special || m.ownerOf(other.slot) !== m.ownerOf(special.slot)) {
    throw new Error("an order is linked to none that there is");
  }
  return other;
}

function slotFor(m: Market, { waiting, ref }: SavedSpecial): number {
  if (waiting === undefined) throw new Error("a special order neither rests nor waits");
  const { orderId, owner, expiresAt, leaves, total } = waiting;
  if (m.ids.slot(orderId) !== undefined) throw new Error("two orders have one id");
  if (!(leaves > 0 && total >= leaves)) throw new Error("an order that waits has no such quantity");
  const slot = m.engine.orders.take(ref, leaves, m.owners.use(owner), LIVE | SPECIAL | DETACHED);
  m.adopt(slot, orderId, total, expiresAt);
  return slot;
}

function placeAgain(m: Market, special: Special, at: number): void {
  const { place } = special;
  if (place === "condition") return placeInLadder(m, special, "condition", at);
  if (place === "book" || place === "gone") throw new Error("a resting order has no row");
  if (place !== "trigger") return placeAside(m, special, place);
  placeInLadder(m, special, "trigger", special.stop);
  if (special.terms.trigger?.kind === "trail") m.trailing.add(special);
}

function restoreReserve(m: Market, special: Special, row: number): void {
  const { i32, owners } = m.engine.orders;
  special.reserve = row;
  owners[row] = owners[special.slot] ?? 0;
  m.specials.set(row, special);
  i32[(row << ORDER_SHIFT) + META] = (i32[(row << ORDER_SHIFT) + META] ?? 0) | HIDDEN | SPECIAL;
}
