import { noTaxLots } from "./taxLot.ts";
import type { LotSource, OpenLoss, TaxLot, TaxLots } from "./taxLot.ts";

/** The tax lots of a symbol for a snapshot: flat arrays of numbers. */
export interface SavedLots {
  /** Next numbers of a lot and of a disposal. */
  readonly next: readonly number[];
  /** Per lot: number and time of acquisition, each as difference to the lot before, quantity, cost, replaced, source. */
  readonly lots: readonly number[];
  /** Per open loss: disposal, lot, time of the sale, quantity, matched, loss, disallowed. */
  readonly losses: readonly number[];
}

/** Sources by the number that is saved; only ever added to. */
const SOURCES: readonly LotSource[] = ["acquired", "transferred", "migrated"];

const LOT_FIELDS = 6;
const LOSS_FIELDS = 7;

export function saveLots(state: TaxLots): SavedLots {
  const lots: number[] = [];
  let [lastId, lastAt] = [0, 0];
  for (const { lotId, acquiredAt, quantity, cost, replaced, source } of state.lots) {
    lots.push(lotId - lastId, acquiredAt - lastAt, quantity, cost, replaced, SOURCES.indexOf(source));
    [lastId, lastAt] = [lotId, acquiredAt];
  }
  const losses = state.losses.flatMap(({ disposalId, lotId, soldAt, quantity, matched, loss, disallowed }) => [
    disposalId,
    lotId,
    soldAt,
    quantity,
    matched,
    loss,
    disallowed,
  ]);
  return { next: [state.nextLotId, state.nextDisposalId], lots, losses };
}

/** Restores what `saveLots` gave. Throws RangeError for arrays that it cannot have given. */
export function restoreLots({ next, lots, losses }: SavedLots): TaxLots {
  const [nextLotId, nextDisposalId] = next;
  if (nextLotId === undefined || nextDisposalId === undefined) throw new RangeError("saved tax lots without numbers");
  const state: TaxLots = { ...noTaxLots(), nextLotId, nextDisposalId };
  let [lastId, lastAt] = [0, 0];
  for (const [id = 0, at = 0, quantity = 0, cost = 0, replaced = 0, source = -1] of rowsOf(lots, LOT_FIELDS)) {
    lastId += id;
    lastAt += at;
    const named = SOURCES[source];
    if (named === undefined) throw new RangeError(`saved tax lot of source ${source}`);
    const lot: TaxLot = { lotId: lastId, acquiredAt: lastAt, source: named, quantity, cost, replaced };
    state.lots.push(lot);
    state.quantity += quantity;
    state.cost += cost;
  }
  state.losses = rowsOf(losses, LOSS_FIELDS).map(
    ([disposalId = 0, lotId = 0, soldAt = 0, quantity = 0, matched = 0, loss = 0, disallowed = 0]): OpenLoss => ({
      disposalId,
      lotId,
      soldAt,
      quantity,
      matched,
      loss,
      disallowed,
    }),
  );
  return state;
}

function rowsOf(flat: readonly number[], fields: number): number[][] {
  if (flat.length % fields !== 0) throw new RangeError(`saved tax lots: ${flat.length} numbers in rows of ${fields}`);
  return Array.from({ length: flat.length / fields }, (_, row) => flat.slice(row * fields, (row + 1) * fields));
}
