import fc from "fast-check";
import { expect, test } from "vitest";
import { newYorkOffset } from "./newYork.ts";
import { beginOfTradingDay, endOfTradingDay } from "./session.ts";

const HOUR = 3_600_000;

const newYork = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/New_York",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** Wall clock in New York by the time zone database, as if it were UTC. */
function wallClock(ms: number): number {
  const part = Object.fromEntries(newYork.formatToParts(ms).map(({ type, value }) => [type, value]));
  const whole = Date.parse(
    `${part["year"]}-${part["month"]}-${part["day"]}T${part["hour"]}:${part["minute"]}:${part["second"]}Z`,
  );
  return whole + (ms % 1000);
}

const instant = fc.integer({ min: Date.UTC(2007, 0, 1), max: Date.UTC(2100, 0, 1) });

test("New York's offset equals the time zone database's at any instant from 2007 to 2100", () => {
  fc.assert(
    fc.property(instant, (ms) => {
      expect(newYorkOffset(ms)).toBe(wallClock(ms) - ms);
    }),
    { numRuns: 3000 },
  );
});

test("around each clock change the offset switches in the exact millisecond", () => {
  for (let year = 2007; year < 2100; year++) {
    for (const guess of [Date.UTC(year, 2, 8, 7), Date.UTC(year, 10, 1, 6)]) {
      for (let day = 0; day < 7; day++) {
        for (const ms of [guess + day * 24 * HOUR - 1, guess + day * 24 * HOUR]) {
          expect(newYorkOffset(ms)).toBe(wallClock(ms) - ms);
        }
      }
    }
  }
});

test("OB-7: the trading day ends at the first 20:00 in New York after the instant", () => {
  fc.assert(
    fc.property(instant, (ms) => {
      const end = endOfTradingDay(ms);
      expect(end).toBeGreaterThan(ms);
      expect(end - ms).toBeLessThanOrEqual(25 * HOUR);
      expect(wallClock(end) % (24 * HOUR)).toBe(20 * HOUR);
      // No earlier 20:00 lies between: one millisecond before the end is the same trading day.
      expect(endOfTradingDay(end - 1)).toBe(end);
      expect(wallClock(end) - wallClock(ms)).toBeLessThanOrEqual(24 * HOUR);
    }),
    { numRuns: 3000 },
  );
});

test("OB-7: at exactly 20:00 the next trading day begins", () => {
  expect(endOfTradingDay(Date.parse("2026-11-20T19:59:59.999-05:00"))).toBe(Date.parse("2026-11-20T20:00:00-05:00"));
  expect(endOfTradingDay(Date.parse("2026-11-20T20:00:00-05:00"))).toBe(Date.parse("2026-11-21T20:00:00-05:00"));
});

test("OB-7: a day with a clock change ends at its own 20:00", () => {
  expect(endOfTradingDay(Date.parse("2026-03-07T21:00:00-05:00"))).toBe(Date.parse("2026-03-08T20:00:00-04:00"));
  expect(endOfTradingDay(Date.parse("2026-10-31T21:00:00-04:00"))).toBe(Date.parse("2026-11-01T20:00:00-05:00"));
});

test("a trading day begins when the previous one ends", () => {
  fc.assert(
    fc.property(instant, (ms) => {
      const began = beginOfTradingDay(ms);
      expect(began).toBeLessThanOrEqual(ms);
      expect(endOfTradingDay(began - 1)).toBe(began);
      expect(endOfTradingDay(began)).toBe(endOfTradingDay(ms));
    }),
  );
});
