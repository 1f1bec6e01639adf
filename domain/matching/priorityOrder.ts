import type { SideNumber } from "./engine/engine.ts";
import { HIDDEN, LEVEL, META, ORDER_SHIFT } from "./engine/orderPool.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";

/** An order by slot and arrival, because the slot may be reused by another order before it is read. */
export interface OrderRef {
  readonly ref: number;
  readonly slot: number;
}

/** Orders of one queue of the book. */
interface Queue {
  readonly side: SideNumber;
  readonly level: number;
  readonly isHidden: boolean;
  readonly orders: OrderRef[];
}

/** Sorts orders: resting ones in priority order, bids first, then those that wait, in order of arrival. */
export function inPriorityOrder(m: BookState, found: readonly OrderRef[]): OrderRef[] {
  const queues = new Map<number, Queue>();
  const waiting: OrderRef[] = [];
  const { i32 } = m.engine.orders;
  for (const order of found) {
    const complex = m.complexOrders.get(order.slot);
    if (complex !== undefined && complex.queue !== "book") {
      waiting.push(order);
      continue;
    }
    const side = m.sideOf(order.slot);
    const level = i32[(order.slot << ORDER_SHIFT) + LEVEL] ?? NONE;
    const isHidden = ((i32[(order.slot << ORDER_SHIFT) + META] ?? 0) & HIDDEN) !== 0;
    const name = 4 * level + 2 * side + (isHidden ? 1 : 0);
    const queue = queues.get(name);
    if (queue === undefined) queues.set(name, { side, level, isHidden, orders: [order] });
    else queue.orders.push(order);
  }
  const key = ({ side, level }: Queue): number => m.ladder(side).price(level) ^ m.ladder(side).flip;
  const sorted = [...queues.values()].sort(
    (a, b) => a.side - b.side || key(a) - key(b) || Number(a.isHidden) - Number(b.isHidden),
  );
  return [...sorted.flatMap((queue) => inQueueOrder(m, queue)), ...waiting.sort(byArrival)];
}

function byArrival(a: OrderRef, b: OrderRef): number {
  return a.ref - b.ref;
}

function inQueueOrder(m: BookState, { side, level, isHidden, orders }: Queue): readonly OrderRef[] {
  if (orders.length === 1) return orders;
  // A simple order is where it arrived; a complex one may have moved to the end of a queue since.
  if (orders.every(({ slot }) => !m.complexOrders.has(slot))) return orders.sort(byArrival);
  const bySlot = new Map(orders.map((order) => [order.slot, order]));
  const sorted: OrderRef[] = [];
  const ladder = m.ladder(side);
  for (let slot = ladder.head(level, isHidden); sorted.length < orders.length; slot = ladder.next(slot)) {
    const order = bySlot.get(slot);
    if (order !== undefined) sorted.push(order);
  }
  return sorted;
}
