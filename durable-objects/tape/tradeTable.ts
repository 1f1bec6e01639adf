import { packTrades, unpackTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import type { TapeGap, TapePage, TradeQuery } from "../../protocol/rpc/tape.ts";
import type { TapeSql } from "./barTable.ts";

/** Trades of one row. The newest row is written again with each append until it is full. */
const TRADES_A_ROW = 1_024;

/**
 * The trades of a tape, many in a row, in order of their numbers. A row has trades of one trading day, so that those of a
 * day can leave the table as they are.
 */
export class TradeTable {
  readonly #sql: TapeSql;
  readonly #dayOf: (at: number) => number;
  /** The trades of the newest row. */
  #newest: readonly TapeTrade[] = [];

  constructor(sql: TapeSql, dayOf: (at: number) => number) {
    this.#sql = sql;
    this.#dayOf = dayOf;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS trades (
         first INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
         body BLOB NOT NULL);
       CREATE INDEX IF NOT EXISTS trades_by_time ON trades (last_at);
       CREATE TABLE IF NOT EXISTS gaps (after INTEGER PRIMARY KEY, before INTEGER NOT NULL)`,
    );
    this.reload();
  }

  /** Reads the newest row again, after a transaction was undone. */
  reload(): void {
    this.#newest = [];
    for (const { body } of this.#sql.exec("SELECT body FROM trades ORDER BY first DESC LIMIT 1")) {
      this.#newest = unpackTrades(bytesOf(body));
    }
  }

  get newest(): TapeTrade | null {
    return this.#newest.at(-1) ?? null;
  }

  /** The number of the first trade that is not in a file; null when there is none. */
  get first(): number | null {
    for (const { first } of this.#sql.exec("SELECT min(first) AS first FROM trades")) {
      return first === null ? null : Number(first);
    }
    return null;
  }

  /** Adds trades, each with a number one higher than the one before; the first may follow a gap. */
  add(trades: readonly TapeTrade[]): void {
    const [first] = trades;
    if (first === undefined) return;
    const { newest } = this;
    const follows = newest === null || first.tradeId === newest.tradeId + 1;
    if (!follows) this.#sql.exec("INSERT INTO gaps (after, before) VALUES (?, ?)", newest.tradeId, first.tradeId);
    let row = follows && this.#isOpen(this.#newest, first) ? [...this.#newest] : [];
    for (const trade of trades) {
      if (row.length > 0 && !this.#isOpen(row, trade)) {
        this.#write(row);
        row = [];
      }
      row.push(trade);
    }
    this.#write(row);
    this.#newest = row;
  }

  /** Whether a row takes one more trade. */
  #isOpen(row: readonly TapeTrade[], trade: TapeTrade): boolean {
    const [first] = row;
    if (first === undefined || row.length >= TRADES_A_ROW) return false;
    return this.#dayOf(first.at) === this.#dayOf(trade.at);
  }

  /** The missing trades: after this number and before that. */
  gaps(): TapeGap[] {
    const rows = this.#sql.exec("SELECT after, before FROM gaps ORDER BY after");
    return Array.from(rows, ({ after, before }) => ({ after: Number(after), before: Number(before) }));
  }

  /** A page of the trades after a number; those before it are elsewhere. */
  page({ from, to, limit, descending, cursor }: TradeQuery, after = 0): TapePage<TapeTrade> {
    const items: TapeTrade[] = [];
    const order = descending ? "DESC" : "ASC";
    const first = Math.max(after + 1, descending ? 0 : (cursor ?? 0));
    const last = descending ? (cursor ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
    const query = `SELECT body FROM trades WHERE last_at >= ? AND first_at <= ? AND last >= ? AND first <= ?
      ORDER BY first ${order}`;
    for (const { body } of this.#sql.exec(query, from, to, first, last)) {
      const trades = unpackTrades(bytesOf(body));
      for (const trade of descending ? trades.reverse() : trades) {
        if (trade.at < from || trade.at > to || trade.tradeId < first || trade.tradeId > last) continue;
        if (items.length === limit) return { items, next: trade.tradeId };
        items.push(trade);
      }
    }
    return { items, next: null };
  }

  /** The oldest trades after a number: those of one row, or none. */
  after(through: number): TapeTrade[] {
    for (const { body } of this.#sql.exec("SELECT body FROM trades WHERE last > ? ORDER BY first LIMIT 1", through)) {
      return unpackTrades(bytesOf(body)).filter(({ tradeId }) => tradeId > through);
    }
    return [];
  }

  /** The earliest time of the row with the oldest trades after a number; null when there are none. */
  oldestAfter(through: number): number | null {
    for (const { first_at: at } of this.#sql.exec(
      "SELECT first_at FROM trades WHERE last > ? ORDER BY first LIMIT 1",
      through,
    )) {
      return Number(at);
    }
    return null;
  }

  /** The trades of these numbers, row by row: rows may be added while they are read. */
  *between(first: number, last: number): Generator<TapeTrade, void> {
    for (let place = first; place <= last;) {
      const some = this.after(place - 1);
      if (some.length === 0) return;
      for (const trade of some) if (trade.tradeId <= last) yield trade;
      place = (some.at(-1)?.tradeId ?? last) + 1;
    }
  }

  /** Removes the rows whose trades are all elsewhere. The newest row stays, because it says what follows. */
  removeThrough(through: number): void {
    const newest = this.#newest[0]?.tradeId ?? 0;
    this.#sql.exec("DELETE FROM trades WHERE last <= ? AND first <> ?", through, newest);
  }

  #write(row: readonly TapeTrade[]): void {
    const [first, last] = [row[0]?.tradeId ?? 0, row.at(-1)?.tradeId ?? 0];
    const times = row.map(({ at }) => at);
    const bytes = packTrades(row);
    this.#sql.exec(
      "INSERT OR REPLACE INTO trades (first, last, first_at, last_at, body) VALUES (?, ?, ?, ?, ?)",
      first,
      last,
      Math.min(...times),
      Math.max(...times),
      bytes.buffer as ArrayBuffer,
    );
  }
}

function bytesOf(blob: unknown): Uint8Array {
  if (blob instanceof ArrayBuffer) return new Uint8Array(blob);
  if (blob instanceof Uint8Array) return blob;
  throw new Error("tape: not a blob");
}
