/** Shares that a transfer takes from one account of a user to another one. */
import type { SentLot } from "../../portfolio/lots.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";

/** What a request takes: chosen when it is decided, so that a replay takes the same lots. */
export interface ChosenShares {
  readonly symbol: string;
  /** In lots of the symbol. */
  readonly qty: number;
  /** Their basis, in 1/10,000 dollar. */
  readonly cost: number;
  readonly lots: readonly LotChoice[];
}

/** What it has taken: not in the account any more, and put back if the other account refuses it. */
export interface MovedShares extends Omit<ChosenShares, "lots"> {
  /** Empty once the transfer has ended. */
  readonly lots: readonly SentLot[];
}
