/** When the auctions of a trading day are held, in New York. */
import { isHalfDay, isTradingDay } from "./calendar.ts";
import { HOUR, MINUTE, newYorkDay, newYorkInstant } from "./newYork.ts";

const OPEN = 9.5 * HOUR;
const CLOSE = 16 * HOUR;
const EARLY_CLOSE = 13 * HOUR;
/** An auction that has not traded so long after its time, because of a halt, is not the official one. */
export const AUCTION_LATE_MAX_MS = 10 * MINUTE;

/** The opening auction of a day, epoch milliseconds. */
export function openOf(day: number): number {
  return newYorkInstant(day, OPEN);
}

/** The closing auction of a day, epoch milliseconds. */
export function closeOf(day: number): number {
  return newYorkInstant(day, isHalfDay(day) ? EARLY_CLOSE : CLOSE);
}

/** The auction that traded at a time. One that is neither the opening nor the closing one ended a halt. */
export function auctionAt(at: number): "opening" | "closing" | "reopening" {
  const day = newYorkDay(at);
  const isFrom = (begin: number): boolean => at >= begin && at <= begin + AUCTION_LATE_MAX_MS;
  if (!isTradingDay(day)) return "reopening";
  if (isFrom(openOf(day))) return "opening";
  return isFrom(closeOf(day)) ? "closing" : "reopening";
}
