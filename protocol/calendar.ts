/** The market calendar on the wire: one row a trading day. */
import * as z from "zod";
import { settlementDay } from "../domain/market/calendar.ts";
import { dayOf, isoDate, yearOf } from "../domain/market/newYork.ts";
import type { CalendarName } from "../domain/market/phase.ts";
import { hoursOf } from "../domain/market/schedule.ts";
import { tradingDayOf } from "../domain/market/session.ts";
import { type Read, readQuery } from "./read.ts";
import type { WireCalendarDay } from "./wire/assets.ts";

/** The first year whose rules we have, and how many years after the present one are told. */
const FIRST_YEAR = 2007;
const YEARS_AHEAD = 3;
/** No trade takes longer to settle, in days. */
const SETTLEMENT_DAYS_MAX = 10;

const dateError = "a date such as 2026-11-20";

/** A day, as a number since 1970-01-01, from a date or the date part of an ISO time. */
const date = z
  .string()
  .regex(/^\d{4}-\d\d-\d\d(?:T.{1,40})?$/, { error: dateError })
  .transform((text) => text.slice(0, 10))
  .transform((text) => ({
    text,
    day: dayOf(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))),
  }))
  .refine(({ text, day }) => isoDate(day) === text, { error: dateError })
  .transform(({ day }) => day);

export const calendarQuery = z.object({
  start: date.nullable().default(null),
  end: date.nullable().default(null),
  date_type: z.enum(["TRADING", "SETTLEMENT"], { error: "TRADING or SETTLEMENT" }).default("TRADING"),
});

export type CalendarQuery = z.output<typeof calendarQuery>;

/** Reads the query of GET /v2/calendar; without dates it is for everything that is told. */
export function readCalendarQuery(query: URLSearchParams): Read<CalendarQuery> {
  return readQuery(calendarQuery, query);
}

/** The trading days from `start` to `end`, both included, by their own date or that on which their trades settle. */
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
