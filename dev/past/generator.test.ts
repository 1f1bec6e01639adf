import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHalfDay, isTradingDay } from "../../domain/market/calendar.ts";
import { backfillFault } from "../../domain/market/bars/backfill.ts";
import { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { INSTRUMENTS, requireInstrument } from "../../domain/market/listing.ts";
import { readBackfill } from "../../protocol/mapping/backfill.ts";
import { type Past, type PastBar, pastOf } from "./generator.ts";
import { requestsOf } from "./seedPast.ts";

const NOW = Date.parse("2026-11-30T17:00:00Z");
const AAPL = requireInstrument("AAPL");
const COIN = requireInstrument("BTC/USD");

const logReturns = (bars: readonly PastBar[]): number[] =>
  bars.slice(1).map(({ close }, nth) => Math.log(close / (bars[nth]?.close ?? close)));
const mean = (of: readonly number[]): number => of.reduce((sum, each) => sum + each, 0) / of.length;

/** The bars as the exchange reads them from the requests. */
function asRead(symbol: string, past: Past) {
  return requestsOf(past).map((body) => {
    const read = readBackfill(symbol, body, NOW);
    if (!read.ok) throw new Error(JSON.stringify(read.error));
    return read.value;
  });
}

describe("DV-32: the past of the demo", () => {
  test("is taken by the exchange, whatever symbol, seed and time", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...INSTRUMENTS),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: Date.UTC(2025, 0, 1), max: NOW }),
        (instrument, seed, now) => {
          const calendar = new BarCalendar(instrument);
          const past = pastOf(instrument, seed, now);
          for (const { period, bars } of asRead(instrument.symbol, past)) {
            expect(backfillFault(calendar, { period, bars }, now)).toBeNull();
            expect(Math.max(...bars.map(({ at }) => calendar.dayOf(at)))).toBeLessThan(calendar.dayOf(now));
          }
          expect(past.days.at(-1)?.close).toBe(instrument.referencePrice);
          expect(past.minutes.at(-1)?.close).toBe(instrument.referencePrice);
        },
      ),
      { numRuns: 12 },
    );
  });

  test("is the same for the same seed, and another for another one or another symbol", () => {
    expect(pastOf(AAPL, 1, NOW)).toEqual(pastOf(AAPL, 1, NOW));
    expect(pastOf(AAPL, 2, NOW).days[0]).not.toEqual(pastOf(AAPL, 1, NOW).days[0]);
    const relative = (symbol: string) => logReturns(pastOf(requireInstrument(symbol), 1, NOW).days)[0];
    expect(relative("MSFT")).not.toBe(relative("AAPL"));
  });

  test("has a year of days and a month of minutes: shares without holidays and with half days, coins around the clock", () => {
    const share = pastOf(AAPL, 1, NOW);
    const calendar = new BarCalendar(AAPL);
    const days = share.days.map(({ at }) => calendar.dayOf(at));
    expect(days).toHaveLength(250);
    expect(days.every(isTradingDay)).toBe(true);
    const minutes = Map.groupBy(share.minutes, ({ at }) => calendar.dayOf(at));
    expect(minutes.size).toBe(20);
    for (const [day, own] of minutes) expect(own).toHaveLength(isHalfDay(day) ? 210 : 390);
    expect([...minutes.keys()].filter(isHalfDay)).toHaveLength(1);
    const coin = pastOf(COIN, 1, NOW);
    expect([coin.days.length, coin.minutes.length]).toEqual([365, 31 * 1_440]);
  });

  test("a day is made of its minutes", () => {
    const { days, minutes } = pastOf(AAPL, 3, NOW);
    const calendar = new BarCalendar(AAPL);
    for (const [day, own] of Map.groupBy(minutes, ({ at }) => calendar.dayOf(at))) {
      const bar = days.find(({ at }) => at === calendar.startOfDay(day));
      expect(bar).toMatchObject({
        open: own[0]?.open,
        high: Math.max(...own.map(({ high }) => high)),
        low: Math.min(...own.map(({ low }) => low)),
        close: own.at(-1)?.close,
        volume: own.reduce((sum, { volume }) => sum + volume, 0),
      });
    }
  });

  test("moves as markets do: gaps over night, busy openings and closes, and volatility that lasts", () => {
    const all = Array.from({ length: 12 }, (_, seed) => pastOf(AAPL, seed, NOW));
    const yearly = all.map(({ days }) => Math.sqrt(mean(logReturns(days).map((each) => each ** 2)) * 252));
    expect(mean(yearly)).toBeGreaterThan(0.15);
    expect(mean(yearly)).toBeLessThan(0.5);
    const gaps = all.flatMap(({ days }) => days.slice(1).map(({ open }, nth) => open !== days[nth]?.close));
    expect(gaps.filter(Boolean).length / gaps.length).toBeGreaterThan(0.9);
    const lagged = all.map(({ days }) => {
      const squares = logReturns(days).map((each) => each ** 2);
      const average = mean(squares);
      const apart = squares.map((each) => each - average);
      return mean(apart.slice(1).map((each, nth) => each * (apart[nth] ?? 0))) / mean(apart.map((each) => each ** 2));
    });
    expect(mean(lagged)).toBeGreaterThan(0.02);
    const calendar = new BarCalendar(AAPL);
    const volumeIn = (from: number, to: number) =>
      mean(
        all.flatMap(({ minutes }) =>
          [...Map.groupBy(minutes, ({ at }) => calendar.dayOf(at)).values()].flatMap((own) =>
            own.slice(Math.floor(own.length * from), Math.floor(own.length * to)).map(({ volume }) => volume),
          ),
        ),
      );
    const [opening, noon, close] = [volumeIn(0, 0.1), volumeIn(0.45, 0.55), volumeIn(0.95, 1)];
    expect(opening).toBeGreaterThan(2 * noon);
    expect(close).toBeGreaterThan(1.5 * noon);
  });
});
