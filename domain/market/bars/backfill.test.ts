import { describe, expect, test } from "vitest";
import { assetOf } from "../asset.ts";
import type { Bar } from "./bar.ts";
import { BarCalendar } from "./barCalendar.ts";
import { backfillFault, type StoredPeriod, timesOf } from "./backfill.ts";

const SHARE = new BarCalendar(assetOf("AAPL"));
const COIN = new BarCalendar(assetOf("BTC/USD"));
const NOW = Date.parse("2026-12-01T15:00:00Z");
const BAR = { open: 100, high: 110, low: 90, close: 105, volume: 10n, turnover: 1_000n, count: 3 };

function fault(calendar: BarCalendar, period: StoredPeriod, at: string, changes: Partial<Bar> = {}) {
  const bar = { ...BAR, at: Date.parse(at), firstAt: 0, lastAt: 0, ...changes };
  return backfillFault(calendar, { period, bars: [bar] }, NOW)?.expected ?? null;
}

const MIDDAY = "2026-11-20T12:00:00-05:00";

describe("MD-55: bars of the past", () => {
  test("have prices, volume and an average that can be", () => {
    expect(fault(SHARE, "minute", MIDDAY)).toBeNull();
    expect(fault(SHARE, "minute", MIDDAY, { high: 104 })).toContain("a high");
    expect(fault(SHARE, "minute", MIDDAY, { high: 89, open: 89, close: 89 })).toContain("a high");
    expect(fault(SHARE, "minute", MIDDAY, { low: 101 })).toContain("a low");
    expect(fault(SHARE, "minute", MIDDAY, { low: 0 })).toContain("prices above 0");
    expect(fault(SHARE, "minute", MIDDAY, { volume: 0n, turnover: 0n })).toContain("a volume");
    expect(fault(SHARE, "minute", MIDDAY, { count: 0 })).toContain("number of trades");
    expect(fault(SHARE, "minute", MIDDAY, { count: 11 })).toContain("number of trades");
    expect(fault(SHARE, "minute", MIDDAY, { turnover: 899n })).toContain("vwap");
    expect(fault(SHARE, "minute", MIDDAY, { turnover: 1_101n })).toContain("vwap");
  });

  test("begin a minute or a day of their market", () => {
    expect(fault(SHARE, "minute", "2026-11-20T12:00:01-05:00")).toContain("beginning of a minute");
    expect(fault(SHARE, "day", "2026-11-20T00:00:00-05:00")).toBeNull();
    expect(fault(SHARE, "day", "2026-11-20T00:00:00Z")).toContain("midnight in New York");
    expect(fault(COIN, "day", "2026-11-20T00:00:00-05:00")).toContain("midnight of UTC");
    expect(fault(COIN, "day", "2026-11-22T00:00:00Z")).toBeNull();
  });

  test("lie in a time in which their market trades", () => {
    // Thanksgiving, the half day after it, the weekend, and the evening that begins Monday.
    expect(fault(SHARE, "minute", "2026-11-26T12:00:00-05:00")).toContain("in which shares trade");
    expect(fault(SHARE, "day", "2026-11-26T00:00:00-05:00")).toContain("on which shares trade");
    expect(fault(SHARE, "minute", "2026-11-27T12:59:00-05:00")).toBeNull();
    expect(fault(SHARE, "minute", "2026-11-27T17:00:00-05:00")).toContain("in which shares trade");
    expect(fault(SHARE, "minute", "2026-11-28T12:00:00-05:00")).toContain("in which shares trade");
    expect(fault(SHARE, "minute", "2026-11-29T20:00:00-05:00")).toBeNull();
    expect(fault(COIN, "minute", "2026-11-26T12:00:00-05:00")).toBeNull();
  });

  test("are over, and in order", () => {
    expect(fault(SHARE, "minute", "2026-12-01T14:59:00Z")).toBeNull();
    expect(fault(SHARE, "minute", "2026-12-01T15:00:00Z")).toContain("over");
    expect(fault(SHARE, "day", "2026-12-01T00:00:00-05:00")).toContain("over");
    expect(fault(COIN, "day", "2026-12-01T00:00:00Z")).toContain("over");
    const bar = { ...BAR, at: Date.parse(MIDDAY), firstAt: 0, lastAt: 0 };
    const twice = backfillFault(SHARE, { period: "minute", bars: [bar, bar] }, NOW);
    expect(twice).toEqual({ nth: 1, expected: "a later time than before" });
  });

  test("have the times of regular hours, on a half day those before 13:00", () => {
    const hours = (at: string, period: StoredPeriod, calendar = SHARE) =>
      Object.values(timesOf(calendar, period, Date.parse(at))).map((time) => new Date(time).toISOString());
    expect(hours("2026-11-27T00:00:00-05:00", "day")).toEqual(["2026-11-27T14:30:00.000Z", "2026-11-27T18:00:00.000Z"]);
    expect(hours("2026-11-27T00:00:00Z", "day", COIN)).toEqual([
      "2026-11-27T00:00:00.000Z",
      "2026-11-27T23:59:59.999Z",
    ]);
  });
});
