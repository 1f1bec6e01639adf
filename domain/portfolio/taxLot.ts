/**
 * Tax lots of one symbol: what was acquired, when and for how much. Quantities are integers in units of the asset, cash
 * is in 1/10,000 dollar, times are epoch milliseconds, and a day is a New York date. Positions are never short.
 */

/**
 * How a tax lot got here: bought, transferred in with the date and cost of its purchase elsewhere, or made of a position
 * whose purchases were not recorded one by one (average cost).
 */
export type LotSource = "acquired" | "transferred" | "migrated";

export interface TaxLot {
  /** Number of the lot among all lots that the symbol ever had in this account; never used again. */
  readonly lotId: number;
  readonly acquiredAt: number;
  readonly source: LotSource;
  /** More than 0. */
  quantity: number;
  /** Basis of what is left: cost with fees, 0 or more. */
  cost: number;
  /** How much of `quantity` has replaced shares sold at a loss (wash sales). It replaces no others, and is sold first. */
  replaced: number;
}

/** A loss whose wash sale period has not ended, and what has not been replaced of it. */
export interface OpenLoss {
  readonly disposalId: number;
  /** The lot that was sold. */
  readonly lotId: number;
  readonly soldAt: number;
  quantity: number;
  /** How much of `quantity` has been replaced; less than it. */
  matched: number;
  /** The loss, more than 0, and how much of it the replaced quantity has disallowed. */
  readonly loss: number;
  disallowed: number;
}

/** The tax lots of one symbol in one account. The functions of this folder change it in place. */
export interface TaxLots {
  /** Sorted by acquiredAt, then lotId. */
  lots: TaxLot[];
  /** Sorted by disposal, within one by the lot's acquisition. */
  losses: OpenLoss[];
  /** Sum of the lots' quantities: the position. */
  quantity: number;
  /** Sum of the lots' costs: the basis of the position. */
  cost: number;
  nextLotId: number;
  nextDisposalId: number;
}

export function noTaxLots(): TaxLots {
  return { lots: [], losses: [], quantity: 0, cost: 0, nextLotId: 1, nextDisposalId: 1 };
}

/** What is left of the lots that were acquired at `since` or later: their quantity and their cost. */
export function acquiredSince({ lots }: Pick<TaxLots, "lots">, since: number): { quantity: number; cost: number } {
  const sum = { quantity: 0, cost: 0 };
  for (let at = lots.length - 1; at >= 0; at--) {
    const lot = lots[at];
    if (lot === undefined || lot.acquiredAt < since) break;
    sum.quantity += lot.quantity;
    sum.cost += lot.cost;
  }
  return sum;
}

type LotKey = Pick<TaxLot, "acquiredAt" | "lotId">;

/** Sequence of acquisition: by time, then by number. */
export function byAcquisition(a: LotKey, b: LotKey): number {
  return a.acquiredAt - b.acquiredAt || a.lotId - b.lotId;
}

/** Index of the first lot that was acquired at this time or later. */
export function firstSince(lots: readonly TaxLot[], acquiredAt: number): number {
  let low = 0;
  let high = lots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((lots[middle]?.acquiredAt ?? 0) < acquiredAt) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds a lot at its place. Throws RangeError for amounts that no lot can have. */
export function addLot(
  state: TaxLots,
  { quantity, cost, acquiredAt, source }: Pick<TaxLot, "quantity" | "cost" | "acquiredAt" | "source">,
): TaxLot {
  checkAmounts(state, quantity, cost);
  if (!Number.isSafeInteger(acquiredAt)) throw new RangeError(`a tax lot acquired at ${acquiredAt}`);
  const lot: TaxLot = { lotId: state.nextLotId, acquiredAt, source, quantity, cost, replaced: 0 };
  state.nextLotId++;
  state.quantity += quantity;
  state.cost += cost;
  // The number is the highest one, so the lot is the last of its time.
  state.lots.splice(firstSince(state.lots, acquiredAt + 1), 0, lot);
  return lot;
}

/** All lots of a symbol as one text: number, acquisition, quantity, cost, replaced of each. */
export function lotsText({ lots }: TaxLots): string {
  return lots
    .map(({ lotId, acquiredAt, quantity, cost, replaced }) => [lotId, acquiredAt, quantity, cost, replaced].join(" "))
    .join();
}

/** Adds a quantity and its cost to a lot. Throws RangeError as `addLot` does. */
export function growLot(state: TaxLots, lot: TaxLot, quantity: number, cost: number): TaxLot {
  checkAmounts(state, quantity, cost);
  lot.quantity += quantity;
  lot.cost += cost;
  state.quantity += quantity;
  state.cost += cost;
  return lot;
}

function checkAmounts(state: TaxLots, quantity: number, cost: number): void {
  if (!isPositive(quantity)) throw new RangeError(`a tax lot of quantity ${quantity}`);
  if (!Number.isSafeInteger(cost) || cost < 0) throw new RangeError(`a tax lot of cost ${cost}`);
  const sums = [state.quantity + quantity, state.cost + cost];
  if (!sums.every(Number.isSafeInteger)) throw new RangeError("position outside the exact range");
}

export function isPositive(quantity: number): boolean {
  return Number.isSafeInteger(quantity) && quantity > 0;
}
