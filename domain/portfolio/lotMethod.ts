import { byAcquisition, isPositive } from "./taxLot.ts";
import type { TaxLot, TaxLots } from "./taxLot.ts";

/** A lot that the owner has chosen to sell, and how much of it. */
export interface LotChoice {
  readonly lotId: number;
  readonly quantity: number;
}

/**
 * In which sequence lots are sold: first in first out (the default), last in first out, the highest cost a unit first, or
 * the chosen lots in the sequence given and the rest first in first out (26 CFR 1.1012-1(c)).
 */
export type LotMethod = "fifo" | "lifo" | "highest_cost" | { readonly specific: readonly LotChoice[] };

/** How much is taken of a lot. */
export interface Taken {
  readonly lot: TaxLot;
  readonly quantity: number;
}

/** How much of each lot is reserved, by its number: only who has reserved it takes it. */
export type ReservedLots = ReadonlyMap<number, number>;

const NOTHING_RESERVED: ReservedLots = new Map();

/**
 * The lots that make up a quantity, which must not be more than the position, each lot once. What is reserved is left,
 * unless nothing else is. Changes nothing. FIFO and LIFO cost as much as the lots taken; the other methods read all lots.
 */
export function selectLots(state: TaxLots, quantity: number, method: LotMethod, reserved = NOTHING_RESERVED): Taken[] {
  const taken = selectBy(state, quantity, method, reserved);
  const sum = reserved.size === 0 ? quantity : taken.reduce((total, part) => total + part.quantity, 0);
  return sum === quantity ? taken : selectBy(state, quantity, method, NOTHING_RESERVED);
}

function selectBy({ lots }: TaxLots, quantity: number, method: LotMethod, reserved: ReservedLots): Taken[] {
  if (method === "lifo") return take(quantity, lastToFirst(lots), reserved);
  if (method === "highest_cost") return take(quantity, highestCostFirst(lots), reserved);
  return method === "fifo" ? take(quantity, lots, reserved) : chosenFirst(lots, quantity, method.specific, reserved);
}

/** A choice of lots that cannot be sold; quantities are in units of the asset. */
export type ChoiceRefusal =
  /** The position has no lot of this number. */
  | { readonly reason: "tax_lot_not_found"; readonly lotId: number }
  /** A lot is named twice. */
  | { readonly reason: "tax_lot_repeated"; readonly lotId: number }
  /** The lot has less than that, or less that is not reserved. */
  | {
      readonly reason: "tax_lot_insufficient";
      readonly lotId: number;
      readonly requested: number;
      readonly available: number;
      readonly reserved: number;
    }
  /** The choice does not add up to the quantity. */
  | { readonly reason: "tax_lots_quantity"; readonly chosen: number; readonly quantity: number };

/**
 * Why a choice of lots is not one that can be sold for this quantity; null if it is. For a request, before it is accepted:
 * a disposal itself takes what it can of the choice.
 */
export function refuseChoice(
  { lots }: Pick<TaxLots, "lots">,
  choices: readonly LotChoice[],
  quantity: number,
  reserved = NOTHING_RESERVED,
): ChoiceRefusal | null {
  const named = new Set<number>();
  for (const { lotId } of choices) {
    if (named.has(lotId)) return { reason: "tax_lot_repeated", lotId };
    named.add(lotId);
  }
  const byId = new Map<number, TaxLot>();
  for (const lot of lots) if (named.has(lot.lotId)) byId.set(lot.lotId, lot);
  let chosen = 0;
  for (const { lotId, quantity: requested } of choices) {
    const lot = byId.get(lotId);
    if (lot === undefined) return { reason: "tax_lot_not_found", lotId };
    const others = Math.min(lot.quantity, reserved.get(lotId) ?? 0);
    const available = lot.quantity - others;
    if (requested > available) return { reason: "tax_lot_insufficient", lotId, requested, available, reserved: others };
    chosen += requested;
  }
  return chosen === quantity ? null : { reason: "tax_lots_quantity", chosen, quantity };
}

function take(quantity: number, lots: Iterable<TaxLot>, reserved: ReservedLots): Taken[] {
  const taken: Taken[] = [];
  let rest = quantity;
  for (const lot of lots) {
    if (rest === 0) break;
    const free = reserved.size === 0 ? lot.quantity : lot.quantity - (reserved.get(lot.lotId) ?? 0);
    if (free <= 0) continue;
    const part = Math.min(rest, free);
    taken.push({ lot, quantity: part });
    rest -= part;
  }
  return taken;
}

function* lastToFirst(lots: readonly TaxLot[]): Generator<TaxLot> {
  for (let index = lots.length - 1; index >= 0; index--) {
    const lot = lots[index];
    if (lot !== undefined) yield lot;
  }
}

/** Chosen lots in the sequence in which they are first named; a choice takes at most what the lot has. */
function chosenFirst(
  lots: readonly TaxLot[],
  quantity: number,
  choices: readonly LotChoice[],
  reserved: ReservedLots,
): Taken[] {
  const wanted = new Map<number, number>();
  for (const choice of choices) {
    if (isPositive(choice.quantity)) wanted.set(choice.lotId, (wanted.get(choice.lotId) ?? 0) + choice.quantity);
  }
  const byId = new Map<number, TaxLot>();
  for (const lot of lots) if (wanted.has(lot.lotId)) byId.set(lot.lotId, lot);
  const parts = new Map<TaxLot, number>();
  let rest = quantity;
  const add = (lot: TaxLot, most: number): void => {
    const had = parts.get(lot) ?? 0;
    const part = Math.min(rest, most, lot.quantity - (reserved.get(lot.lotId) ?? 0) - had);
    if (part <= 0) return;
    parts.set(lot, had + part);
    rest -= part;
  };
  for (const [lotId, most] of wanted) {
    const lot = byId.get(lotId);
    if (lot !== undefined) add(lot, most);
  }
  for (const lot of lots) {
    if (rest === 0) break;
    add(lot, lot.quantity);
  }
  return [...parts].map(([lot, part]) => ({ lot, quantity: part }));
}

/**
 * Highest cost a unit first, then the sequence of acquisition. The first is found by reading all lots, as is often enough;
 * each further one costs a step of a heap.
 */
function* highestCostFirst(lots: readonly TaxLot[]): Generator<TaxLot> {
  let highest = lots[0];
  if (highest === undefined) return;
  for (const lot of lots) if (byCostDown(lot, highest) < 0) highest = lot;
  yield highest;
  const heap = lots.slice();
  for (let index = (heap.length >>> 1) - 1; index >= 0; index--) siftDown(heap, index);
  while (heap.length > 1) {
    const last = heap.pop();
    if (last === undefined) return;
    heap[0] = last;
    siftDown(heap, 0);
    yield heap[0];
  }
}

/** Moves the lot at an index of a binary heap down to its place. */
function siftDown(heap: TaxLot[], from: number): void {
  const moved = heap[from];
  if (moved === undefined) return;
  let place = from;
  for (let child = 2 * place + 1; child < heap.length; child = 2 * place + 1) {
    const [left, right] = [heap[child], heap[child + 1]];
    const first = left !== undefined && right !== undefined && byCostDown(right, left) < 0 ? right : left;
    if (first === undefined || byCostDown(first, moved) > 0) break;
    heap[place] = first;
    place = first === left ? child : child + 1;
  }
  heap[place] = moved;
}

/** Compares cost a unit by cross multiplication, exactly. */
function byCostDown(a: TaxLot, b: TaxLot): number {
  const [left, right] = [a.cost * b.quantity, b.cost * a.quantity];
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return right - left || byAcquisition(a, b);
  const [exactLeft, exactRight] = [BigInt(a.cost) * BigInt(b.quantity), BigInt(b.cost) * BigInt(a.quantity)];
  if (exactLeft === exactRight) return byAcquisition(a, b);
  return exactLeft > exactRight ? -1 : 1;
}
