import fc from "fast-check";
import { expect, test } from "vitest";
import { clockToWire, newYorkTime } from "./clock.ts";

test("WS-8: the clock has New York's offset and three fraction digits, in winter and in summer", () => {
  expect(clockToWire("always", Date.parse("2026-11-20T15:00:00Z"))).toEqual({
    timestamp: "2026-11-20T10:00:00.000-05:00",
    is_open: true,
    next_open: "2026-11-20T20:00:00.000-05:00",
    next_close: "2026-11-20T20:00:00.000-05:00",
  });
  expect(clockToWire("always", Date.parse("2026-07-01T15:00:00.05Z")).timestamp).toBe("2026-07-01T11:00:00.050-04:00");
});

test("MK-8: the clock of US equities tells regular hours, before, in and after them and over a clock change", () => {
  const clock = (now: string) => {
    const { is_open, next_open, next_close } = clockToWire("us_equities", Date.parse(now));
    return [is_open, next_open.slice(0, 16), next_close.slice(0, 16)];
  };
  expect(clock("2026-11-20T09:29:59.999-05:00")).toEqual([false, "2026-11-20T09:30", "2026-11-20T16:00"]);
  expect(clock("2026-11-20T09:30:00-05:00")).toEqual([true, "2026-11-23T09:30", "2026-11-20T16:00"]);
  expect(clock("2026-11-20T16:00:00-05:00")).toEqual([false, "2026-11-23T09:30", "2026-11-23T16:00"]);
  expect(clock("2026-11-27T10:00:00-05:00")).toEqual([true, "2026-11-30T09:30", "2026-11-27T13:00"]);
  const spring = clockToWire("us_equities", Date.parse("2026-03-06T18:00:00-05:00"));
  expect([spring.timestamp, spring.next_open]).toEqual([
    "2026-03-06T18:00:00.000-05:00",
    "2026-03-09T09:30:00.000-04:00",
  ]);
});

test("WS-8: a New York time parses to the same instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2007, 0), max: Date.UTC(2100, 0) }), (ms) => {
      const text = newYorkTime(ms);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[45]:00$/);
      expect(Date.parse(text)).toBe(ms);
    }),
  );
});
