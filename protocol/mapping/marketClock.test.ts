import { describe, expect, test } from "vitest";
import { clocksToWire, marketCalendarToWire } from "./marketClock.ts";

const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / 86_400_000;

function clockAt(text: string, calendar: "us_equities" | "always" = "us_equities") {
  const read = clocksToWire(calendar, { markets: ["XNAS"], time: Date.parse(text) }, 0);
  if (!read.ok) throw new Error(read.error.reason);
  return read.value.clocks[0];
}

describe("WS-31: the clocks of markets", () => {
  // Friday, 20 November 2026; Thanksgiving is the 26th, and the 27th ends at 13:00.
  test.each([
    ["2026-11-20T03:00:00-05:00", "closed", "2026-11-20T04:00:00.000-05:00", true],
    ["2026-11-20T04:00:00-05:00", "pre", "2026-11-20T09:30:00.000-05:00", true],
    ["2026-11-20T09:30:00-05:00", "core", "2026-11-20T16:00:00.000-05:00", true],
    ["2026-11-20T16:00:00-05:00", "post", "2026-11-20T20:00:00.000-05:00", true],
    ["2026-11-20T20:00:00-05:00", "closed", "2026-11-23T04:00:00.000-05:00", true],
    ["2026-11-21T12:00:00-05:00", "closed", "2026-11-23T04:00:00.000-05:00", false],
    ["2026-11-26T12:00:00-05:00", "closed", "2026-11-27T04:00:00.000-05:00", false],
    ["2026-11-27T13:30:00-05:00", "post", "2026-11-27T17:00:00.000-05:00", true],
  ])("at %s: %s until %s", (time, phase, until, isDay) => {
    expect(clockAt(time)).toMatchObject({ phase, phase_until: until, is_market_day: isDay });
  });

  test("have the next opening and closing of regular hours, and name the market by acronym or MIC", () => {
    expect(clockAt("2026-11-20T10:00:00-05:00")).toEqual({
      market: { acronym: "NASDAQ", mic: "XNAS", name: "NASDAQ", timezone: "America/New_York" },
      timestamp: "2026-11-20T10:00:00.000-05:00",
      is_market_day: true,
      phase: "core",
      phase_until: "2026-11-20T16:00:00.000-05:00",
      next_market_open: "2026-11-23T09:30:00.000-05:00",
      next_market_close: "2026-11-20T16:00:00.000-05:00",
    });
    const all = clocksToWire("us_equities", {}, Date.parse("2026-11-20T15:00:00Z"));
    expect(all.ok && all.value.clocks.map(({ market }) => market.acronym)).toEqual(["NYSE", "NASDAQ", "ARCA"]);
  });

  test("around the clock are always in the core phase, until the trading day ends", () => {
    const end = "2026-11-21T20:00:00.000-05:00";
    expect(clockAt("2026-11-21T12:00:00-05:00", "always")).toMatchObject({
      phase: "core",
      phase_until: end,
      is_market_day: true,
      next_market_close: end,
    });
  });

  test("of a market that is not here are refused", () => {
    const error = { reason: "query_invalid", parameter: "markets", expected: "NYSE, NASDAQ, ARCA" };
    expect(clocksToWire("always", { markets: ["NYSE", "XLON"] }, 0)).toEqual({ ok: false, error });
  });
});

describe("WS-31: the calendar of a market", () => {
  const days = (query: object, calendar: "us_equities" | "always" = "us_equities", market = "nyse") =>
    marketCalendarToWire(calendar, market, query, Date.parse("2026-11-25T15:00:00Z"));

  test("has the phases of each trading day, and leaves the others out", () => {
    const read = days({ start: dayOf("2026-11-25"), end: dayOf("2026-11-29") });
    expect(read).toMatchObject({ ok: true, value: { market: { mic: "XNYS" } } });
    expect(read.ok && read.value.calendar).toEqual([
      {
        date: "2026-11-25",
        pre_start: "2026-11-25T04:00:00.000-05:00",
        pre_end: "2026-11-25T09:30:00.000-05:00",
        core_start: "2026-11-25T09:30:00.000-05:00",
        core_end: "2026-11-25T16:00:00.000-05:00",
        post_start: "2026-11-25T16:00:00.000-05:00",
        post_end: "2026-11-25T20:00:00.000-05:00",
        settlement_date: "2026-11-27",
      },
      expect.objectContaining({ date: "2026-11-27", core_end: "2026-11-27T13:00:00.000-05:00" }),
    ]);
  });

  test("begins today and has 31 days without a range, in UTC on demand", () => {
    const read = days({ timezone: "UTC" });
    if (!read.ok) throw new Error(read.error.reason);
    const { calendar } = read.value;
    expect(calendar[0]).toMatchObject({ date: "2026-11-25", core_start: "2026-11-25T14:30:00.000Z" });
    expect(calendar.at(-1)?.date).toBe("2026-12-24");
  });

  test("around the clock has every day from 20:00 to 20:00", () => {
    const read = days({ start: dayOf("2026-11-21"), end: dayOf("2026-11-21") }, "always");
    expect(read.ok && read.value.calendar).toEqual([
      {
        date: "2026-11-21",
        core_start: "2026-11-20T20:00:00.000-05:00",
        core_end: "2026-11-21T20:00:00.000-05:00",
        settlement_date: "2026-11-21",
      },
    ]);
  });

  test("is refused for an unknown market and for more than ten years", () => {
    expect(days({}, "always", "LSE")).toMatchObject({ ok: false, error: { parameter: "market" } });
    expect(days({ start: dayOf("2010-01-01"), end: dayOf("2026-01-01") })).toMatchObject({
      ok: false,
      error: { parameter: "end" },
    });
  });
});
