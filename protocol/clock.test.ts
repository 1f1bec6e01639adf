import fc from "fast-check";
import { expect, test } from "vitest";
import { clockToWire, newYorkTime } from "./clock.ts";

test("WS-8: the clock has New York's offset and three fraction digits, in winter and in summer", () => {
  expect(clockToWire(Date.parse("2026-11-20T15:00:00Z"))).toEqual({
    timestamp: "2026-11-20T10:00:00.000-05:00",
    is_open: true,
    next_open: "2026-11-20T20:00:00.000-05:00",
    next_close: "2026-11-20T20:00:00.000-05:00",
  });
  expect(clockToWire(Date.parse("2026-07-01T15:00:00.05Z")).timestamp).toBe("2026-07-01T11:00:00.050-04:00");
});

test("WS-8: read back, a New York time is the same instant", () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2007, 0), max: Date.UTC(2100, 0) }), (ms) => {
      const text = newYorkTime(ms);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}-0[45]:00$/);
      expect(Date.parse(text)).toBe(ms);
    }),
  );
});
