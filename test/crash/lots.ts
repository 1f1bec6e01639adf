/** Exact amounts of the traded symbols. */
import { parseDecimal } from "../../domain/decimal.ts";
import type { Order } from "./client.ts";

/** Decimals of all quantities in the traffic. */
export const QTY_DECIMALS = 6;

/** A quantity text in lots. Throws on one that is not exact. */
export function lots(text: string): number {
  return exact(text, QTY_DECIMALS);
}

/** A decimal text in units of its last decimal. Throws on one that has more decimals or is no number. */
export function exact(text: string, decimals: number): number {
  const value = parseDecimal(text, decimals);
  if (typeof value !== "number") throw new Error(`not exact: ${text}`);
  return value;
}

/** The lots that each order has traded by itself: one that replaces another also shows those of the other. */
export function ownFills(orders: readonly Order[]): Map<string, number> {
  const byId = new Map(orders.map((order) => [order.id, order]));
  return new Map(
    orders.map((order) => {
      const old = byId.get(order.replaces ?? "");
      const taken = old?.replaced_by === order.id ? lots(old.filled_qty) : 0;
      return [order.id, lots(order.filled_qty) - taken];
    }),
  );
}
