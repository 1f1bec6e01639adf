import type { Side } from "../order/side.ts";
import { sideNumber } from "./bookState.ts";
import type { BookState } from "./bookState.ts";
import { stepOf } from "./prices.ts";
import { ordersOf } from "./restingTable.ts";
import type { RestingTable } from "./restingTable.ts";

/** Resting orders in a snapshot of the first release, in priority order. */
export type SavedOrder = readonly [
  ref: number,
  side: Side,
  price: number,
  qty: number,
  owner: string,
  orderId: string,
  expiresAt: number | null,
];

/** Adds the orders of an earlier release's snapshot. Their fills were not stored, so their total is the quantity left. */
export function restoreLegacyOrders(m: BookState, resting: RestingTable | readonly SavedOrder[]): void {
  const orders =
    "refs" in resting
      ? ordersOf(resting)
      : resting.map(([ref, side, price, qty, owner, orderId, expiresAt]) => ({
          ref,
          side,
          price,
          qty,
          owner,
          orderId,
          expiresAt,
        }));
  for (const { ref, side, price, qty, owner, orderId, expiresAt } of orders) {
    const slot = m.engine.rest(ref, sideNumber(side), stepOf(m.scale, price), qty, m.owners.acquire(owner), false);
    m.register(slot, orderId, qty, expiresAt);
  }
}
