import { describe, expect, test } from "vitest";
import type { WireLatestBars } from "../wire/bars.ts";
import { mostActives, movers } from "./screener.ts";

const NOW = Date.UTC(2026, 10, 20, 15);
const [TODAY, YESTERDAY] = ["2026-11-20T05:00:00.000Z", "2026-11-19T05:00:00.000Z"];

const barOf = (t: string, c: number, v: number, n: number) => ({ t, o: c, h: c, l: c, c, v, n, vw: c });
const symbolOf = (symbol: string, day: string, close: number, before: number, v = 1, n = 1): WireLatestBars => ({
  symbol,
  dailyBar: barOf(day, close, v, n),
  prevDailyBar: barOf(YESTERDAY, before, 1, 1),
});

describe("MD-62: the screener", () => {
  test("orders the symbols of the newest day by volume, or by trades", () => {
    const all = [
      symbolOf("A", TODAY, 10, 9, 5, 1),
      symbolOf("B", TODAY, 10, 9, 7, 3),
      symbolOf("OLD", YESTERDAY, 10, 9, 900, 900),
      { symbol: "NEW" },
      symbolOf("C", TODAY, 10, 9, 5, 9),
    ];
    const by = (key: "volume" | "trades", top: number) =>
      mostActives(all, { by: key, top }, NOW).most_actives.map(({ symbol }) => symbol);
    expect([by("volume", 10), by("trades", 2)]).toEqual([
      ["B", "A", "C"],
      ["C", "B"],
    ]);
  });

  test("lists gainers and losers by percent, the most first, and nobody who stood still or is new", () => {
    const all = [
      symbolOf("UP", TODAY, 11, 10),
      symbolOf("UPPER", TODAY, 12, 10),
      symbolOf("DOWN", TODAY, 9, 10),
      symbolOf("DEEP", TODAY, 5, 10),
      symbolOf("SAME", TODAY, 10, 10),
      { symbol: "NEW", dailyBar: barOf(TODAY, 1, 1, 1) },
    ];
    expect(movers(all, { top: 10, market_type: "stocks" }, NOW)).toEqual({
      gainers: [
        { symbol: "UPPER", price: 12, change: 2, percent_change: 20 },
        { symbol: "UP", price: 11, change: 1, percent_change: 10 },
      ],
      losers: [
        { symbol: "DEEP", price: 5, change: -5, percent_change: -50 },
        { symbol: "DOWN", price: 9, change: -1, percent_change: -10 },
      ],
      market_type: "stocks",
      last_updated: "2026-11-20T15:00:00.000Z",
    });
  });
});
