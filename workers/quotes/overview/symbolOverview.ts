import { priceNumber } from "../../../protocol/mapping/tradesAndQuotes.ts";
import { type BoardValues, topOf } from "../../../protocol/rpc/priceBoard.ts";
import type { MarketOverview } from "../../../protocol/wire/overview.ts";

type SymbolOverview = MarketOverview["symbols"][number];
type Listed = Pick<SymbolOverview, "symbol" | "name" | "asset_class">;

/** The line of a symbol's newest sessions, oldest price first, and when it begins. */
export interface Spark {
  readonly from: number | null;
  readonly closes: readonly number[];
}

export const NO_SPARK: Spark = { from: null, closes: [] };

/** A symbol at a glance, by what its board has of it; without that, by its spark alone. */
export function symbolOverview(listed: Listed, values: BoardValues | null, spark: Spark, now: number): SymbolOverview {
  const top = values === null ? null : topOf(values, now);
  const { dailyBar: day, prevDailyBar: before } = values?.bars ?? {};
  const of = (price: number | undefined): number | null => (price === undefined ? null : priceNumber(price));
  const price = of(top?.last?.price) ?? spark.closes.at(-1) ?? null;
  const close = of(top?.previousClose) ?? before?.c ?? null;
  const change = price === null || close === null ? null : rounded(price - close);
  return {
    ...listed,
    price,
    previous_close: close,
    change,
    change_percent: change === null || close === null ? null : rounded((change / close) * 100),
    bid: of(top?.bid?.price),
    ask: of(top?.ask?.price),
    volume: day?.v ?? 0,
    high: day?.h ?? null,
    low: day?.l ?? null,
    spark: [...spark.closes],
    spark_from: spark.from === null ? null : new Date(spark.from).toISOString(),
  };
}

/** Without the noise of binary fractions. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
