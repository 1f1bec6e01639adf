/** The market clock on the wire: the venue never closes, its trading day ends at 20:00 New York. */
import { newYorkOffset } from "../domain/market/newYork.ts";
import { endOfTradingDay } from "../domain/market/session.ts";

export interface WireClock {
  readonly timestamp: string;
  readonly is_open: true;
  readonly next_open: string;
  readonly next_close: string;
}

/** The clock object of the API. The next session begins in the instant the present one ends. */
export function clockToWire(nowMs: number): WireClock {
  const end = newYorkTime(endOfTradingDay(nowMs));
  return { timestamp: newYorkTime(nowMs), is_open: true, next_open: end, next_close: end };
}

/**
 * An instant as New York writes it: `2026-11-20T10:00:00.123-05:00`. Always with a numeric offset and three fraction
 * digits: ccxt cuts the text by position.
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
