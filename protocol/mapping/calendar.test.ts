import { expect, test } from "vitest";
import { calendarToWire, readCalendarQuery } from "./calendar.ts";
import type { WireCalendarDay } from "../wire/assets.ts";
import type { CalendarName } from "../../domain/market/phase.ts";

const NOW = Date.parse("2026-11-21T12:00:00-05:00");

function days(query: string, calendar: CalendarName = "us_equities"): readonly WireCalendarDay[] {
  const read = readCalendarQuery(new URLSearchParams(query));
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return calendarToWire(calendar, read.value, NOW);
}

test("MK-8: the calendar has the hours of each trading day, a half day's among them", () => {
  const usual = { open: "09:30", close: "16:00", session_open: "0400", session_close: "2000" };
  expect(days("start=2026-11-25&end=2026-11-30")).toEqual([
    { date: "2026-11-25", ...usual, settlement_date: "2026-11-27" },
    { ...usual, date: "2026-11-27", close: "13:00", session_close: "1700", settlement_date: "2026-11-30" },
    { date: "2026-11-30", ...usual, settlement_date: "2026-12-01" },
  ]);
});

test("MK-8: around the clock every day is a trading day that began at 20:00 the evening before", () => {
  const all = { open: "00:00", close: "20:00", session_open: "2000", session_close: "2000" };
  expect(days("start=2026-11-21&end=2026-11-22", "always")).toEqual([
    { date: "2026-11-21", ...all, settlement_date: "2026-11-21" },
    { date: "2026-11-22", ...all, settlement_date: "2026-11-22" },
  ]);
});

test("MK-2: days may be requested by settlement date", () => {
  const dates = days("start=2026-10-13&end=2026-10-13&date_type=SETTLEMENT").map(({ date }) => date);
  expect(dates).toEqual(["2026-10-09", "2026-10-12"]);
});

test("MK-8: without dates the whole calendar is returned; ISO times count by their date", () => {
  const all = days("");
  expect([all[0]?.date, all.at(-1)?.date]).toEqual(["2007-01-03", "2029-12-31"]);
  expect(days("start=1970-01-01&end=2007-01-03")).toHaveLength(1);
  expect(days("start=2026-11-30&end=2026-11-25")).toEqual([]);
  const iso = days("start=2026-11-20T00:00:00.000Z&end=2026-11-20T23:59:59-05:00");
  expect(iso.map(({ date }) => date)).toEqual(["2026-11-20"]);
});

test.each(["start=2026-02-30", "end=yesterday", "start=2026-1-1", "date_type=both"])(
  "MK-8: %s is refused, and the error states what is expected",
  (query) => {
    const read = readCalendarQuery(new URLSearchParams(query));
    const parameter = query.split("=")[0];
    expect(read).toMatchObject({ ok: false, error: { reason: "query_invalid", parameter } });
  },
);
