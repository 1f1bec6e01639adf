/** The trading day ends at 20:00 in New York, when the next one begins. */
import { DAY, HOUR, newYorkInstant, newYorkOffset } from "./newYork.ts";

/** End of the trading day in New York time. */
export const TRADING_DAY_END = 20 * HOUR;

/** The trading day of a time, numbered from 1970-01-01. From 20:00 on it is the next day. */
export function tradingDayOf(nowMs: number): number {
  return Math.floor((nowMs + newYorkOffset(nowMs) - TRADING_DAY_END) / DAY) + 1;
}

/** The beginning of the trading day of a time: the last 20:00 in New York, epoch milliseconds. */
export function beginOfTradingDay(nowMs: number): number {
  return newYorkInstant(tradingDayOf(nowMs), TRADING_DAY_END - DAY);
}

/** The end of the trading day of a time: the next 20:00 in New York strictly after it, epoch milliseconds. */
export function endOfTradingDay(nowMs: number): number {
  return newYorkInstant(tradingDayOf(nowMs), TRADING_DAY_END);
}
