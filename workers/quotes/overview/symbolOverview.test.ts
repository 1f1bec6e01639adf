import { expect, test } from "vitest";
import type { BoardValues } from "../../../protocol/rpc/priceBoard.ts";
import { NO_SPARK, symbolOverview } from "./symbolOverview.ts";

const LISTED = { symbol: "AAPL", name: "Apple", asset_class: "us_equity" } as const;
const SPARK = { from: Date.parse("2026-11-30T14:30:00Z"), closes: [99, 100] };
const NOW = Date.parse("2026-11-30T15:00:00Z");
const bar = { t: "2026-11-30T05:00:00Z", o: 100, h: 103, l: 99, c: 101, n: 3, vw: 101 };
const VALUES = {
  top: {
    symbol: "AAPL",
    bid: { price: 1_009_900, qty: 1_000_000 },
    ask: { price: 1_010_100, qty: 1_000_000 },
    last: { price: 1_010_000, qty: 1_000_000, at: NOW, tradeId: 1 },
    sequence: 9,
    at: NOW,
  },
  close: { price: 1_000_000, until: NOW - 1, before: null },
  bars: { symbol: "AAPL", dailyBar: { ...bar, v: 12.5 } },
  closes: null,
} as unknown as BoardValues;

test("UI-130: change is since the close before, and high, low and volume are those of the day", () => {
  expect(symbolOverview(LISTED, VALUES, SPARK, NOW)).toEqual({
    ...LISTED,
    price: 101,
    previous_close: 100,
    change: 1,
    change_percent: 1,
    bid: 100.99,
    ask: 101.01,
    volume: 12.5,
    high: 103,
    low: 99,
    spark: [99, 100],
    spark_from: "2026-11-30T14:30:00.000Z",
  });
});

test("UI-130: what no board knows is shown by its past, or without a price", () => {
  expect(symbolOverview(LISTED, null, SPARK, NOW)).toMatchObject({ price: 100, change: null, bid: null });
  expect(symbolOverview(LISTED, null, NO_SPARK, NOW)).toMatchObject({ price: null, change_percent: null, volume: 0 });
});
