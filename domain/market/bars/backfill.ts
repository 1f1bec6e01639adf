/** Bars of the time before an exchange had trades: generated ones, or those of another exchange. */
import { isTradingDay } from "../calendar.ts";
import { DAY, MINUTE, newYorkInstant } from "../newYork.ts";
import { hoursOf, phaseAt } from "../schedule.ts";
import type { Bar } from "./bar.ts";
import type { BarCalendar } from "./barCalendar.ts";
import type { BarSource } from "./barSource.ts";
import type { BarTimes } from "./packedBars.ts";

/** The periods of which an exchange stores bars; it makes those of the other timeframes of them. */
export type StoredPeriod = "minute" | "day";

/** The bars of a period, from a source. */
export interface Backfill {
  readonly period: StoredPeriod;
  readonly source: BarSource;
  readonly bars: readonly Bar[];
}

/** What is wrong with a bar, by its place in the list. */
export interface BackfillFault {
  readonly nth: number;
  readonly expected: string;
}

/** The times that the first and the last trade of a bar may have. */
export function timesOf({ isShare }: BarCalendar, period: StoredPeriod, at: number): BarTimes {
  if (period === "minute") return { firstAt: at, lastAt: at + MINUTE - 1 };
  if (!isShare) return { firstAt: at, lastAt: at + DAY - 1 };
  // It begins at midnight in New York, which is at 4 or 5 o'clock of UTC.
  const day = Math.floor(at / DAY);
  const hours = hoursOf("us_equities", day);
  if (hours === null) return { firstAt: at, lastAt: at + DAY - 1 };
  const { open, close } = hours;
  return { firstAt: newYorkInstant(day, open * MINUTE), lastAt: newYorkInstant(day, close * MINUTE) };
}

/**
 * The first bar that cannot be, and what was expected of it; null when all can. A bar lies in a time in which its market
 * trades, and which is over at `now`; that of a share in the calendar of its primary exchange.
 */
export function backfillFault(
  calendar: BarCalendar,
  { period, bars }: Pick<Backfill, "period" | "bars">,
  now: number,
): BackfillFault | null {
  let before = -1;
  for (const [nth, bar] of bars.entries()) {
    const isLater = bar.at > before;
    const expected = isLater ? (pricesFault(bar) ?? timeFault(calendar, period, bar.at)) : "a later time than before";
    if (expected !== null) return { nth, expected };
    if (timesOf(calendar, period, bar.at).lastAt >= now) return { nth, expected: "a time that is over" };
    before = bar.at;
  }
  return null;
}

/** Throws on bars that cannot be. */
export function assertPossible(calendar: BarCalendar, bars: Pick<Backfill, "period" | "bars">, now: number): void {
  const fault = backfillFault(calendar, bars, now);
  if (fault !== null) throw new Error(`bar ${fault.nth}: expected ${fault.expected}`);
}

function pricesFault({ open, high, low, close, volume, turnover, count }: Bar): string | null {
  if (low <= 0) return "prices above 0";
  if (high < Math.max(open, close, low)) return "a high that no other price exceeds";
  if (low > Math.min(open, close)) return "a low that exceeds no other price";
  if (volume <= 0n) return "a volume above 0";
  if (count < 1 || BigInt(count) > volume) return "a number of trades from 1 to the volume";
  if (turnover < BigInt(low) * volume || turnover > BigInt(high) * volume) return "a vwap from low to high";
  return null;
}

function timeFault(calendar: BarCalendar, period: StoredPeriod, at: number): string | null {
  const { isShare } = calendar;
  if (period === "minute") {
    if (at % MINUTE !== 0) return "the beginning of a minute";
    return isShare && phaseAt("us_equities", at).phase === "closed" ? "a time in which shares trade" : null;
  }
  const day = calendar.dayOf(at);
  if (at !== calendar.startOfDay(day)) return isShare ? "midnight in New York" : "midnight of UTC";
  return isShare && !isTradingDay(day) ? "a day on which shares trade" : null;
}
