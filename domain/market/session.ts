/**
 * The venue's day. It trades around the clock; its trading day ends at 20:00 in New York, when day orders expire.
 * New York's offset is computed from the rule in force since 2007, so that a replayed journal needs no time zone data.
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The trading day ends at this hour of New York's wall clock. */
const CLOSE_HOUR = 20;
const STANDARD_OFFSET = -5 * HOUR;
const DAYLIGHT_OFFSET = -4 * HOUR;

/** Days from 1970-01-01 to a date of the Gregorian calendar; `month` is 1 to 12. */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years are counted from March, so that a leap day is the last of its year.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The Gregorian year of an instant, UTC. */
function yearOf(nowMs: number): number {
  const days = Math.floor(nowMs / DAY);
  const guess = 1970 + Math.floor(days / 365.2425);
  if (daysFromCivil(guess, 1, 1) > days) return guess - 1;
  return daysFromCivil(guess + 1, 1, 1) <= days ? guess + 1 : guess;
}

/** The n-th Sunday of a month, in days since 1970-01-01 (which was a Thursday). */
function nthSunday(year: number, month: number, n: number): number {
  const first = daysFromCivil(year, month, 1);
  const weekday = (((first + 4) % 7) + 7) % 7;
  return first + ((7 - weekday) % 7) + (n - 1) * 7;
}

/**
 * New York's offset from UTC in milliseconds at an instant: -5 h, or -4 h from the second Sunday of March 2:00 to the
 * first Sunday of November 2:00 (Energy Policy Act of 2005). Right for 2007 and later.
 */
export function newYorkOffset(nowMs: number): number {
  const year = yearOf(nowMs);
  const start = nthSunday(year, 3, 2) * DAY + 2 * HOUR - STANDARD_OFFSET;
  const end = nthSunday(year, 11, 1) * DAY + 2 * HOUR - DAYLIGHT_OFFSET;
  return nowMs >= start && nowMs < end ? DAYLIGHT_OFFSET : STANDARD_OFFSET;
}

/** The end of the trading day that holds an instant: the next 20:00 in New York strictly after it, epoch milliseconds. */
export function endOfTradingDay(nowMs: number): number {
  const local = nowMs + newYorkOffset(nowMs);
  const closeToday = Math.floor(local / DAY) * DAY + CLOSE_HOUR * HOUR;
  const close = local < closeToday ? closeToday : closeToday + DAY;
  // Clocks change at 2:00 or earlier, never between noon and 20:00: the offset at noon of that day is the close's.
  const noon = close - 8 * HOUR;
  return close - newYorkOffset(noon - STANDARD_OFFSET);
}
