/** The time that a history covers, and its points. Times are epoch milliseconds, days are numbered from 1970-01-01. */
import { isTradingDay, previousTradingDay } from "../../market/calendar.ts";
import { DAY, dayOf, isoDate, MINUTE, newYorkInstant } from "../../market/newYork.ts";
import type { CalendarName } from "../../market/phase.ts";
import { hoursOf } from "../../market/schedule.ts";
import { TRADING_DAY_END, tradingDayOf } from "../../market/session.ts";
import { type Period, type Reporting, type Timeframe, TIMEFRAMES } from "./timeframes.ts";

export interface RangeQuery {
  readonly period: Period | null;
  readonly timeframe: Timeframe | null;
  /** Trading days; both are covered. */
  readonly startDay: number | null;
  readonly endDay: number | null;
  /** Points begin at these times or between them; null when a bound is a day. */
  readonly startMs: number | null;
  readonly endMs: number | null;
  readonly reporting: Reporting;
}

/** A point of a history: it is labelled by its beginning, and shows the account at its end. */
export interface HistoryPoint {
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

export interface HistoryRange {
  readonly timeframe: Timeframe;
  /** The trading day before the first: its close is the base. */
  readonly baseDay: number;
  readonly points: readonly HistoryPoint[];
}

/** Why there is no such history. */
export type RangeRefusal = "three_bounds" | "end_before_start" | "too_many_minutes" | "too_many_steps" | "too_long";

/** Spans in days. A minute is answered for so many, the other parts of a day for fewer than so many. */
const MINUTE_DAYS_MAX = 7;
const STEP_DAYS_BELOW = 30;
const YEARS_MAX = 20;

const DEFAULT_PERIOD: Period = { count: 1, unit: "M" };

/** The points that a query asks for, up to now; or why it is refused. */
export function historyRange(
  query: RangeQuery,
  calendar: CalendarName,
  nowMs: number,
): HistoryRange | { readonly refused: RangeRefusal } {
  if (query.period !== null && query.startDay !== null && query.endDay !== null) return { refused: "three_bounds" };
  // Around the clock there are no other hours.
  const reporting = calendar === "always" ? "continuous" : query.reporting;
  const listed = (day: number): boolean => reporting === "continuous" || isTradingDay(day);
  const before = (day: number): number => (reporting === "continuous" ? day - 1 : previousTradingDay(day));
  const today = tradingDayOf(nowMs);
  const { first, last } = daysOf(query, today, listed);
  if (last < first) return { refused: "end_before_start" };
  const span = last - first + 1;
  const timeframe = query.timeframe ?? (span < MINUTE_DAYS_MAX ? "1Min" : span < STEP_DAYS_BELOW ? "15Min" : "1D");
  if (timeframe === "1Min" && span > MINUTE_DAYS_MAX) return { refused: "too_many_minutes" };
  if (timeframe !== "1D" && timeframe !== "1Min" && span >= STEP_DAYS_BELOW) return { refused: "too_many_steps" };
  if (span > YEARS_MAX * 366) return { refused: "too_long" };
  const points: HistoryPoint[] = [];
  for (let day = first; day <= Math.min(last, today); day++) {
    if (listed(day)) points.push(...pointsOf(day, timeframe, reporting, calendar, nowMs));
  }
  const { startMs, endMs } = query;
  const kept = points.filter(({ from }) => (startMs === null || from >= startMs) && (endMs === null || from <= endMs));
  return { timeframe, baseDay: before(kept[0]?.day ?? firstListed(first, last, listed)), points: kept };
}

function firstListed(first: number, last: number, listed: (day: number) => boolean): number {
  let day = first;
  while (day < last && !listed(day)) day++;
  return day;
}

/** First and last day. A period ends today, or at the end that is given, or begins at the start that is given. */
function daysOf(
  { period, startDay, endDay }: RangeQuery,
  today: number,
  listed: (day: number) => boolean,
): { first: number; last: number } {
  if (startDay !== null && (endDay !== null || period === null)) return { first: startDay, last: endDay ?? today };
  const asked = period ?? DEFAULT_PERIOD;
  if (startDay !== null) return { first: startDay, last: forwards(startDay, asked, listed) };
  const last = endDay ?? today;
  return { first: backwards(last, asked, listed), last };
}

function backwards(last: number, { count, unit }: Period, listed: (day: number) => boolean): number {
  if (unit === "W") return last - 7 * count + 1;
  if (unit !== "D") return shifted(last, -count * (unit === "A" ? 12 : 1)) + 1;
  let day = last;
  for (let left = count; ; day--) {
    if (listed(day) && --left <= 0) return day;
  }
}

function forwards(first: number, { count, unit }: Period, listed: (day: number) => boolean): number {
  if (unit === "W") return first + 7 * count - 1;
  if (unit !== "D") return shifted(first, count * (unit === "A" ? 12 : 1)) - 1;
  let day = first;
  for (let left = count; ; day++) {
    if (listed(day) && --left <= 0) return day;
  }
}

/** The same date so many months later; the last day of a shorter month. */
function shifted(day: number, months: number): number {
  const [year = 0, month = 1, date = 1] = isoDate(day).split("-").map(Number);
  const total = year * 12 + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(total / 12), (((total % 12) + 12) % 12) + 1];
  const next = total + 1;
  const end = dayOf(Math.floor(next / 12), (((next % 12) + 12) % 12) + 1, 1) - 1;
  return Math.min(dayOf(toYear, toMonth, 1) + date - 1, end);
}

function pointsOf(
  day: number,
  timeframe: Timeframe,
  reporting: Reporting,
  calendar: CalendarName,
  nowMs: number,
): HistoryPoint[] {
  const minutes = TIMEFRAMES[timeframe];
  if (minutes === null) {
    // A day is over when its last session is; a day without hours is one on which only coins trade.
    const open = (hoursOf(calendar, day)?.open ?? 0) * MINUTE;
    return [{ day, from: newYorkInstant(day, open), to: newYorkInstant(day, TRADING_DAY_END) }];
  }
  const [from, to] = hoursReported(day, reporting, calendar);
  const points: HistoryPoint[] = [];
  for (let at = from; at < Math.min(to, nowMs + 1); at += minutes * MINUTE) {
    points.push({ day, from: at, to: Math.min(at + minutes * MINUTE, to) });
  }
  return points;
}

function hoursReported(day: number, reporting: Reporting, calendar: CalendarName): readonly [from: number, to: number] {
  const hours = reporting === "continuous" ? null : hoursOf(calendar, day);
  if (hours === null) return [newYorkInstant(day, TRADING_DAY_END - DAY), newYorkInstant(day, TRADING_DAY_END)];
  const [open, close] =
    reporting === "market_hours" ? [hours.open, hours.close] : [hours.sessionOpen, hours.sessionClose];
  return [newYorkInstant(day, open * MINUTE), newYorkInstant(day, close * MINUTE)];
}

/** When the trading day of a number ends. */
export function endOfDay(day: number): number {
  return newYorkInstant(day, TRADING_DAY_END);
}
