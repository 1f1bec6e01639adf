/** The orders of an account after a reading of them. */
import { isOpen, type Order } from "./order.ts";

/**
 * What was read, with what is known besides. A state that the stream brought meanwhile is newer. An open order that was
 * known before the reading, and is not among the open orders that were read, is open no more: it is forgotten.
 */
export function mergedOrders(
  read: readonly Order[],
  known: ReadonlyMap<string, Order>,
  before: ReadonlyMap<string, Order>,
): Map<string, Order> {
  const next = new Map(read.map((order) => [order.id, order]));
  for (const order of known.values()) {
    const isGone = !next.has(order.id) && isOpen(order) && before.get(order.id) === order;
    if (!isGone) keepNewer(next, order);
  }
  return next;
}

/** Puts an order in its place; an older state of it changes nothing. */
export function keepNewer(into: Map<string, Order>, order: Order): void {
  const known = into.get(order.id);
  if (known === undefined || Date.parse(known.updated_at) <= Date.parse(order.updated_at)) into.set(order.id, order);
}

/** The sum of values; null while one of them is unknown. */
export const sumOf = (values: readonly (number | null)[]): number | null =>
  values.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0);
