/** The curve of a book's depth, and what a market order up to a price would pay. */
import type { Levels } from "../../feed/messages.ts";

export type Side = "buy" | "sell";

export interface Point {
  readonly price: number;
  /** Displayed from the best price up to this one: quantity and value. */
  readonly sum: number;
  readonly value: number;
}

/** The points of a side, best price first. */
export function curveOf(levels: Levels): readonly Point[] {
  let sum = 0;
  let value = 0;
  return levels.map(([price, size]) => ({ price, sum: (sum += size), value: (value += price * size) }));
}

export function middleOf(bids: Levels, asks: Levels): number | null {
  const [bid] = bids;
  const [ask] = asks;
  if (bid !== undefined && ask !== undefined) return (bid[0] + ask[0]) / 2;
  return bid?.[0] ?? ask?.[0] ?? null;
}

/** The last point that an order up to a price would reach; null when nothing is displayed that near. */
export function pointAt(curve: readonly Point[], price: number, side: Side): Point | null {
  return curve.findLast((point) => (side === "buy" ? point.price >= price : point.price <= price)) ?? null;
}

/** How far the mean price of a market order that takes all up to a point is from the middle, as a share of it. */
export function slippageOf({ sum, value }: Point, middle: number): number {
  return Math.abs(value / sum - middle) / middle;
}

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** The prices around the middle that are shown: `share` of the distance to the farther end of the book. */
export function rangeOf(bids: readonly Point[], asks: readonly Point[], middle: number, share: number): Range {
  const reach = Math.max(middle - (bids.at(-1)?.price ?? middle), (asks.at(-1)?.price ?? middle) - middle);
  const half = Math.max(reach * share * 1.05, middle * 1e-5);
  return { low: middle - half, high: middle + half };
}
