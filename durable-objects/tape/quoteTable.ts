import { packQuotes, unpackQuotes } from "../../domain/market/bars/packedQuotes.ts";
import { sameQuote, type TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import { DAY } from "../../domain/market/newYork.ts";
import type { QuoteQuery, TapePage } from "../../protocol/rpc/tape.ts";
import type { TapeSql } from "./barTable.ts";

/** Quotes of one row. The newest row is written again with each append until it is full. */
export const QUOTES_A_ROW = 512;
/** Quotes are kept so long, and up to a row longer. */
export const QUOTES_KEPT_MS = 31 * DAY;

/** The quotes of a tape, many in a row, in order of their sequence. */
export class QuoteTable {
  readonly #sql: TapeSql;
  /** The quotes of the newest row. */
  #newest: readonly TapeQuote[] = [];

  constructor(sql: TapeSql) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS quotes (
         first INTEGER PRIMARY KEY, last INTEGER NOT NULL, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
         body BLOB NOT NULL);
       CREATE INDEX IF NOT EXISTS quotes_by_time ON quotes (last_at)`,
    );
    this.reload();
  }

  /** Reads the newest row again, after a transaction was undone. */
  reload(): void {
    this.#newest = [];
    for (const { body } of this.#sql.exec("SELECT body FROM quotes ORDER BY first DESC LIMIT 1")) {
      this.#newest = unpackQuotes(bytesOf(body));
    }
  }

  /** Adds the quotes that follow the newest one and show something else than the one before them. */
  add(quotes: readonly TapeQuote[]): void {
    let row = [...this.#newest];
    let added = 0;
    for (const quote of quotes) {
      const last = row.at(-1);
      if (last !== undefined && (quote.sequence <= last.sequence || sameQuote(last, quote))) continue;
      if (row.length >= QUOTES_A_ROW) {
        this.#write(row);
        row = [];
      }
      row.push(quote);
      added++;
    }
    if (added === 0) return;
    this.#write(row);
    this.#newest = row;
  }

  page({ from, to, limit, descending, cursor }: QuoteQuery): TapePage<TapeQuote> {
    const items: TapeQuote[] = [];
    const [first, order] = descending ? [0, "DESC"] : [cursor ?? 0, "ASC"];
    const last = descending ? (cursor ?? Number.MAX_SAFE_INTEGER) : Number.MAX_SAFE_INTEGER;
    const query = `SELECT body FROM quotes WHERE last_at >= ? AND first_at <= ? AND last >= ? AND first <= ?
      ORDER BY first ${order}`;
    for (const { body } of this.#sql.exec(query, from, to, first, last)) {
      const quotes = unpackQuotes(bytesOf(body));
      for (const quote of descending ? quotes.reverse() : quotes) {
        if (quote.at < from || quote.at > to || quote.sequence < first || quote.sequence > last) continue;
        if (items.length === limit) return { items, next: quote.sequence };
        items.push(quote);
      }
    }
    return { items, next: null };
  }

  /** When the oldest row is no longer kept; null without a row. */
  get expiresAt(): number | null {
    for (const { at } of this.#sql.exec("SELECT min(last_at) AS at FROM quotes")) {
      return at === null ? null : Number(at) + QUOTES_KEPT_MS;
    }
    return null;
  }

  /** Deletes the rows that are no longer kept. */
  expire(now: number): void {
    this.#sql.exec("DELETE FROM quotes WHERE last_at <= ?", now - QUOTES_KEPT_MS);
    this.reload();
  }

  #write(row: readonly TapeQuote[]): void {
    const [first, last] = [row[0], row.at(-1)];
    if (first === undefined || last === undefined) return;
    this.#sql.exec(
      "INSERT OR REPLACE INTO quotes (first, last, first_at, last_at, body) VALUES (?, ?, ?, ?, ?)",
      first.sequence,
      last.sequence,
      first.at,
      last.at,
      packQuotes(row).buffer as ArrayBuffer,
    );
  }
}

function bytesOf(blob: unknown): Uint8Array {
  if (blob instanceof ArrayBuffer) return new Uint8Array(blob);
  if (blob instanceof Uint8Array) return blob;
  throw new Error("tape: not a blob");
}
