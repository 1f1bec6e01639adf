import { describe, expect, test } from "vitest";
import { newYorkInstant, dayOf as dayNumber, HOUR } from "../../../domain/market/newYork.ts";
import { dayAfterBar, dayAfterTrade, dayOf } from "./day.ts";

const MONDAY = dayNumber(2026, 11, 30);
const at = (day: number, hours: number): number => newYorkInstant(day, hours * HOUR);
const bar = (day: number, close: number, volume = 100) => ({
  at: at(day, 0),
  open: close - 1,
  high: close + 2,
  low: close - 2,
  close,
  volume,
});
const trade = (id: number, price: number, time: number, conditions: readonly string[] = ["@"]) => ({
  id,
  price,
  size: 10,
  at: time,
  conditions,
});

describe("UI-10: the day of a symbol", () => {
  test("its change is that since the close of the trading day before", () => {
    const day = dayOf("AAPL", trade(5, 110, at(MONDAY, 12)), bar(MONDAY, 109), bar(MONDAY - 3, 100));
    expect(day).toMatchObject({ prevClose: 100, change: 10, changeShare: 0.1, open: 108, high: 111, low: 107 });
  });

  test("before the open it is that since the last close, and has no open yet", () => {
    const day = dayOf("AAPL", trade(5, 99, at(MONDAY, 5), ["@", "T"]), bar(MONDAY - 3, 100), bar(MONDAY - 4, 90));
    expect(day).toMatchObject({ prevClose: 100, change: -1, open: null, volume: 0 });
  });

  test("on a day without trading it stays that of the last day", () => {
    const friday = dayOf("AAPL", trade(5, 110, at(MONDAY - 3, 19)), bar(MONDAY - 3, 109), bar(MONDAY - 4, 100));
    expect(friday.change).toBe(10);
  });

  test("trades keep it: once each, extended hours move the last price only", () => {
    let day = dayOf("AAPL", trade(5, 110, at(MONDAY, 12)), bar(MONDAY, 109), bar(MONDAY - 3, 100));
    day = dayAfterTrade("AAPL", day, trade(6, 120, at(MONDAY, 13)));
    expect(day).toMatchObject({ last: 120, high: 120, volume: 110, changeShare: 0.2 });
    expect(dayAfterTrade("AAPL", day, trade(6, 500, at(MONDAY, 13)))).toBe(day);
    day = dayAfterTrade("AAPL", day, trade(7, 130, at(MONDAY, 17), ["@", "T"]));
    expect(day).toMatchObject({ last: 130, high: 120, close: 120, volume: 110 });
    day = dayAfterTrade("AAPL", day, trade(8, 126, at(MONDAY, 21), ["@", "T"]));
    expect(day, "the next trading day begins at 20:00").toMatchObject({
      prevClose: 120,
      change: 6,
      open: null,
      volume: 0,
    });
  });

  test("the daily bar adds what was missed and takes nothing back", () => {
    let day = dayOf("BTC/USD", trade(5, 110, Date.UTC(2026, 10, 30, 1)), null, null);
    expect(day.changeShare).toBeNull();
    const midnight = Date.UTC(2026, 10, 30);
    day = dayAfterBar("BTC/USD", day, { at: midnight, open: 100, high: 140, low: 90, close: 105, volume: 7 });
    day = dayAfterBar("BTC/USD", day, { at: midnight, open: 100, high: 120, low: 95, close: 105, volume: 6 });
    expect(day).toMatchObject({ last: 110, high: 140, low: 90, volume: 7 });
    day = dayAfterBar("BTC/USD", day, { at: midnight + 86_400_000, open: 1, high: 2, low: 1, close: 2, volume: 1 });
    expect(day).toMatchObject({ prevClose: 105, change: 5, open: 1, volume: 1 });
  });
});
