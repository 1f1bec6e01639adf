import type { Bar } from "../../domain/market/bars/bar.ts";

/** The SQL of an object. Structural, so that tests run it elsewhere. */
export interface TapeSql {
  exec(query: string, ...binds: (string | number | ArrayBuffer | null)[]): Iterable<Record<string, unknown>>;
}

/** The columns of a table of bars. */
export const BAR_COLUMNS = `at INTEGER PRIMARY KEY, open INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
  close INTEGER NOT NULL, volume TEXT NOT NULL, turnover TEXT NOT NULL, count INTEGER NOT NULL,
  first_at INTEGER NOT NULL, last_at INTEGER NOT NULL`;

/** Bars in a table, a row each. Sums are texts: they exceed the integers that JavaScript reads from SQLite. */
export class BarTable {
  readonly #sql: TapeSql;
  readonly #name: string;

  constructor(sql: TapeSql, name: "minutes" | "days") {
    this.#sql = sql;
    this.#name = name;
  }

  put({ at, open, high, low, close, volume, turnover, count, firstAt, lastAt }: Bar): void {
    const prices = [open, high, low, close];
    const sums = [String(volume), String(turnover), count];
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#name} (at, open, high, low, close, volume, turnover, count, first_at, last_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      at,
      ...prices,
      ...sums,
      firstAt,
      lastAt,
    );
  }

  get(at: number): Bar | null {
    for (const bar of this.between(at, at, false)) return bar;
    return null;
  }

  /** Removes the bars that begin from one time to another, both included. */
  remove(from: number, to: number): void {
    this.#sql.exec(`DELETE FROM ${this.#name} WHERE at >= ? AND at <= ?`, from, to);
  }

  /** The newest bars that begin before a time, newest first. */
  newest(count: number, before = Number.MAX_SAFE_INTEGER): Bar[] {
    const query = `SELECT * FROM ${this.#name} WHERE at < ? ORDER BY at DESC LIMIT ?`;
    return Array.from(this.#sql.exec(query, before, count), barOfRow);
  }

  /** The bars that begin from one time to another, both included, in order of time. Reads them one by one. */
  *between(from: number, to: number, descending: boolean): Generator<Bar, void> {
    const order = descending ? "DESC" : "ASC";
    const query = `SELECT * FROM ${this.#name} WHERE at >= ? AND at <= ? ORDER BY at ${order}`;
    for (const row of this.#sql.exec(query, from, to)) yield barOfRow(row);
  }
}

function barOfRow(row: Record<string, unknown>): Bar {
  const number = (name: string): number => Number(row[name]);
  return {
    at: number("at"),
    open: number("open"),
    high: number("high"),
    low: number("low"),
    close: number("close"),
    volume: BigInt(String(row["volume"])),
    turnover: BigInt(String(row["turnover"])),
    count: number("count"),
    firstAt: number("first_at"),
    lastAt: number("last_at"),
  };
}
