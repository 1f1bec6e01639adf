/** The clock object, in New York time. */
import { newYorkOffset } from "../../domain/market/newYork.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import { regularHours } from "../../domain/market/schedule.ts";
import type { WireClock } from "../wire/assets.ts";

/**
 * The clock object: whether regular hours are open, and when they open and close next. In a market that never closes,
 * the next trading day begins when the present one ends.
 */
export function clockToWire(calendar: CalendarName, nowMs: number): WireClock {
  const { isOpen, nextOpen, nextClose } = regularHours(calendar, nowMs);
  return {
    timestamp: newYorkTime(nowMs),
    is_open: isOpen,
    next_open: newYorkTime(nextOpen),
    next_close: newYorkTime(nextClose),
  };
}

/**
 * An instant in New York time: `2026-11-20T10:00:00.123-05:00`. Always with a numeric offset and three decimals,
 * because ccxt parses it by position.
 */
export function newYorkTime(ms: number): string {
  const offset = newYorkOffset(ms);
  const wallClock = new Date(ms + offset).toISOString().slice(0, -1);
  return `${wallClock}-0${-offset / 3_600_000}:00`;
}

/** The New York date of an instant: `2026-11-20`. */
export function newYorkDate(ms: number): string {
  return newYorkTime(ms).slice(0, 10);
}
