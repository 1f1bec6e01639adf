/**
 * The trading days of US equities, from the holiday rules of NYSE (rule 7.2) and a list of unscheduled closures. Correct
 * for 2007 and later. Days are numbered from 1970-01-01.
 */
import type { Asset } from "./asset.ts";
import { dayOf, nthWeekday, weekdayOf, yearOf } from "./newYork.ts";
import type { CalendarName } from "./phase.ts";

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const SATURDAY = 6;

interface Holiday {
  readonly name: string;
  /** First year in which the exchange observes it. */
  readonly since?: number;
  /** The day it falls on, whatever the weekday. */
  readonly on: (year: number) => number;
  /** Whether it is observed on Friday when it falls on a Saturday. From a Sunday it always moves to Monday. */
  readonly saturday: "friday" | "not_observed";
}

/** New Year's Day on a Saturday is not observed, because that Friday ends a month and a year. */
const HOLIDAYS: readonly Holiday[] = [
  { name: "New Year's Day", on: (year) => dayOf(year, 1, 1), saturday: "not_observed" },
  {
    name: "Martin Luther King, Jr. Day",
    since: 1998,
    on: (year) => nthWeekday(year, 1, MONDAY, 3),
    saturday: "friday",
  },
  { name: "Washington's Birthday", on: (year) => nthWeekday(year, 2, MONDAY, 3), saturday: "friday" },
  { name: "Good Friday", on: (year) => easterSunday(year) - 2, saturday: "friday" },
  { name: "Memorial Day", on: (year) => lastMondayOfMay(year), saturday: "friday" },
  { name: "Juneteenth", since: 2022, on: (year) => dayOf(year, 6, 19), saturday: "friday" },
  { name: "Independence Day", on: (year) => dayOf(year, 7, 4), saturday: "friday" },
  { name: "Labor Day", on: (year) => nthWeekday(year, 9, MONDAY, 1), saturday: "friday" },
  { name: "Thanksgiving Day", on: (year) => nthWeekday(year, 11, THURSDAY, 4), saturday: "friday" },
  { name: "Christmas Day", on: (year) => dayOf(year, 12, 25), saturday: "friday" },
];

/** Days that close at 13:00, if they are trading days: none when a holiday is observed on that day. */
const HALF_DAYS: readonly ((year: number) => number)[] = [
  (year) => dayOf(year, 7, 3),
  (year) => nthWeekday(year, 11, THURSDAY, 4) + 1,
  (year) => dayOf(year, 12, 24),
];

/** Unscheduled closures with their reasons. */
const CLOSURES: ReadonlyMap<number, string> = new Map([
  [dayOf(1994, 4, 27), "funeral of Richard Nixon"],
  [dayOf(2001, 9, 11), "attack on the World Trade Center"],
  [dayOf(2001, 9, 12), "attack on the World Trade Center"],
  [dayOf(2001, 9, 13), "attack on the World Trade Center"],
  [dayOf(2001, 9, 14), "attack on the World Trade Center"],
  [dayOf(2004, 6, 11), "mourning for Ronald Reagan"],
  [dayOf(2007, 1, 2), "mourning for Gerald Ford"],
  [dayOf(2012, 10, 29), "hurricane Sandy"],
  [dayOf(2012, 10, 30), "hurricane Sandy"],
  [dayOf(2018, 12, 5), "mourning for George H. W. Bush"],
  [dayOf(2025, 1, 9), "mourning for Jimmy Carter"],
]);

/** Days on which shares trade but banks do not settle. */
const BANK_HOLIDAYS: readonly ((year: number) => number)[] = [
  (year) => nthWeekday(year, 10, MONDAY, 2),
  (year) => veteransDay(year),
];

/** Trades settle on the next settlement day since 28 May 2024 (SEC rule 15c6-1), before on the second or third. */
const SETTLEMENT: readonly { readonly from: number; readonly days: number }[] = [
  { from: dayOf(2024, 5, 28), days: 1 },
  { from: dayOf(2017, 9, 5), days: 2 },
];
const SETTLEMENT_BEFORE = 3;

/** Why the market is closed on a day: a holiday's name, a closure's reason or "weekend"; null on a trading day. */
export function closedBecause(day: number): string | null {
  const weekday = weekdayOf(day);
  if (weekday === SATURDAY || weekday === SUNDAY) return "weekend";
  const year = yearOf(day);
  for (const holiday of HOLIDAYS) {
    if (year >= (holiday.since ?? year) && observedOn(holiday, year) === day) return holiday.name;
  }
  return CLOSURES.get(day) ?? null;
}

/** Whether US equities trade on a day. */
export function isTradingDay(day: number): boolean {
  return closedBecause(day) === null;
}

/** Whether a trading day ends at 13:00. */
export function isHalfDay(day: number): boolean {
  const year = yearOf(day);
  return HALF_DAYS.some((on) => on(year) === day) && isTradingDay(day);
}

/** The first trading day after a day. */
export function nextTradingDay(day: number): number {
  let next = day + 1;
  while (!isTradingDay(next)) next++;
  return next;
}

/** The last trading day before a day. */
export function previousTradingDay(day: number): number {
  let previous = day - 1;
  while (!isTradingDay(previous)) previous--;
  return previous;
}

/** The day on which trades of a trading day settle. */
export function settlementDay(day: number): number {
  const cycle = SETTLEMENT.find(({ from }) => day >= from)?.days ?? SETTLEMENT_BEFORE;
  let settles = day;
  for (let left = cycle; left > 0;) {
    settles = nextTradingDay(settles);
    const year = yearOf(settles);
    if (!BANK_HOLIDAYS.some((on) => on(year) === settles)) left--;
  }
  return settles;
}

/** The calendar of an asset: crypto trades always, other assets by the configured calendar. */
export function calendarOf(asset: Pick<Asset, "assetClass">, configured: CalendarName): CalendarName {
  return asset.assetClass === "crypto" ? "always" : configured;
}

/** The calendar that an operator configures; `always` by default. Throws for an unknown name. */
export function calendarNamed(name: string | undefined): CalendarName {
  if (name === undefined || name === "" || name === "always") return "always";
  if (name === "us_equities") return name;
  throw new Error(`MARKET_CALENDAR is "always" or "us_equities", not ${JSON.stringify(name)}`);
}

function observedOn(holiday: Holiday, year: number): number | null {
  const day = holiday.on(year);
  const weekday = weekdayOf(day);
  if (weekday === SUNDAY) return day + 1;
  if (weekday !== SATURDAY) return day;
  return holiday.saturday === "friday" ? day - 1 : null;
}

function lastMondayOfMay(year: number): number {
  const last = dayOf(year, 5, 31);
  return last - ((weekdayOf(last) - MONDAY + 7) % 7);
}

/** The day on which banks observe a holiday: from a Sunday it moves to Monday; on a Saturday it is not observed. */
function veteransDay(year: number): number {
  const day = dayOf(year, 11, 11);
  return weekdayOf(day) === SUNDAY ? day + 1 : day;
}

/** Easter of the Gregorian calendar: the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms, chapter 8). */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const inCentury = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(inCentury / 4) - epact - (inCentury % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const march = epact + weekday - 7 * late + 114;
  return dayOf(year, Math.floor(march / 31), (march % 31) + 1);
}
