/** The tax lots of an account: those of each symbol that it has ever owned. */
import { restoreLots, saveLots } from "../../portfolio/savedLots.ts";
import type { SavedLots } from "../../portfolio/savedLots.ts";
import { noTaxLots } from "../../portfolio/taxLot.ts";
import type { TaxLots } from "../../portfolio/taxLot.ts";

/** By symbol. One without shares stays, because numbers of lots and disposals are never used again. */
export type AccountLots = Map<string, TaxLots>;

/** The lots of an account as a snapshot stores them. */
export type SavedAccountLots = readonly (readonly [symbol: string, lots: SavedLots])[];

/** The lots of a symbol, to be changed. */
export function lotsOf(all: AccountLots, symbol: string): TaxLots {
  let lots = all.get(symbol);
  if (lots === undefined) all.set(symbol, (lots = noTaxLots()));
  return lots;
}

/** The part of an account's state that has the cost of its positions. */
interface WithBasis {
  readonly lots: AccountLots | null;
  readonly costBasis: ReadonlyMap<string, number>;
}

/** Cost basis of the position in a symbol, in 1/10,000 dollar: that of its lots, or average cost in an account without. */
export function costBasisOf({ lots, costBasis }: WithBasis, symbol: string): number {
  return lots === null ? (costBasis.get(symbol) ?? 0) : (lots.get(symbol)?.cost ?? 0);
}

export function saveAccountLots(all: AccountLots): SavedAccountLots {
  return Array.from(all, ([symbol, lots]) => [symbol, saveLots(lots)] as const);
}

export function loadAccountLots(saved: SavedAccountLots): AccountLots {
  return new Map(saved.map(([symbol, lots]) => [symbol, restoreLots(lots)]));
}
