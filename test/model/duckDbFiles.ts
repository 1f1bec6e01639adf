/** Sealed files as DuckDB reads them, compared with what the API returns. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { vwapOf } from "../../domain/market/bars/bar.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { barToWire, pastCryptoTradeToWire } from "../../protocol/mapping/bars.ts";
import { takerToWire } from "../../protocol/mapping/cryptoData.ts";
import { assertEqual } from "./assert.ts";

type Row = Readonly<Record<string, unknown>>;

export interface DuckDbFiles {
  query(sql: string): Promise<Row[]>;
  close(): void;
}

/** The files of a bucket in a folder, with the views `trades` and `bars`. */
export async function duckDbFiles(files: ReadonlyMap<string, Uint8Array>): Promise<DuckDbFiles> {
  const folder = mkdtempSync(join(tmpdir(), "sealed-"));
  for (const [key, bytes] of files) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), bytes);
  }
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  for (const view of ["trades", "bars"]) {
    await connection.run(`create view ${view} as from '${join(folder, "history", "v1", view)}/**/*.parquet'`);
  }
  return {
    query: async (sql) => (await connection.runAndReadAll(sql)).getRowObjects(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Each column of each trade, as a text; and in the shape of the API. */
export async function compareTrades({ query }: DuckDbFiles, symbol: string, trades: readonly TapeTrade[]) {
  const rows = await query(
    `select trade_id, sequence, epoch_ms(executed_at) as ms, price::varchar as price, qty::varchar as qty, taker_side,
            auction, regular
     from trades order by trade_id`,
  );
  assertEqual(rows.length, trades.length, "MD-78: the number of trades in DuckDB");
  trades.forEach((trade, nth) => {
    const row = rows[nth] ?? {};
    const side = row["taker_side"];
    const found = {
      sequence: Number(row["sequence"]),
      auction: row["auction"],
      regular: row["regular"],
      t: new Date(Number(row["ms"])).toISOString(),
      p: Number(row["price"]),
      s: Number(row["qty"]),
      i: Number(row["trade_id"]),
      tks: takerToWire(side === "buy" || side === "sell" ? side : undefined),
    };
    const { sequence, auction, regular } = trade;
    const expected = Object.assign({ sequence, auction, regular }, pastCryptoTradeToWire(symbol, trade));
    assertEqual(JSON.stringify(found), JSON.stringify(expected), `MD-78: trade ${trade.tradeId} in DuckDB`);
  });
}

/** Each column of each minute bar; and the bars that DuckDB itself makes of the trades. */
export async function compareBars({ query }: DuckDbFiles, symbol: string, bars: readonly Bar[]) {
  const columns =
    "o::varchar as o, h::varchar as h, l::varchar as l, c::varchar as c, v::varchar as v, n, vw::varchar as vw";
  const times = "epoch_ms(first_at) as first, epoch_ms(last_at) as last, turnover::varchar as turnover";
  const stored = await query(
    `select epoch_ms(begins_at) as ms, ${columns}, ${times}
     from (select *, open as o, high as h, low as l, close as c, volume as v, count as n, vwap as vw from bars)
     order by begins_at`,
  );
  assertEqual(stored.length, bars.length, "MD-78: the number of bars in DuckDB");
  bars.forEach((bar, nth) => {
    const row = stored[nth] ?? {};
    const number = (name: string): number => Number(row[name]);
    const [o, h, l, c, v, n, vw] = ["o", "h", "l", "c", "v", "n", "vw"].map(number);
    const found = { t: new Date(number("ms")).toISOString(), o, h, l, c, v, n, vw };
    assertEqual(JSON.stringify(found), JSON.stringify(barToWire(symbol, bar)), `MD-78: the bar at ${bar.at} in DuckDB`);
    const rest = [number("first"), number("last"), String(row["turnover"]).replace(".", "").replace(/^0+/, "")];
    assertEqual(rest.join(), [bar.firstAt, bar.lastAt, bar.turnover].join(), `MD-78: the bar at ${bar.at} in DuckDB`);
    assertEqual(Math.round(1e6 * (vw ?? 0)), vwapOf(bar), `MD-78: the average of the bar at ${bar.at} in DuckDB`);
  });
  const [difference] = await query(
    `with made as (
       select epoch_ms(executed_at) // 60000 * 60000 as ms, arg_min(price, (executed_at, trade_id)) as o, max(price) as h,
              min(price) as l, arg_max(price, (executed_at, trade_id)) as c, sum(qty)::decimal(38, 8) as v, count(*) as n
       from trades group by 1),
     stored as (
       select epoch_ms(begins_at) as ms, open as o, high as h, low as l, close as c, volume::decimal(38, 8) as v, count as n
       from bars)
     select (select count(*) from (from made except from stored)) as missing,
            (select count(*) from (from stored except from made)) as extra`,
  );
  assertEqual(
    [difference?.["missing"], difference?.["extra"]].map(Number).join(" "),
    "0 0",
    "MD-78: bars that DuckDB makes of the trades",
  );
}
