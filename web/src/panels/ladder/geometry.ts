/**
 * Where prices stand on the ladder. Prices are integers of 1/10,000 dollar, so that no sum of ticks is ever off by one.
 * A row is a multiple of the step; its key is that multiple.
 */
import type { Levels } from "../../feed/messages.ts";
import { unitsOf } from "../../market/tradeLog.ts";

export type Side = "buy" | "sell";

/** Steps of rows, in ticks. */
export const GROUPS = [1, 2, 5, 10, 20, 50, 100] as const;

const UNITS = 10_000;
const CENT = 100;
/** Shares under a dollar have a tick of a hundredth of a cent. */
const SUB_PENNY_BELOW = UNITS;

/** The tick of an instrument at a price, in units. `increment`: what the asset says, for a dollar and more. */
export function tickAt(units: number, increment: number, isCoin: boolean): number {
  return !isCoin && units < SUB_PENNY_BELOW ? 1 : increment;
}

/** A price as the API takes it. */
export function decimalOf(units: number): string {
  return (units / UNITS).toFixed(units % CENT === 0 ? 2 : 4);
}

/** The row in which an order of a side is shown: never better than its price. */
export function keyOf(units: number, step: number, side: Side): number {
  return side === "buy" ? Math.floor(units / step) : Math.ceil(units / step);
}

/** A price on the tick that is not worse for the market: a buy is rounded down, a sell up. */
export function onTick(units: number, tick: number, side: Side): number {
  return keyOf(units, tick, side) * tick;
}

/** Quantities of a side by row. */
export function grouped(levels: Levels, step: number, side: Side): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  for (const [price, size] of levels) {
    const key = keyOf(unitsOf(price), step, side);
    rows.set(key, (rows.get(key) ?? 0) + size);
  }
  return rows;
}

/** By row, all that is displayed from the best price up to there. `rows` in the order of `grouped`: best first. */
export function cumulated(rows: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  let sum = 0;
  return new Map([...rows].map(([key, size]) => [key, (sum += size)]));
}

/** What of the ladder is seen: the row on top, and how many there are. */
export interface View {
  readonly top: number;
  readonly count: number;
}

export function rowsIn(height: number, rowHeight: number): number {
  return Math.max(1, Math.floor(height / rowHeight));
}

/** The view with a row in its middle. */
export function centred(key: number, count: number): View {
  return { top: key + Math.floor((count - 1) / 2), count };
}

/** The key at a height from the top; null outside of the rows. */
export function keyAt(y: number, rowHeight: number, { top, count }: View): number | null {
  const row = Math.floor(y / rowHeight);
  return row < 0 || row >= count ? null : top - row;
}

/** Rows from the top edge to a key's row; negative, or from `count` on, when it is not seen. */
export function rowOf(key: number, { top }: View): number {
  return top - key;
}

/** Whether the middle of the market has left the middle half of the view. */
export function isOffCentre(middle: number, view: View): boolean {
  const row = rowOf(middle, view);
  const quarter = Math.floor(view.count / 4);
  return row < quarter || row > view.count - 1 - quarter;
}

/** The market as a view follows it. */
export interface Following {
  readonly middle: number | null;
  /** Rows that have room now; 0 while that is not known. */
  readonly count: number;
  /** Another symbol or step than before: rows of before mean nothing. */
  readonly isNew: boolean;
  /** Whether rows may move: nobody works in them. */
  readonly isFree: boolean;
}

/** The view after a change. More or fewer rows at the bottom move none of the others. */
export function following(view: View, { middle, count, isNew, isFree }: Following): View {
  if (count === 0) return view;
  const same = count === view.count ? view : { top: view.top, count };
  if (middle === null) return same;
  return isNew || (isFree && isOffCentre(middle, same)) ? centred(middle, count) : same;
}

/** A tick, and whether a price was known that it is of. */
export interface TickOf {
  readonly symbol: string;
  readonly tick: number;
  readonly isKnown: boolean;
}

/** The tick of the rows: while somebody works in them that of before, also when the price crosses a dollar. */
export function heldTick(before: TickOf | undefined, now: TickOf, isHeld: boolean): TickOf {
  return isHeld && before?.isKnown === true && before.symbol === now.symbol ? before : now;
}

/** The view that shows a key, moved no further than needed. */
export function revealing(key: number, view: View): View {
  const row = rowOf(key, view);
  if (row < 0) return { top: key, count: view.count };
  return row >= view.count ? { top: key + view.count - 1, count: view.count } : view;
}

/** The row between the best prices; null when neither side has a price. */
export function middleOf(bid: number | null, ask: number | null, last: number | null, step: number): number | null {
  if (bid !== null && ask !== null) return Math.round((bid + ask) / 2 / step);
  const one = bid ?? ask ?? last;
  return one === null ? null : Math.round(one / step);
}
