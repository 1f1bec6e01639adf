/** The displayed price levels of a book, and what has changed between two readings of them. */
import type { Side } from "../../order/side.ts";
import type { BookState } from "../bookState.ts";
import { type Level, levels } from "../views.ts";
import type { Sides } from "./checksum.ts";

/** The best displayed levels of each side, `count` at most. */
export function readLevels(m: Readonly<BookState>, count: number): Sides<Level> {
  return { bids: levels(m, "buy", count), asks: levels(m, "sell", count) };
}

/** The levels of a side that differ, best first, with their new quantity: 0 for a level that is gone. */
export function levelChanges(before: readonly Level[], after: readonly Level[], side: Side): Level[] {
  const changes: Level[] = [];
  for (let i = 0, j = 0; i < before.length || j < after.length;) {
    const [old, now] = [before[i], after[j]];
    const order = comparePrices(old, now, side);
    if (order < 0 && old !== undefined) changes.push({ price: old.price, qty: 0 });
    if (order > 0 && now !== undefined) changes.push(now);
    if (order === 0 && now !== undefined && old?.qty !== now.qty) changes.push(now);
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return changes;
}

/** Negative when the first price is the better one, 0 when they are equal; a side's end is worse than every price. */
export function comparePrices(
  one: { readonly price: number } | undefined,
  two: { readonly price: number } | undefined,
  side: Side,
): number {
  if (one === undefined) return two === undefined ? 0 : 1;
  if (two === undefined) return -1;
  return side === "buy" ? two.price - one.price : one.price - two.price;
}
