import { uuidBytes, uuidText } from "../ids.ts";
import type { RestingOrder } from "./book.ts";

/**
 * Resting orders as a snapshot keeps them: in columns, with each owner and each expiry written once. A book of 100,000
 * orders takes some 30 bytes an order instead of 120, and a restart replays less of the journal, which may grow to twice
 * the snapshot.
 */
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

/** Puts orders into columns: bids, then asks, each in priority order. */
export function tableOf(bids: Iterable<RestingOrder>, asks: Iterable<RestingOrder>): RestingTable {
  const owners = new Places<string>();
  const expiries = new Places<number | null>();
  const refs: number[] = [];
  const priceSteps: number[] = [];
  const qtys: number[] = [];
  const owner: number[] = [];
  const expiry: number[] = [];
  const ids: string[] = [];
  let last = 0;
  const add = (order: RestingOrder): void => {
    refs.push(order.ref);
    priceSteps.push(order.price - last);
    last = order.price;
    qtys.push(order.qty);
    owner.push(owners.of(order.owner));
    expiry.push(expiries.of(order.expiresAt));
    ids.push(order.orderId);
  };
  for (const order of bids) add(order);
  const bidCount = refs.length;
  for (const order of asks) add(order);
  const orderIds = packIds(ids);
  return {
    owners: owners.values,
    expiries: expiries.values,
    bids: bidCount,
    refs,
    priceSteps,
    qtys,
    owner,
    expiry,
    orderIds,
  };
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

function packIds(ids: readonly string[]): Uint8Array | readonly string[] {
  const bytes = new Uint8Array(16 * ids.length);
  return ids.every((id, nth) => uuidBytes(id, bytes, 16 * nth)) ? bytes : ids;
}

/** Values in the order of their first use, each once. */
class Places<T> {
  readonly values: T[] = [];
  readonly #places = new Map<T, number>();

  of(value: T): number {
    let place = this.#places.get(value);
    if (place === undefined) {
      place = this.values.push(value) - 1;
      this.#places.set(value, place);
    }
    return place;
  }
}

function at<T>(column: readonly T[], nth: number): T {
  const value = column[nth];
  if (value === undefined) throw new Error(`a column of the resting orders ends before ${nth}`);
  return value;
}
