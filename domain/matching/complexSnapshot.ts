import { DETACHED, HIDDEN, LIVE, META, ORDER_SHIFT, COMPLEX } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Ladder } from "./engine/ladder.ts";
import type { BookState } from "./bookState.ts";
import { hasSideEffects, enqueue, addToLadder } from "./queues.ts";
import { isDetached } from "./slots.ts";
import { makeComplex } from "./makeComplex.ts";
import { bestOf, follow, stopOf } from "./trailing.ts";
import type { ComplexOrderInit } from "./makeComplex.ts";
import type { QueueName, ComplexOrder } from "./complexOrder.ts";

/** Complex orders in a snapshot: resting ones refer to their rows, the others are complete and in the order of their queues. */
export interface SavedComplexOrder extends ComplexOrderInit {
  /** Its row among the resting orders, and that of its reserve. */
  readonly row?: number;
  readonly reserveRow?: number;
  /** Fields of an order that does not rest. */
  readonly waiting?: {
    readonly orderId: string;
    readonly owner: string;
    readonly expiresAt: number | null;
    readonly leaves: number;
    readonly total: number;
  };
  readonly born: number;
  readonly place: QueueName;
  /** Its price beside the book in steps, when a band bounds it. */
  readonly at?: number;
  readonly best: number;
  readonly stop: number;
  readonly triggered: boolean;
  /** Indexes of related orders in the list; -1 for none. */
  readonly link: number;
  readonly parent: number;
}

export function saveComplexOrders(m: BookState, slots: Int32Array): SavedComplexOrder[] {
  const rows = new Map<number, number>();
  for (const [row, slot] of slots.entries()) if (m.complexOrders.has(slot)) rows.set(slot, row);
  const listed = inOrder(m, slots);
  const places = new Map(listed.map((complex, place) => [complex, place]));
  return listed.map((complex) => {
    const { slot, ref, born, side, limit, market, timeInForce, terms, role, queue, triggered } = complex;
    const row = rows.get(slot);
    const reserveRow =
      complex.reserve === NONE || isDetached(m, complex.reserve) ? undefined : rows.get(complex.reserve);
    const waiting = {
      orderId: m.ids.text(slot),
      owner: m.ownerOf(slot),
      expiresAt: m.expiryOf(slot),
      leaves: m.leavesOf(slot),
      total: m.totalOf(slot),
    };
    const at = queue === "condition" ? m.conditions[side].priceOf(slot) : limit;
    return {
      ...(row === undefined ? { waiting } : { row }),
      ...(reserveRow !== undefined && { reserveRow }),
      ...(at !== limit && { at }),
      ref,
      born,
      side,
      limit,
      market,
      timeInForce,
      terms,
      role,
      place: queue,
      best: bestOf(complex),
      stop: stopOf(m, complex),
      triggered,
      link: complex.link === null ? -1 : (places.get(complex.link) ?? -1),
      parent: complex.parent === null ? -1 : (places.get(complex.parent) ?? -1),
    };
  });
}

/** Resting orders by row, then orders that wait in ladders, in the order of their queues, then the others by arrival. */
function inOrder(m: BookState, slots: Int32Array): ComplexOrder[] {
  const found = new Set<ComplexOrder>();
  const add = (slot: number): void => {
    const complex = m.complexOrders.get(slot);
    // Of a group of trailing stops only the leader is in a ladder.
    if (complex !== undefined && complex.trailer === null) found.add(complex);
  };
  slots.forEach(add);
  for (const ladder of [...m.conditions, m.rising, m.falling]) eachSlot(ladder, add);
  for (const complex of [...m.complexOrders.values()].sort((a, b) => a.ref - b.ref)) found.add(complex);
  return [...found];
}

function eachSlot(ladder: Ladder, visit: (slot: number) => void): void {
  for (let level = ladder.best; level !== NONE; level = ladder.worse(level)) {
    for (let slot = ladder.head(level, false); slot !== NONE; slot = ladder.next(slot)) visit(slot);
  }
}

/** Restores complex orders in the order of the list. Throws when they do not match the resting orders. */
export function restoreComplexOrders(m: BookState, saved: readonly SavedComplexOrder[]): void {
  checkRows(m, saved);
  const restored = saved.map((each) => {
    const complex = makeComplex(m, each.row ?? slotFor(m, each), each);
    complex.queue = each.place;
    complex.born = each.born;
    complex.best = each.best;
    complex.stop = each.stop;
    complex.triggered = each.triggered;
    return complex;
  });
  for (const [nth, complex] of restored.entries()) {
    const { link = -1, parent = -1, row, reserveRow, at = complex.limit } = saved[nth] ?? {};
    complex.link = related(m, restored, complex, link);
    complex.parent = related(m, restored, complex, parent);
    if (link !== -1 && saved[link]?.link !== nth) throw new Error("an order is linked to one that is not linked to it");
    if (parent !== -1 && saved[parent]?.parent !== -1) throw new Error("an order has a leg for its parent");
    if (complex.parent !== null) complex.parent.legs = inOrderOfRoles([...complex.parent.legs, complex]);
    if (row === undefined) requeue(m, complex, at);
    if (reserveRow !== undefined) restoreReserve(m, complex, reserveRow);
    if (complex.terms.peg !== undefined && complex.queue !== "session") m.pegged.add(complex);
  }
  const { i32 } = m.engine.orders;
  for (const complex of restored) {
    const word = (complex.slot << ORDER_SHIFT) + META;
    if (complex.queue === "book" && hasSideEffects(complex)) i32[word] = (i32[word] ?? 0) | COMPLEX;
  }
}

/** The take profit comes first. */
function inOrderOfRoles(legs: readonly ComplexOrder[]): ComplexOrder[] {
  return legs.toSorted((a, b) => Number(a.role === "stop_loss") - Number(b.role === "stop_loss"));
}

/** Checks that exactly the resting orders and their reserves have a row, each its own. */
function checkRows(m: BookState, saved: readonly SavedComplexOrder[]): void {
  const taken = new Set<number>();
  const rests = m.engine.orders.fresh;
  for (const { row, reserveRow, place } of saved) {
    if ((row !== undefined) !== (place === "book")) throw new Error("a complex order is where it cannot be");
    for (const each of [row, reserveRow]) {
      if (each === undefined) continue;
      if (!Number.isInteger(each) || each < 0 || each >= rests || taken.has(each)) {
        throw new Error("a complex order has no such row");
      }
      taken.add(each);
    }
  }
}

/** The order at an index of the list, which must be of the same account; null for -1. */
function related(
  m: BookState,
  restored: readonly ComplexOrder[],
  complex: ComplexOrder,
  place: number,
): ComplexOrder | null {
  if (place === -1) return null;
  const other = restored[place];
  if (other === undefined || other === complex || m.ownerOf(other.slot) !== m.ownerOf(complex.slot)) {
    throw new Error("an order is linked to none that there is");
  }
  return other;
}

function slotFor(m: BookState, { waiting, ref }: SavedComplexOrder): number {
  if (waiting === undefined) throw new Error("a complex order neither rests nor waits");
  const { orderId, owner, expiresAt, leaves, total } = waiting;
  if (m.ids.slot(orderId) !== undefined) throw new Error("two orders have one id");
  if (!(leaves > 0 && total >= leaves)) throw new Error("an order that waits has no such quantity");
  const slot = m.engine.orders.take(ref, leaves, m.owners.acquire(owner), LIVE | COMPLEX | DETACHED);
  m.register(slot, orderId, total, expiresAt);
  return slot;
}

function requeue(m: BookState, complex: ComplexOrder, at: number): void {
  const { queue } = complex;
  if (queue === "condition") return addToLadder(m, complex, "condition", at);
  if (queue === "book" || queue === "gone") throw new Error("a resting order has no row");
  if (queue !== "trigger") return enqueue(m, complex, queue);
  if (complex.terms.trigger?.kind === "trail") follow(m, complex);
  else addToLadder(m, complex, "trigger", complex.stop);
}

function restoreReserve(m: BookState, complex: ComplexOrder, row: number): void {
  const { i32, owners } = m.engine.orders;
  complex.reserve = row;
  owners[row] = owners[complex.slot] ?? 0;
  m.complexOrders.set(row, complex);
  i32[(row << ORDER_SHIFT) + META] = (i32[(row << ORDER_SHIFT) + META] ?? 0) | HIDDEN | COMPLEX;
}
