import { type Order, submittedMicros } from "../../domain/account/state/order.ts";
import type { OrderFilter } from "../../protocol/rpc/orderFilter.ts";

/** Exclusive bounds of an order list: submission time in epoch microseconds, and sequence number. */
export interface OrderBounds {
  readonly afterMicros: number | null;
  readonly untilMicros: number | null;
  readonly afterSequence: number | null;
  readonly beforeSequence: number | null;
}

/** Whether an order in memory is in a list; its status is not compared. */
export function matchesFilter(order: Order, filter: OrderFilter, bounds: OrderBounds): boolean {
  const { afterMicros, untilMicros, afterSequence, beforeSequence } = bounds;
  const at = submittedMicros(order);
  return (
    (afterMicros === null || at > afterMicros) &&
    (untilMicros === null || at < untilMicros) &&
    (afterSequence === null || order.sequence > afterSequence) &&
    (beforeSequence === null || order.sequence < beforeSequence) &&
    (filter.side === null || order.side === filter.side) &&
    (filter.symbols === null || filter.symbols.includes(order.symbol))
  );
}
