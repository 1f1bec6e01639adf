/** The trading day of the exchange: it ends at 20:00 in New York, when the next one begins. */
import { DAY, HOUR, newYorkInstant, newYorkOffset } from "./newYork.ts";

/** The trading day ends at this hour of New York's wall clock. */
export const TRADING_DAY_END = 20 * HOUR;

/** The trading day that an instant belongs to, as a number of days since 1970-01-01: after 20:00 it is the next. */
export function tradingDayOf(nowMs: number): number {
  return Math.floor((nowMs + newYorkOffset(nowMs) - TRADING_DAY_END) / DAY) + 1;
}

/** When the trading day that holds an instant began: the last 20:00 in New York, epoch milliseconds. */
export function beginOfTradingDay(nowMs: number): number {
  return newYorkInstant(tradingDayOf(nowMs), TRADING_DAY_END - DAY);
}

/** The end of the trading day that holds an instant: the next 20:00 in New York strictly after it, epoch milliseconds. */
export function endOfTradingDay(nowMs: number): number {
  return newYorkInstant(tradingDayOf(nowMs), TRADING_DAY_END);
}
