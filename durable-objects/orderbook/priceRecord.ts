import { MINUTE } from "../../domain/market/newYork.ts";
import { endOfTradingDay, tradingDayOf } from "../../domain/market/session.ts";
import type { BookState, NumberedTrade } from "../../domain/matching/bookState.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import type { Projection } from "../actor/projection.ts";
import { MinutePrices } from "./minutePrices.ts";

type Sql = Pick<SqlStorage, "exec">;

/** Days for which the price of each minute is kept: intraday history covers 30 days. */
export const MINUTES_KEPT_DAYS = 35;
const MINUTES_A_DAY = 1_440;
/** Written minutes after which the others are forgotten, unless somebody asks. */
const WRITES_UNASKED_MAX = 15;

/**
 * What a symbol has cost: the close of each trading day for ever, and the last price of each minute with a trade for some
 * weeks. It is written in the first commit of a minute with trades, and is in memory and in the journal until then.
 */
export class PriceRecord implements Projection<NumberedTrade> {
  readonly #sql: Sql;
  readonly #close: () => BookState["close"];
  /** Prices that are not written, by minute and by trading day, oldest first. */
  readonly #minutes = new Map<number, number>();
  readonly #days = new Map<number, number>();
  #minute = -1;
  #writtenMinute = -1;
  /** The trading day of the newest trade, and its end. */
  #day = 0;
  #dayEnd = 0;
  #prunedDay = 0;
  /**
   * Every minute, from the first question until nobody has asked for some minutes: SQLite would take longer for a month of
   * them than the book may stand still for.
   */
  #known: MinutePrices | null = null;
  #writesSinceAsked = 0;

  /** `close` gives the book's newest close, which is older than the record of a book of an earlier release. */
  constructor(sql: Sql, close: () => BookState["close"]) {
    this.#sql = sql;
    this.#close = close;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS closes (day INTEGER PRIMARY KEY, price INTEGER NOT NULL);
       CREATE TABLE IF NOT EXISTS minute_prices (minute INTEGER PRIMARY KEY, price INTEGER NOT NULL)`,
    );
  }

  add({ price, at, regular }: NumberedTrade): void {
    this.#minute = Math.floor(at / MINUTE);
    this.#minutes.set(this.#minute, price);
    this.#known?.put(this.#minute, price);
    // Extended hours do not change the close of a day.
    if (regular !== true) return;
    if (at >= this.#dayEnd) {
      this.#day = tradingDayOf(at);
      this.#dayEnd = endOfTradingDay(at);
    }
    this.#days.set(this.#day, price);
  }

  get isDue(): boolean {
    return this.#minute !== this.#writtenMinute && this.#minutes.size > 0;
  }

  write(): void {
    for (const [minute, price] of this.#minutes) {
      this.#sql.exec("INSERT OR REPLACE INTO minute_prices (minute, price) VALUES (?, ?)", minute, price);
    }
    // The rows of a book may be written several times a minute.
    if (this.isDue && ++this.#writesSinceAsked > WRITES_UNASKED_MAX) this.#known = null;
    this.#keepCloseBefore();
    for (const [day, price] of this.#days) {
      this.#sql.exec("INSERT OR REPLACE INTO closes (day, price) VALUES (?, ?)", day, price);
    }
    this.#minutes.clear();
    this.#days.clear();
    this.#writtenMinute = this.#minute;
    const day = Math.floor(this.#minute / MINUTES_A_DAY);
    if (this.#prunedDay === day) return;
    this.#prunedDay = day;
    const oldest = (day - MINUTES_KEPT_DAYS) * MINUTES_A_DAY;
    this.#sql.exec("DELETE FROM minute_prices WHERE minute < ?", oldest);
    this.#known?.dropBefore(oldest);
  }

  /** The first close that is written replaces the one that a book of an earlier release had: it is kept as of day 0. */
  #keepCloseBefore(): void {
    const before = this.#days.size === 1 ? (this.#close()?.before ?? null) : null;
    if (before === null) return;
    const [row] = this.#sql.exec("SELECT 1 FROM closes LIMIT 1");
    if (row === undefined) this.#sql.exec("INSERT INTO closes (day, price) VALUES (0, ?)", before);
  }

  /** The closes of the trading days from one to another, both included, that are over at `now`. */
  closes(fromDay: number, toDay: number, now: number): PriceSeries {
    const last = Math.min(toDay, tradingDayOf(now) - 1);
    const rows = Array.from(
      this.#sql.exec(
        `SELECT day AS at, price FROM closes WHERE day <= ?2
         AND day >= coalesce((SELECT max(day) FROM closes WHERE day <= ?1), ?1)`,
        fromDay,
        last,
      ),
      ({ at, price }) => [Number(at), Number(price)] as const,
    );
    const newest = this.#close();
    const close = newest === null ? [] : [[tradingDayOf(newest.until - 1), newest.price] as const];
    return seriesOf(rows, [...this.#days, ...close], fromDay, last);
  }

  /** The last price of each step of so many minutes that has a trade, by the step's beginning, epoch milliseconds. */
  prices(from: number, to: number, stepMinutes: number): PriceSeries {
    this.#known ??= this.#readMinutes();
    this.#writesSinceAsked = 0;
    const step = stepMinutes * MINUTE;
    return this.#known.steps(Math.floor(from / step), Math.floor(to / step), stepMinutes);
  }

  #readMinutes(): MinutePrices {
    const read = new MinutePrices();
    const rows = this.#sql.exec("SELECT minute, price FROM minute_prices ORDER BY minute");
    for (const { minute, price } of rows) read.put(Number(minute), Number(price));
    for (const [minute, price] of this.#minutes) read.put(minute, price);
    return read;
  }
}

/** Rows, and then what is newer, up to `last`; of what is before `first` only the newest. */
function seriesOf(
  rows: Iterable<readonly [at: number, price: number]>,
  newer: readonly (readonly [at: number, price: number])[],
  first: number,
  last: number,
): PriceSeries {
  const prices = new Map(rows);
  for (const [at, price] of newer) if (at <= last) prices.set(at, price);
  const sorted = [...prices].sort(([a], [b]) => a - b);
  const begin = Math.max(
    0,
    sorted.findLastIndex(([at]) => at <= first),
  );
  const kept = sorted.slice(begin);
  return { at: Float64Array.from(kept, ([at]) => at), price: Float64Array.from(kept, ([, price]) => price) };
}
