/**
 * What happens to the tax lots of one symbol. Sums are exact after each step: the lots' quantities are the position, their
 * costs its basis, and the costs of all disposals and of what is left are what was acquired.
 *
 * Remainders: a part of a lot takes its cost in proportion, rounded half-even, and the last part takes the rest. Of the
 * proceeds each lot gets the increase of the running sum in proportion to quantity, rounded half-even, so that each is
 * within a unit of its share and the last lot takes the rest.
 */
import { mulDivHalfEven } from "../decimal.ts";
import { newYorkDay } from "../market/newYork.ts";
import { termOf } from "./holdingPeriod.ts";
import type { Term } from "./holdingPeriod.ts";
import { selectLots } from "./lotMethod.ts";
import type { LotMethod, ReservedLots, Taken } from "./lotMethod.ts";
import { addLot, byAcquisition, growLot, isPositive } from "./taxLot.ts";
import type { LotSource, OpenLoss, TaxLots } from "./taxLot.ts";
import { matchEarlierLosses, matchNewLosses } from "./washSales.ts";
import type { WashSale } from "./washSales.ts";

export interface Acquisition {
  readonly quantity: number;
  /** What was paid, with fees. */
  readonly cost: number;
  readonly at: number;
}

export interface Acquired {
  readonly lotId: number;
  /** Earlier losses that this acquisition makes wash sales. */
  readonly washSales: readonly WashSale[];
}

/** Lots of a symbol that are kept apart: about 1 MB of memory. An account may buy thousands of times a day. */
export const LOTS_APART_MAX = 10_000;

/**
 * Adds the lot of a fill. In a position of LOTS_APART_MAX lots the fills of a day are one lot: this one is added to the
 * newest, whose number is given.
 */
export function acquire(state: TaxLots, { quantity, cost, at }: Acquisition): Acquired {
  const newest = state.lots.length < LOTS_APART_MAX ? undefined : state.lots.at(-1);
  const isSameDay = newest?.source === "acquired" && newYorkDay(newest.acquiredAt) === newYorkDay(at);
  const lot = isSameDay
    ? growLot(state, newest, quantity, cost)
    : addLot(state, { quantity, cost, acquiredAt: at, source: "acquired" });
  return { lotId: lot.lotId, washSales: matchEarlierLosses(state, lot) };
}

export interface Sale {
  readonly quantity: number;
  /** What was received, less fees. Below zero when the fees were more. */
  readonly proceeds: number;
  readonly at: number;
  /** First in first out if not given. */
  readonly method?: LotMethod;
  /** What others have reserved of the lots. */
  readonly reserved?: ReservedLots | undefined;
}

/** The part of a lot that was sold. */
export interface DisposedLot {
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly source: LotSource;
  readonly quantity: number;
  readonly cost: number;
  readonly proceeds: number;
  /** Proceeds less cost; a loss is below zero. A wash sale does not change it. */
  readonly gain: number;
  readonly term: Term;
  /** How much of the quantity earlier acquisitions have replaced (a wash sale if not 0). Later ones may replace more. */
  readonly washSaleQuantity: number;
}

export interface Disposal {
  readonly disposalId: number;
  readonly at: number;
  readonly quantity: number;
  readonly cost: number;
  readonly proceeds: number;
  readonly gain: number;
  /** In the sequence in which the method takes them. */
  readonly lots: readonly DisposedLot[];
  readonly washSales: readonly WashSale[];
}

/** Sells a quantity. Throws RangeError, and changes nothing, for more than the position has. */
export function dispose(state: TaxLots, { quantity, proceeds, at, method = "fifo", reserved }: Sale): Disposal {
  if (!Number.isSafeInteger(proceeds)) throw new RangeError(`proceeds of ${proceeds}`);
  const removed = removeLots(state, quantity, method, reserved);
  const disposalId = state.nextDisposalId++;
  let sold = 0;
  let paid = 0;
  const parts = removed.map((part) => {
    sold += part.quantity;
    const share = mulDivHalfEven(proceeds, sold, quantity) - paid;
    paid += share;
    return { ...part, proceeds: share, gain: share - part.cost, term: termOf(part.acquiredAt, at) };
  });
  const losses = parts
    .filter(({ gain }) => gain < 0)
    // Losses of one day are matched in the sequence of acquisition (26 CFR 1.1091-1(b)).
    .toSorted(byAcquisition)
    .map(({ lotId, quantity: lost, gain }): OpenLoss => ({
      disposalId,
      lotId,
      soldAt: at,
      quantity: lost,
      matched: 0,
      loss: -gain,
      disallowed: 0,
    }));
  const washSales = matchNewLosses(state, losses, at);
  const replaced = new Map(losses.map(({ lotId, matched }) => [lotId, matched]));
  const lots = parts.map((part): DisposedLot => ({ ...part, washSaleQuantity: replaced.get(part.lotId) ?? 0 }));
  const cost = parts.reduce((sum, part) => sum + part.cost, 0);
  return { disposalId, at, quantity, cost, proceeds, gain: proceeds - cost, lots, washSales };
}

/** A lot, or a part of one, that leaves or enters the account with its date and cost. */
export interface TransferredLot {
  readonly acquiredAt: number;
  readonly quantity: number;
  readonly cost: number;
}

/** Adds a lot from another account, with the date and cost that it had there. It replaces no loss. Gives its number. */
export function transferIn(state: TaxLots, { acquiredAt, quantity, cost }: TransferredLot): number {
  return addLot(state, { acquiredAt, quantity, cost, source: "transferred" }).lotId;
}

/** Removes lots for another account: nothing is realised. Throws RangeError for more than the position has. */
export function transferOut(
  state: TaxLots,
  quantity: number,
  method: LotMethod = "fifo",
  reserved?: ReservedLots,
): SentLot[] {
  const replaced = new Map(state.lots.map((lot) => [lot.lotId, lot.replaced]));
  return removeLots(state, quantity, method, reserved).map((lot) => {
    return { ...lot, replaced: Math.min(lot.quantity, replaced.get(lot.lotId) ?? 0) };
  });
}

/**
 * Makes one lot of a position with an average cost. Its term counts from `acquiredAt`: the caller gives the last time at
 * which shares may have been acquired, so that nothing is long too early. It replaces no loss. Throws RangeError when
 * there are lots already.
 */
export function migrate(state: TaxLots, { acquiredAt, quantity, cost }: TransferredLot): number {
  if (state.lots.length > 0) throw new RangeError("a position with tax lots cannot be migrated");
  return addLot(state, { acquiredAt, quantity, cost, source: "migrated" }).lotId;
}

/** A lot, or a part of one, that has left the account. */
export interface RemovedLot extends TransferredLot {
  readonly lotId: number;
  readonly source: LotSource;
}

/** A lot, or a part of one, that was sent to another account, with how much of it has replaced losses. */
export interface SentLot extends RemovedLot {
  readonly replaced: number;
}

function removeLots(state: TaxLots, quantity: number, method: LotMethod, reserved?: ReservedLots): RemovedLot[] {
  if (!isPositive(quantity)) throw new RangeError(`a disposal of ${quantity}`);
  if (quantity > state.quantity) throw new RangeError(`a disposal of ${quantity} from a position of ${state.quantity}`);
  const taken = selectLots(state, quantity, method, reserved);
  const removed = taken.map((each) => removePart(state, each));
  removeEmpty(state, taken);
  return removed;
}

/** Takes a part out of its lot; what has replaced a loss leaves first. */
function removePart(state: TaxLots, { lot, quantity }: Taken): RemovedLot {
  const cost = quantity === lot.quantity ? lot.cost : mulDivHalfEven(lot.cost, quantity, lot.quantity);
  lot.quantity -= quantity;
  lot.cost -= cost;
  lot.replaced = Math.max(0, lot.replaced - quantity);
  state.quantity -= quantity;
  state.cost -= cost;
  return { lotId: lot.lotId, acquiredAt: lot.acquiredAt, source: lot.source, quantity, cost };
}

/** Removes sold lots. Those at either end, where FIFO and LIFO take them, need no copy of the others. */
function removeEmpty(state: TaxLots, taken: readonly Taken[]): void {
  const { lots } = state;
  let left = taken.filter(({ lot }) => lot.quantity === 0).length;
  let first = 0;
  while (lots[first]?.quantity === 0) first++;
  lots.splice(0, first);
  left -= first;
  while (lots.at(-1)?.quantity === 0) {
    lots.pop();
    left--;
  }
  if (left > 0) state.lots = lots.filter(({ quantity }) => quantity > 0);
}
