import { uuidText } from "../ids.ts";
import type { RestingOrder } from "./views.ts";

/** Resting orders in snapshots of the second release: in columns, with each owner and each expiry once. */
export interface RestingTable {
  readonly owners: readonly string[];
  readonly expiries: readonly (number | null)[];
  /** Number of bids. Bids come first, then asks, each side in priority order. */
  readonly bids: number;
  readonly refs: readonly number[];
  /** Differences between consecutive prices. */
  readonly priceSteps: readonly number[];
  readonly qtys: readonly number[];
  /** Indexes into `owners` and `expiries`. */
  readonly owner: readonly number[];
  readonly expiry: readonly number[];
  /** 16 bytes each when all are UUIDs, which those of accounts are. */
  readonly orderIds: Uint8Array | readonly string[];
}

/** The orders of a table, in its order. Throws when its columns are inconsistent. */
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
