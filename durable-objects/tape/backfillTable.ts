import { type StoredPeriod, timesOf } from "../../domain/market/bars/backfill.ts";
import { BAR_SOURCES, type BarSource } from "../../domain/market/bars/barSource.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packBars, unpackBars } from "../../domain/market/bars/packedBars.ts";
import type { Backfilled } from "../../protocol/rpc/tape.ts";
import type { TapeSql } from "./barTable.ts";

/** Bars that no trade made, a row for the bars of a trading day, so that a month of minutes is some twenty rows. */
export class BackfillTable {
  readonly #sql: TapeSql;
  readonly #calendar: BarCalendar;

  constructor(sql: TapeSql, calendar: BarCalendar) {
    this.#sql = sql;
    this.#calendar = calendar;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS backfill (
         period TEXT NOT NULL, day INTEGER NOT NULL, source TEXT NOT NULL, body BLOB NOT NULL,
         PRIMARY KEY (period, day)) WITHOUT ROWID`,
    );
  }

  /** Replaces the bars of a trading day. */
  put(period: StoredPeriod, day: number, source: BarSource, bars: readonly Bar[]): void {
    const { buffer } = packBars(bars);
    this.#sql.exec(
      "INSERT OR REPLACE INTO backfill (period, day, source, body) VALUES (?, ?, ?, ?)",
      period,
      day,
      source,
      buffer as ArrayBuffer,
    );
  }

  /** The bars of trading days, both ends included, in order of time. Reads the days one by one. */
  *between(period: StoredPeriod, from: number, to: number, descending: boolean): Generator<Bar, void> {
    const order = descending ? "DESC" : "ASC";
    const query = `SELECT body FROM backfill WHERE period = ? AND day >= ? AND day <= ? ORDER BY day ${order}`;
    for (const { body } of this.#sql.exec(query, period, from, to)) {
      const bars = unpackBars(new Uint8Array(body as ArrayBuffer), (at) => timesOf(this.#calendar, period, at));
      yield* descending ? bars.reverse() : bars;
    }
  }

  /** Which days have bars of which source. */
  sources(): Backfilled[] {
    const query = `SELECT period, source, min(day) AS first, max(day) AS last, count(*) AS days FROM backfill
      GROUP BY period, source ORDER BY period, source`;
    return Array.from(this.#sql.exec(query), backfilledOfRow);
  }
}

export function backfilledOfRow({ period, source, first, last, days }: Record<string, unknown>): Backfilled {
  return {
    period: period === "day" ? "day" : "minute",
    source: BAR_SOURCES.find((each) => each === source) ?? "imported",
    firstDay: Number(first),
    lastDay: Number(last),
    days: Number(days),
  };
}
