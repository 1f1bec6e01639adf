/**
 * Dates and wall clock of New York, by arithmetic: the offset follows the rule in force since 2007, so that a replayed
 * journal needs no time zone data. A *day* is a number of days since 1970-01-01; times of day are milliseconds.
 */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const STANDARD_OFFSET = -5 * HOUR;
const DAYLIGHT_OFFSET = -4 * HOUR;

/** The day of a date of the Gregorian calendar; `month` is 1 to 12. */
export function dayOf(year: number, month: number, date: number): number {
  // Years are counted from March, so that a leap day is the last of its year.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The Gregorian year of a day. */
export function yearOf(day: number): number {
  const guess = 1970 + Math.floor(day / 365.2425);
  if (dayOf(guess, 1, 1) > day) return guess - 1;
  return dayOf(guess + 1, 1, 1) <= day ? guess + 1 : guess;
}

/** A day as `2026-11-20`, for the years 0 to 9999. */
export function isoDate(day: number): string {
  const year = yearOf(day);
  let month = 12;
  while (dayOf(year, month, 1) > day) month--;
  const date = day - dayOf(year, month, 1) + 1;
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
}

/** The weekday of a day: 0 is Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 4) % 7) + 7) % 7;
}

/** The n-th of a weekday (0 is Sunday) in a month. */
export function nthWeekday(year: number, month: number, weekday: number, n: number): number {
  const first = dayOf(year, month, 1);
  return first + ((weekday - weekdayOf(first) + 7) % 7) + (n - 1) * 7;
}

/**
 * New York's offset from UTC in milliseconds at an instant: -5 h, or -4 h from the second Sunday of March 2:00 to the
 * first Sunday of November 2:00 (Energy Policy Act of 2005). Right for 2007 and later.
 */
export function newYorkOffset(nowMs: number): number {
  const year = yearOf(Math.floor(nowMs / DAY));
  const start = nthWeekday(year, 3, 0, 2) * DAY + 2 * HOUR - STANDARD_OFFSET;
  const end = nthWeekday(year, 11, 0, 1) * DAY + 2 * HOUR - DAYLIGHT_OFFSET;
  return nowMs >= start && nowMs < end ? DAYLIGHT_OFFSET : STANDARD_OFFSET;
}

/** The date in New York at a time. */
export function newYorkDay(nowMs: number): number {
  return Math.floor((nowMs + newYorkOffset(nowMs)) / DAY);
}

/**
 * The epoch milliseconds of a New York time on a day; a negative time is on the evening before. Times from 1:00 to 3:00 are
 * not supported, because some days have them twice or not at all.
 */
export function newYorkInstant(day: number, timeOfDay: number): number {
  const wallClock = day * DAY + timeOfDay;
  // Clocks change at 2:00, so outside these hours the offset at standard time is the correct one.
  return wallClock - newYorkOffset(wallClock - STANDARD_OFFSET);
}
