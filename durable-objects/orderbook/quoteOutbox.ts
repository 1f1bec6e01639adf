import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { packQuotes } from "../../domain/market/bars/packedQuotes.ts";
import { sameQuote, type TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { BookState } from "../../domain/matching/bookState.ts";
import type { Projection } from "../actor/projection.ts";
import { bookTop } from "./feed.ts";

type Sql = Pick<SqlStorage, "exec">;
type Seen = Readonly<BookState>;

const SECOND = 1_000;
/** Quotes in memory after which they are written, when the tape is away; also those of one call. */
export const QUOTES_AT_ONCE = 4_096;

/** Quotes for the tape of one month, with the sequence of the last. */
export interface QuoteBatch {
  readonly month: string;
  readonly last: number;
  readonly quotes: Uint8Array;
}

/**
 * The quotes with which seconds ended that the tape has not acknowledged. Whether a state of the book is one follows from
 * the times of the last change and of the next command alone, so a replay of the journal finds the same quotes. Those of
 * commands before the newest snapshot are rows.
 */
export class QuoteOutbox implements Projection<unknown> {
  readonly #sql: Sql;
  readonly #calendar: BarCalendar;
  /** The end of the second of the newest command: no later command before it ends a second. */
  #until = 0;
  /** The sequence of the newest state that was considered. */
  #seen: number;
  #newest: TapeQuote | null = null;
  /** Quotes without a row, all newer than those with one. */
  #unwritten: TapeQuote[] = [];
  #rows: number;
  /** The tape has the quotes through this sequence, and through which that is stored. */
  #through = 0;
  #stored = 0;

  constructor(sql: Sql, calendar: BarCalendar) {
    this.#sql = sql;
    this.#calendar = calendar;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS tape_quotes (last INTEGER PRIMARY KEY, month TEXT NOT NULL, body BLOB NOT NULL);
       CREATE TABLE IF NOT EXISTS tape_quotes_acknowledged (
         id INTEGER PRIMARY KEY CHECK (id = 1), through INTEGER NOT NULL)`,
    );
    for (const { through } of sql.exec("SELECT through FROM tape_quotes_acknowledged")) this.#stored = Number(through);
    const [row] = [...sql.exec("SELECT count(*) AS rows, max(last) AS last FROM tape_quotes")];
    this.#rows = Number(row?.["rows"] ?? 0);
    this.#seen = Math.max(this.#stored, Number(row?.["last"] ?? 0));
  }

  /** Call before a command that is applied at a time: notes the quote with which an earlier second ended. */
  before(state: Seen, now: number): void {
    if (now < this.#until) return;
    this.#until = endOfSecond(now);
    this.endSecond(state, now);
  }

  /** Notes the quote of the second of the last change, if that is over. */
  endSecond(state: Seen, now: number): void {
    if (state.sequence <= this.#seen || endOfSecond(state.changedAt) > now) return;
    this.#seen = state.sequence;
    const { bid, ask, sequence, at } = bookTop(state);
    const [bidPrice, bidQty, askPrice, askQty] = [bid?.price ?? 0, bid?.qty ?? 0, ask?.price ?? 0, ask?.qty ?? 0];
    const quote = { sequence, at, bidPrice, bidQty, askPrice, askQty };
    const last = this.#newest;
    if (last !== null && sameQuote(last, quote) && this.#monthOf(last) === this.#monthOf(quote)) return;
    this.#newest = quote;
    this.#unwritten.push(quote);
  }

  /** Whether there are changes that were not considered. */
  isBehind({ sequence }: Seen): boolean {
    return sequence > this.#seen;
  }

  /** Quotes do not follow from the events of a book. */
  add(): void {}

  get isDue(): boolean {
    return this.#unwritten.length >= QUOTES_AT_ONCE;
  }

  write(): void {
    for (let batch = this.#unwrittenBatch(); batch !== null; batch = this.#unwrittenBatch()) {
      const { last, month, quotes } = batch;
      this.#sql.exec("INSERT INTO tape_quotes (last, month, body) VALUES (?, ?, ?)", last, month, quotes.buffer);
      this.#rows++;
      this.#unwritten = this.#unwritten.filter(({ sequence }) => sequence > last);
    }
  }

  /** Whether the tape lacks quotes. */
  get hasPending(): boolean {
    return this.#rows > 0 || this.#unwritten.length > 0;
  }

  /** The oldest quotes that the tape has not acknowledged; null when it has all. */
  next(): QuoteBatch | null {
    const query = "SELECT last, month, body FROM tape_quotes ORDER BY last LIMIT 1";
    for (const { last, month, body } of this.#rows === 0 ? [] : this.#sql.exec(query)) {
      return { last: Number(last), month: String(month), quotes: new Uint8Array(body as ArrayBuffer) };
    }
    return this.#unwrittenBatch();
  }

  /** The tape has the quotes through this sequence. */
  acknowledged(through: number): void {
    this.#through = through;
    if (this.#rows > 0) {
      this.#sql.exec("DELETE FROM tape_quotes WHERE last <= ?", through);
      for (const { rows } of this.#sql.exec("SELECT count(*) AS rows FROM tape_quotes")) this.#rows = Number(rows);
    }
    this.#unwritten = this.#unwritten.filter(({ sequence }) => sequence > through);
  }

  /** Stores what the tape has acknowledged, so that a book that wakes has nothing to send. Call it when it is quiet. */
  storeAcknowledged(): void {
    // Changes that showed no other quote are sent to nobody.
    const through = this.hasPending ? this.#through : Math.max(this.#through, this.#seen);
    if (through <= this.#stored) return;
    this.#sql.exec("INSERT OR REPLACE INTO tape_quotes_acknowledged (id, through) VALUES (1, ?)", through);
    this.#stored = through;
  }

  /** The first quotes without a row that go into one tape and one call. */
  #unwrittenBatch(): QuoteBatch | null {
    const [first] = this.#unwritten;
    if (first === undefined) return null;
    const month = this.#monthOf(first);
    const some = this.#unwritten.slice(0, QUOTES_AT_ONCE);
    const other = some.findIndex((quote) => this.#monthOf(quote) !== month);
    const own = other === -1 ? some : some.slice(0, other);
    return { month, last: own.at(-1)?.sequence ?? 0, quotes: packQuotes(own) };
  }

  #monthOf({ at }: TapeQuote): string {
    return this.#calendar.monthOf(at);
  }
}

const endOfSecond = (at: number): number => at - (at % SECOND) + SECOND;
