import { describe, expect, test } from "vitest";
import { isoDate, newYorkOffset } from "../../market/newYork.ts";
import { historyRange, type RangeQuery } from "./range.ts";
import type { Period } from "./timeframes.ts";

const NO_BOUNDS = { startDay: null, endDay: null, startMs: null, endMs: null };
const NONE: RangeQuery = { ...NO_BOUNDS, period: null, timeframe: null, reporting: "market_hours" };
const day = (text: string): number => Date.parse(text) / 86_400_000;
/** Thanksgiving week of 2026: Thursday is a holiday, Friday ends at 13:00. Saturday, noon. */
const SATURDAY = Date.parse("2026-11-28T12:00-05:00");
const MONDAY = Date.parse("2026-11-30T11:00-05:00");

const wall = (ms: number): string => new Date(ms + newYorkOffset(ms)).toISOString().slice(5, 16);

/** Timeframe, base day, number of points, first and last point. */
function shape(query: Partial<RangeQuery>, now = SATURDAY, calendar: "us_equities" | "always" = "us_equities"): string {
  const range = historyRange({ ...NONE, ...query }, calendar, now);
  if ("refused" in range) return range.refused;
  const [first, last] = [range.points[0], range.points.at(-1)];
  const ends = first && last ? `${wall(first.from)} ${wall(last.from)}-${wall(last.to).slice(6)}` : "nothing";
  return `${range.timeframe} base ${isoDate(range.baseDay).slice(5)} ${range.points.length}: ${ends}`;
}
const period = (text: string): Period => ({ count: Number(text.slice(0, -1)), unit: text.slice(-1) as Period["unit"] });

describe("EQ-5: the points of a history", () => {
  test("a period of days ends with the newest trading day, also on a weekend", () => {
    expect(shape({ period: period("1D") })).toBe("1Min base 11-25 210: 11-27T09:30 11-27T12:59-13:00");
    expect(shape({ period: period("2D"), timeframe: "1D" })).toBe("1D base 11-24 2: 11-25T09:30 11-27T09:30-20:00");
    expect(shape({ period: period("1D") }, MONDAY)).toBe("1Min base 11-27 91: 11-30T09:30 11-30T11:00-11:01");
  });

  test("weeks, months and years are of the calendar; holidays and weekends have no points", () => {
    expect(shape({ period: period("1W"), timeframe: "1D" })).toBe("1D base 11-20 4: 11-23T09:30 11-27T09:30-20:00");
    expect(shape({})).toBe("1D base 10-28 21: 10-29T09:30 11-27T09:30-20:00");
    expect(shape({ period: period("1A") })).toBe("1D base 11-28 250: 12-01T09:30 11-27T09:30-20:00");
    expect(shape({ period: period("1M"), endDay: day("2026-03-31") })).toBe(
      "1D base 02-27 22: 03-02T09:30 03-31T09:30-20:00",
    );
  });

  test("clocks change: the points stay at 9:30 New York", () => {
    const range = historyRange(
      { ...NONE, startDay: day("2026-03-06"), endDay: day("2026-03-09") },
      "us_equities",
      MONDAY,
    );
    if ("refused" in range) throw new Error(range.refused);
    const opens = range.points.filter(({ from }) => wall(from).endsWith("09:30")).map(({ from }) => from);
    expect(opens).toEqual([Date.parse("2026-03-06T14:30Z"), Date.parse("2026-03-09T13:30Z")]);
    const all = historyRange(
      { ...NONE, startDay: day("2026-03-08"), endDay: day("2026-03-08"), timeframe: "1H", reporting: "continuous" },
      "us_equities",
      MONDAY,
    );
    expect("refused" in all ? all : all.points.length).toBe(23);
  });

  test("hours: regular, extended, all; a half day ends earlier; around the clock there is one kind", () => {
    const friday = { startDay: day("2026-11-27"), endDay: day("2026-11-27"), timeframe: "15Min" } as const;
    expect(shape(friday)).toBe("15Min base 11-25 14: 11-27T09:30 11-27T12:45-13:00");
    const extended = { ...friday, reporting: "extended_hours" } as const;
    expect(shape(extended)).toBe("15Min base 11-25 52: 11-27T04:00 11-27T16:45-17:00");
    expect(shape({ ...friday, reporting: "continuous" })).toBe("15Min base 11-26 96: 11-26T20:00 11-27T19:45-20:00");
    expect(shape(friday, SATURDAY, "always")).toBe("15Min base 11-26 96: 11-26T20:00 11-27T19:45-20:00");
    // The last hour of regular hours is half of one.
    expect(shape({ ...friday, timeframe: "1H" })).toBe("1H base 11-25 4: 11-27T09:30 11-27T12:30-13:00");
  });

  test("bounds: two of start, end and period", () => {
    const [start, end] = [day("2026-11-02"), day("2026-11-06")];
    expect(shape({ startDay: start, endDay: end, timeframe: "1D" })).toBe(
      "1D base 10-30 5: 11-02T09:30 11-06T09:30-20:00",
    );
    expect(shape({ startDay: start, period: period("2D"), timeframe: "1D" })).toBe(
      "1D base 10-30 2: 11-02T09:30 11-03T09:30-20:00",
    );
    expect(shape({ endDay: end, period: period("1W"), timeframe: "1D" })).toBe(
      "1D base 10-30 5: 11-02T09:30 11-06T09:30-20:00",
    );
    expect(shape({ startDay: start, timeframe: "1D" })).toBe("1D base 10-30 19: 11-02T09:30 11-27T09:30-20:00");
    expect(shape({ startDay: start, endDay: end, period: period("1D") })).toBe("three_bounds");
    expect(shape({ startDay: end, endDay: start })).toBe("end_before_start");
  });

  test("minutes are answered for seven days, other parts of a day for less than thirty", () => {
    const of = (days: number, timeframe: RangeQuery["timeframe"]) =>
      shape({ startDay: day("2026-11-27") - days + 1, endDay: day("2026-11-27"), timeframe }).split(" ")[0];
    expect([of(6, null), of(7, null), of(29, null), of(30, null)]).toEqual(["1Min", "15Min", "15Min", "1D"]);
    expect([of(7, "1Min"), of(8, "1Min")]).toEqual(["1Min", "too_many_minutes"]);
    expect([of(29, "5Min"), of(30, "5Min"), of(30, "1H")]).toEqual(["5Min", "too_many_steps", "too_many_steps"]);
    expect(shape({ period: period("30A") })).toBe("too_long");
  });

  test("the future has no points, and a range without trading days has none", () => {
    expect(shape({ startDay: day("2026-11-28"), endDay: day("2026-11-29"), timeframe: "1D" })).toBe(
      "1D base 11-27 0: nothing",
    );
    expect(shape({ startDay: day("2026-12-07"), endDay: day("2026-12-08") })).toBe("1Min base 12-04 0: nothing");
  });
});

test("EQ-5: times within a day leave out the points that begin before or after them", () => {
  const [startMs, endMs] = [Date.parse("2026-11-27T10:07-05:00"), Date.parse("2026-11-27T11:00-05:00")];
  const days = { startDay: day("2026-11-27"), endDay: day("2026-11-27") };
  expect(shape({ ...days, startMs, endMs, timeframe: "15Min" })).toBe(
    "15Min base 11-25 4: 11-27T10:15 11-27T11:00-11:15",
  );
  expect(shape({ startDay: day("2026-11-25"), startMs: startMs - 86_400_000, timeframe: "1D" })).toBe(
    "1D base 11-25 1: 11-27T09:30 11-27T09:30-20:00",
  );
});
