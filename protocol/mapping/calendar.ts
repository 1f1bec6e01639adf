/** The market calendar as REST answers: one row a trading day. */
import { settlementDay } from "../../domain/market/calendar.ts";
import { dayOf, isoDate, yearOf } from "../../domain/market/newYork.ts";
import type { CalendarName } from "../../domain/market/phase.ts";
import { hoursOf } from "../../domain/market/schedule.ts";
import { tradingDayOf } from "../../domain/market/session.ts";
import { type Read, readQuery } from "../http/readRequest.ts";
import type { WireCalendarDay } from "../wire/assets.ts";
import { calendarQuery, type CalendarQuery } from "../wire/calendarQuery.ts";

/** The first year of the calendar, and the number of years after the present one. */
const FIRST_YEAR = 2007;
const YEARS_AHEAD = 3;
/** The longest settlement, in days. */
const SETTLEMENT_DAYS_MAX = 10;

/** Reads the query of GET /v2/calendar; without dates it asks for the whole calendar. */
export function readCalendarQuery(query: URLSearchParams): Read<CalendarQuery> {
  return readQuery(calendarQuery, query);
}

/** The trading days from `start` to `end` inclusive, by trading date or by settlement date. */
export function calendarToWire(
  calendar: CalendarName,
  { start, end, date_type: by }: CalendarQuery,
  nowMs: number,
): WireCalendarDay[] {
  const first = dayOf(FIRST_YEAR, 1, 1);
  const last = dayOf(yearOf(tradingDayOf(nowMs)) + YEARS_AHEAD, 12, 31);
  const from = Math.max(first, start ?? first);
  const through = Math.min(last, end ?? last);
  const days: WireCalendarDay[] = [];
  for (let day = by === "SETTLEMENT" ? from - SETTLEMENT_DAYS_MAX : from; day <= through; day++) {
    const hours = hoursOf(calendar, day);
    if (hours === null) continue;
    const settles = calendar === "always" ? day : settlementDay(day);
    if (by === "SETTLEMENT" && (settles < from || settles > through)) continue;
    days.push({
      date: isoDate(day),
      open: clockTime(hours.open, ":"),
      close: clockTime(hours.close, ":"),
      session_open: clockTime(hours.sessionOpen, ""),
      session_close: clockTime(hours.sessionClose, ""),
      settlement_date: isoDate(settles),
    });
  }
  return days;
}

function clockTime(minutes: number, separator: string): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  return two(Math.floor(minutes / 60)) + separator + two(minutes % 60);
}
