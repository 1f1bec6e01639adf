/** What DuckDB reads of sealed files, against what the API returns. */
import { expect, test } from "vitest";
import { parseTimeframe } from "../../domain/market/bars/timeframe.ts";
import { DAY } from "../../domain/market/newYork.ts";
import { compareBars, compareTrades, duckDbFiles } from "./duckDbFiles.ts";
import { randomTrades } from "./randomTrades.ts";
import { everyTrade, sealingTapes } from "./sealingTapes.ts";

const BEGIN = Date.UTC(2026, 9, 30, 12);
const [MINUTES] = [parseTimeframe("1Min")].flatMap((each) => each ?? []);

test.each(["AAPL", "BTC/USD"])("MD-78: DuckDB agrees with the API on every column of %s", async (symbol) => {
  if (MINUTES === undefined) throw new Error("no timeframe");
  const world = sealingTapes(symbol, BEGIN, 9_000);
  const trades = randomTrades(21, 12_000, BEGIN, 60_000);
  // The largest that there can be.
  const [largest] = trades.splice(5_000, 1);
  if (largest === undefined) throw new Error("no trade");
  trades.splice(5_000, 0, Object.assign(largest, { qty: Number.MAX_SAFE_INTEGER }));
  world.append(trades);
  const before = await world.bars(MINUTES);
  await world.until((trades.at(-1)?.at ?? 0) + 3 * DAY);
  expect(await world.bars(MINUTES)).toEqual(before);
  const files = await duckDbFiles(world.bucket.files);
  try {
    await compareTrades(files, symbol, await everyTrade(world));
    await compareBars(files, symbol, before);
    const types = await files.query("select column_name, column_type from (describe trades)");
    const decimals = symbol === "AAPL" ? 6 : 8;
    expect(Object.fromEntries(types.map((row) => [row["column_name"], row["column_type"]]))).toEqual({
      trade_id: "BIGINT",
      sequence: "BIGINT",
      executed_at: "TIMESTAMP WITH TIME ZONE",
      price: "DECIMAL(18,4)",
      qty: `DECIMAL(18,${decimals})`,
      taker_side: "VARCHAR",
      auction: "BOOLEAN",
      regular: "BOOLEAN",
    });
  } finally {
    files.close();
  }
});
