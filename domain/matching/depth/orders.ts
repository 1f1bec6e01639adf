/** The displayed orders of a book, and what has happened to them between two readings. */
import type { Side } from "../../order/side.ts";
import { type BookState, sideNumber } from "../bookState.ts";
import { NONE } from "../engine/priceIndex.ts";
import type { Level } from "../views.ts";
import type { Sides } from "./checksum.ts";
import { comparePrices } from "./levels.ts";

/** A displayed order with its ref, and its slot at the time of the reading. */
export interface DepthOrder extends Level {
  readonly ref: number;
  readonly slot: number;
}

/**
 * What happened to an order. `add` puts it at the end of the queue of its price; `modify` keeps its place; an order that
 * has lost its place is deleted and added again.
 */
export interface OrderEvent {
  readonly kind: "add" | "modify" | "delete";
  readonly order: DepthOrder;
}

/** The first displayed orders of each side in priority order, `count` at most. */
export function readOrders(m: Readonly<BookState>, count: number): Sides<DepthOrder> {
  return { bids: firstOf(m, "buy", count), asks: firstOf(m, "sell", count) };
}

function firstOf(m: Readonly<BookState>, side: Side, count: number): DepthOrder[] {
  const ladder = m.ladder(sideNumber(side));
  const { orders } = m.engine;
  const found: DepthOrder[] = [];
  for (let level = ladder.best; level !== NONE && found.length < count; level = ladder.worse(level)) {
    const price = m.price(ladder.price(level));
    for (let slot = ladder.head(level, false); slot !== NONE && found.length < count; slot = ladder.next(slot)) {
      found.push({ ref: orders.ref(slot), price, qty: orders.leaves(slot), slot });
    }
  }
  return found;
}

/** The events of a side that lead from one reading to the next: deletions, then new quantities, then new orders. */
export function orderEvents(before: readonly DepthOrder[], after: readonly DepthOrder[], side: Side): OrderEvent[] {
  const deleted: OrderEvent[] = [];
  const modified: OrderEvent[] = [];
  const added: OrderEvent[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const order = comparePrices(before[i], after[j], side);
    const [old, now] = [order <= 0 ? queueFrom(before, i) : [], order >= 0 ? queueFrom(after, j) : []];
    i += old.length;
    j += now.length;
    let kept = 0;
    let rest = 0;
    for (const next of now) {
      let at = rest;
      while (at < old.length && old[at]?.ref !== next.ref) at++;
      // Whatever arrives goes to the end of a queue: from here on nothing has kept its place.
      if (at === old.length) break;
      for (const gone of old.slice(rest, at)) deleted.push({ kind: "delete", order: gone });
      if (old[at]?.qty !== next.qty) modified.push({ kind: "modify", order: next });
      rest = at + 1;
      kept++;
    }
    for (const gone of old.slice(rest)) deleted.push({ kind: "delete", order: gone });
    for (const arrived of now.slice(kept)) added.push({ kind: "add", order: arrived });
  }
  return [...deleted, ...modified, ...added];
}

/** The orders from a position on that have its price. */
function queueFrom(orders: readonly DepthOrder[], from: number): readonly DepthOrder[] {
  const price = orders[from]?.price;
  let end = from;
  while (orders[end]?.price === price && end < orders.length) end++;
  return orders.slice(from, end);
}
