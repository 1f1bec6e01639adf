/** From what the alerts of a symbol begin. */
import { calendarOf, dayOf } from "../feed/day.ts";
import type { Snapshot } from "../feed/snapshots.ts";

export interface Start {
  readonly last: number | null;
  /** The close before the trading day `day`. */
  readonly close: number | null;
  readonly day: number | null;
}

/** The close of a start, if it is the close before the trading day of an instant. */
export const closeFor = (symbol: string, { close, day }: Start, at: number): number | null =>
  day === calendarOf(symbol).dayOf(at) ? close : null;

/** Last price and previous close of a snapshot, as the watchlist computes them. */
export function startOfSnapshot(of: Snapshot | undefined): Start {
  if (of === undefined || of.trade === null) return { last: null, close: null, day: null };
  const { last, prevClose, day } = dayOf(of.symbol, of.trade, of.daily, of.before);
  return { last, close: prevClose, day };
}
