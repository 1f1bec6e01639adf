import type { NumberedTrade } from "../../domain/matching/bookState.ts";
import { sideName } from "../../domain/matching/bookState.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packTrades } from "../../domain/market/bars/packedTrades.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import type { Projection } from "../actor/projection.ts";

type Sql = Pick<SqlStorage, "exec">;

/** Trades in memory after which they are written, when the tape is away. */
export const UNWRITTEN_MAX = 4_096;
/** Trades of one row, and of one call of the tape. */
export const TRADES_AT_ONCE = 4_096;

/** Trades for the tape of one month, with the numbers of the first and the last. */
export interface TapeBatch {
  readonly month: string;
  readonly first: number;
  readonly last: number;
  readonly trades: Uint8Array;
}

/**
 * The trades of a book that its tape has not acknowledged. They are in memory and in the journal; what the tape does not
 * have when the rows of a book are written becomes a row of packed trades, which the acknowledgement deletes.
 */
export class TapeOutbox implements Projection<NumberedTrade> {
  readonly #sql: Sql;
  readonly #calendar: BarCalendar;
  /** Trades without a row, all newer than those with one. */
  #unwritten: NumberedTrade[] = [];
  #rows: number;
  /** The tape has the trades through this number, and through which that is stored. */
  #through = 0;
  #stored = 0;

  constructor(sql: Sql, calendar: BarCalendar) {
    this.#sql = sql;
    this.#calendar = calendar;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS tape_segments (
         first INTEGER PRIMARY KEY, last INTEGER NOT NULL, month TEXT NOT NULL, body BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS tape_acknowledged (
         id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL)`,
    );
    for (const { through } of sql.exec("SELECT through FROM tape_acknowledged")) this.#stored = Number(through);
    this.#rows = this.#countRows();
  }

  add(trade: NumberedTrade): void {
    // A book that starts again adds trades that its tape has long had.
    if (trade.tradeId > this.#stored) this.#unwritten.push(trade);
  }

  get isDue(): boolean {
    return this.#unwritten.length >= UNWRITTEN_MAX;
  }

  write(): void {
    let rest = this.#unwritten;
    while (rest.length > 0) {
      const { first, last, month, trades } = this.#batchOf(rest);
      this.#sql.exec(
        "INSERT INTO tape_segments (first, last, month, body) VALUES (?, ?, ?, ?)",
        first,
        last,
        month,
        trades.buffer,
      );
      this.#rows++;
      rest = rest.slice(last - first + 1);
    }
    this.#unwritten = [];
  }

  /** Whether the tape lacks trades. */
  get hasPending(): boolean {
    return this.#rows > 0 || this.#unwritten.length > 0;
  }

  /** The oldest trades that the tape has not acknowledged; null when it has all. */
  next(): TapeBatch | null {
    const query = "SELECT first, last, month, body FROM tape_segments ORDER BY first LIMIT 1";
    for (const row of this.#rows === 0 ? [] : this.#sql.exec(query)) {
      const [first, last] = [Number(row["first"]), Number(row["last"])];
      return { first, last, month: String(row["month"]), trades: new Uint8Array(row["body"] as ArrayBuffer) };
    }
    return this.#unwritten.length === 0 ? null : this.#batchOf(this.#unwritten);
  }

  /** The tape has the trades through this number. */
  acknowledged(through: number): void {
    this.#through = through;
    if (this.#rows > 0) {
      this.#sql.exec("DELETE FROM tape_segments WHERE last <= ?", through);
      this.#rows = this.#countRows();
    }
    const known = this.#unwritten.findIndex(({ tradeId }) => tradeId > through);
    this.#unwritten = known === -1 ? [] : this.#unwritten.slice(known);
  }

  /** Stores what the tape has acknowledged, so that a book that wakes has nothing to send. Call it when it is quiet. */
  storeAcknowledged(): void {
    if (this.#through <= this.#stored) return;
    this.#sql.exec("INSERT OR REPLACE INTO tape_acknowledged (id, through) VALUES (1, ?)", this.#through);
    this.#stored = this.#through;
  }

  /** The first trades of a list that go into one tape and one call. */
  #batchOf(trades: readonly NumberedTrade[]): TapeBatch {
    const some = trades.slice(0, TRADES_AT_ONCE);
    const month = this.#monthOf(some[0]);
    // The trades of one month are nearly always all of them.
    const isWhole = this.#monthOf(some.at(-1)) === month;
    const own = isWhole ? some : some.filter((trade) => this.#monthOf(trade) === month);
    const [first, last] = [own[0]?.tradeId ?? 0, own.at(-1)?.tradeId ?? 0];
    return { month, first, last, trades: packTrades(own.map(tapeTrade)) };
  }

  #monthOf(trade: NumberedTrade | undefined): string {
    return this.#calendar.monthOf(trade?.at ?? 0);
  }

  #countRows(): number {
    for (const { rows } of this.#sql.exec("SELECT count(*) AS rows FROM tape_segments")) return Number(rows);
    return 0;
  }
}

/** A trade of a book as its tape has it. */
function tapeTrade({ tradeId, sequence, at, price, qty, takerSide, auction, regular }: NumberedTrade): TapeTrade {
  return {
    tradeId,
    sequence,
    at,
    price,
    qty,
    takerSide: takerSide === undefined ? null : sideName(takerSide),
    auction: auction === true,
    regular: regular === true,
  };
}
