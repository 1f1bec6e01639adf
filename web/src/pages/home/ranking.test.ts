import { expect, test } from "vitest";
import type { SymbolOverview } from "./overview.ts";
import { firstBy, turnover } from "./ranking.ts";

const of = (symbol: string, price: number | null, volume: number, change: number | null): SymbolOverview => ({
  symbol,
  name: symbol,
  asset_class: "us_equity",
  price,
  previous_close: null,
  change: null,
  change_percent: change,
  bid: null,
  ask: null,
  volume,
  high: null,
  low: null,
  spark: [],
  spark_from: null,
});

test("UI-131: the most active symbols are those of the largest traded value", () => {
  const all = [of("A", 10, 5, 1), of("B", 1, 100, null), of("C", null, 9, -2)];
  expect(firstBy(all, turnover, 2)).toEqual(["B", "A"]);
  expect(firstBy(all, ({ change_percent: change }) => change, 5)).toEqual(["A", "C"]);
});
