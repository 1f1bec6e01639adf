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

/**
 * The lots that make up a quantity, which must not be more than the position, each lot once. Changes nothing. FIFO and
 * LIFO cost as much as the lots taken; the other methods read all lots.
 */
export function selectLots(state: TaxLots, quantity: number, method: LotMethod): Taken[] {
  const { lots } = state;
  if (method === "lifo") return take(quantity, lastToFirst(lots));
  if (method === "highest_cost") return take(quantity, highestCostFirst(lots));
  return method === "fifo" ? take(quantity, lots) : chosenFirst(lots, quantity, method.specific);
}

/** A choice names no lot of the position, too much of one, no quantity, or in sum another quantity. */
export type ChoiceRefusal = "lot_not_found" | "lot_too_small" | "quantity_invalid" | "quantity_differs";

/**
 * Why a choice of lots is not one that can be sold for this quantity; null if it is. For a request, before it is accepted:
 * a disposal itself takes what it can of the choice.
 */
export function refuseChoice(state: TaxLots, choices: readonly LotChoice[], quantity: number): ChoiceRefusal | null {
  const byId = new Map(state.lots.map((lot) => [lot.lotId, lot]));
  const chosen = new Map<number, number>();
  let sum = 0;
  for (const choice of choices) {
    const lot = byId.get(choice.lotId);
    if (lot === undefined) return "lot_not_found";
    if (!isPositive(choice.quantity)) return "quantity_invalid";
    const total = (chosen.get(choice.lotId) ?? 0) + choice.quantity;
    if (total > lot.quantity) return "lot_too_small";
    chosen.set(choice.lotId, total);
    sum += choice.quantity;
  }
  return sum === quantity ? null : "quantity_differs";
}

function take(quantity: number, lots: Iterable<TaxLot>): Taken[] {
  const taken: Taken[] = [];
  let rest = quantity;
  for (const lot of lots) {
    if (rest === 0) break;
    const part = Math.min(rest, lot.quantity);
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
function chosenFirst(lots: readonly TaxLot[], quantity: number, choices: readonly LotChoice[]): Taken[] {
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
    const part = Math.min(rest, most, lot.quantity - had);
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
