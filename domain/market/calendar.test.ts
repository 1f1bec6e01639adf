import { expect, test } from "vitest";
import {
  calendarNamed,
  calendarOf,
  closedBecause,
  isHalfDay,
  isTradingDay,
  nextTradingDay,
  previousTradingDay,
  settlementDay,
} from "./calendar.ts";
import { requireInstrument } from "./listing.ts";
import { dayOf, isoDate, weekdayOf } from "./newYork.ts";

/** Holidays and, after the bar, half days that NYSE published. */
const NYSE: Readonly<Record<number, string>> = {
  2012: "01-02 01-16 02-20 04-06 05-28 07-04 09-03 10-29 10-30 11-22 12-25 | 07-03 11-23 12-24",
  2013: "01-01 01-21 02-18 03-29 05-27 07-04 09-02 11-28 12-25 | 07-03 11-29 12-24",
  2014: "01-01 01-20 02-17 04-18 05-26 07-04 09-01 11-27 12-25 | 07-03 11-28 12-24",
  2015: "01-01 01-19 02-16 04-03 05-25 07-03 09-07 11-26 12-25 | 11-27 12-24",
  2016: "01-01 01-18 02-15 03-25 05-30 07-04 09-05 11-24 12-26 | 11-25",
  2017: "01-02 01-16 02-20 04-14 05-29 07-04 09-04 11-23 12-25 | 07-03 11-24",
  2018: "01-01 01-15 02-19 03-30 05-28 07-04 09-03 11-22 12-05 12-25 | 07-03 11-23 12-24",
  2019: "01-01 01-21 02-18 04-19 05-27 07-04 09-02 11-28 12-25 | 07-03 11-29 12-24",
  2020: "01-01 01-20 02-17 04-10 05-25 07-03 09-07 11-26 12-25 | 11-27 12-24",
  2021: "01-01 01-18 02-15 04-02 05-31 07-05 09-06 11-25 12-24 | 11-26",
  2022: "01-17 02-21 04-15 05-30 06-20 07-04 09-05 11-24 12-26 | 11-25",
  2023: "01-02 01-16 02-20 04-07 05-29 06-19 07-04 09-04 11-23 12-25 | 07-03 11-24",
  2024: "01-01 01-15 02-19 03-29 05-27 06-19 07-04 09-02 11-28 12-25 | 07-03 11-29 12-24",
  2025: "01-01 01-09 01-20 02-17 04-18 05-26 06-19 07-04 09-01 11-27 12-25 | 07-03 11-28 12-24",
  2026: "01-01 01-19 02-16 04-03 05-25 06-19 07-03 09-07 11-26 12-25 | 11-27 12-24",
  2027: "01-01 01-18 02-15 03-26 05-31 06-18 07-05 09-06 11-25 12-24 | 11-26",
  2028: "01-17 02-21 04-14 05-29 06-19 07-04 09-04 11-23 12-25 | 07-03 11-24",
};

const day = (date: string): number => Date.parse(date) / 86_400_000;

test.each(Object.entries(NYSE))("MK-1: %s has the holidays and half days that NYSE published", (year, published) => {
  const closed: string[] = [];
  const half: string[] = [];
  for (let at = dayOf(Number(year), 1, 1); at < dayOf(Number(year) + 1, 1, 1); at++) {
    const date = isoDate(at).slice(5);
    const weekend = weekdayOf(at) % 6 === 0;
    if (!isTradingDay(at) && !weekend) closed.push(date);
    if (isHalfDay(at)) half.push(date);
    expect(isTradingDay(at) && weekend).toBe(false);
  }
  expect(`${closed.join(" ")} | ${half.join(" ")}`).toBe(published);
});

test("MK-1: New Year's Day on a Saturday is not observed, nor Juneteenth before 2022", () => {
  expect(isTradingDay(day("2021-12-31"))).toBe(true);
  expect(isTradingDay(day("2010-12-31"))).toBe(true);
  expect(isTradingDay(day("2021-06-18"))).toBe(true);
  expect(isTradingDay(day("2020-06-19"))).toBe(true);
});

test("MK-1: Easter moves between March 23 and April 24, and Good Friday with it", () => {
  const known = ["2008-03-21", "2011-04-22", "2035-03-23", "2038-04-23", "2049-04-16", "2076-04-17", "2100-03-26"];
  expect(known.map((date) => closedBecause(day(date)))).toEqual(known.map(() => "Good Friday"));
});

test("MK-1: unscheduled closures have their reason", () => {
  const closures = ["2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14", "2004-06-11", "2007-01-02"];
  expect(closures.filter((date) => isTradingDay(day(date)))).toEqual([]);
  expect(closedBecause(day("2012-10-30"))).toBe("hurricane Sandy");
  expect(closedBecause(day("2026-11-21"))).toBe("weekend");
});

test("MK-1: the next and the previous trading day skip weekends and holidays", () => {
  expect(isoDate(nextTradingDay(day("2026-07-02")))).toBe("2026-07-06");
  expect(isoDate(nextTradingDay(day("2026-07-04")))).toBe("2026-07-06");
  expect(isoDate(previousTradingDay(day("2026-07-06")))).toBe("2026-07-02");
  expect(isoDate(nextTradingDay(day("2025-01-08")))).toBe("2025-01-10");
});

test("MK-2: trades settle on the next settlement day, which is no bank holiday, and settled later in earlier years", () => {
  const dates = (from: string) => isoDate(settlementDay(day(from)));
  expect(dates("2026-11-20")).toBe("2026-11-23");
  // Columbus Day: shares trade on Monday, but Friday's and Monday's trades both settle on Tuesday.
  expect([dates("2026-10-09"), dates("2026-10-12")]).toEqual(["2026-10-13", "2026-10-13"]);
  expect([dates("2026-11-10"), dates("2026-11-11")]).toEqual(["2026-11-12", "2026-11-12"]);
  expect(dates("2024-05-24")).toBe("2024-05-29");
  expect(dates("2024-05-28")).toBe("2024-05-29");
  expect(dates("2017-09-01")).toBe("2017-09-07");
});

test("MK-3: coins trade always, shares by the configured calendar", () => {
  expect(calendarOf(requireInstrument("BTC/USD"), "us_equities")).toBe("always");
  expect(calendarOf(requireInstrument("AAPL"), "us_equities")).toBe("us_equities");
  expect(calendarOf(requireInstrument("AAPL"), "always")).toBe("always");
  expect(["us_equities", "always", "", undefined].map(calendarNamed)).toEqual([
    "us_equities",
    "always",
    "always",
    "always",
  ]);
  expect(() => calendarNamed("nyse")).toThrow('MARKET_CALENDAR is "always" or "us_equities", not "nyse"');
});
