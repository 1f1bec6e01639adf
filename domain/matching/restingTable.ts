import { uuidText } from "../ids.ts";
import type { RestingOrder } from "./views.ts";

/** Resting orders as snapshots of the second release kept them: in columns, each owner and each expiry written once. */
export interface RestingTable {
  readonly owners: readonly string[];
  readonly expiries: readonly (number | null)[];
  /** The first so many orders are bids, the others asks; each side in priority order. */
  readonly bids: number;
  readonly refs: readonly number[];
  /** Each price less the one before: orders of one level follow each other. */
  readonly priceSteps: readonly number[];
  readonly qtys: readonly number[];
  /** Places in `owners` and `expiries`. */
  readonly owner: readonly number[];
  readonly expiry: readonly number[];
  /** 16 bytes each when all are UUIDs, which those of accounts are. */
  readonly orderIds: Uint8Array | readonly string[];
}

/** The orders of a table, in its order. Throws when its columns do not fit together. */
export function* ordersOf(table: RestingTable): Generator<RestingOrder> {
  const { orderIds, owners, expiries } = table;
  const ids = orderIds instanceof Uint8Array ? orderIds : null;
  let price = 0;
  for (const [nth, ref] of table.refs.entries()) {
    price += at(table.priceSteps, nth);
    yield {
      ref,
      side: nth < table.bids ? "buy" : "sell",
      price,
      qty: at(table.qtys, nth),
      owner: at(owners, at(table.owner, nth)),
      orderId: ids === null ? at(orderIds as readonly string[], nth) : uuidText(ids, 16 * nth),
      expiresAt: at(expiries, at(table.expiry, nth)),
    };
  }
}

function at<T>(column: readonly T[], nth: number): T {
  const value = column[nth];
  if (value === undefined) throw new Error(`a column of the resting orders ends before ${nth}`);
  return value;
}
