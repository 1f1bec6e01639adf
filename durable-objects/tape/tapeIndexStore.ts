import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { coarserBars, pageOfBars } from "../../domain/market/bars/coarserBars.ts";
import { isOfDays, longestPeriod, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { timesOf } from "../../domain/market/bars/backfill.ts";
import { packBars, unpackBars } from "../../domain/market/bars/packedBars.ts";
import { dayOf } from "../../domain/market/newYork.ts";
import type { Backfilled, BarQuery, BarsPut, PutBars, TapeLatest, TapePage, TapeRpc } from "../../protocol/rpc/tape.ts";
import { backfilledOfRow } from "./backfillTable.ts";
import { BAR_COLUMNS, BarTable } from "./barTable.ts";
import type { TapeStorage } from "./tapeStore.ts";

export interface TapeIndexPorts {
  readonly calendar: BarCalendar;
  tape(month: string): Pick<TapeRpc, "bars" | "latest" | "putBars">;
}

const DAILY: Timeframe = { unit: "day", count: 1 };
/** No month has more days. */
const DAYS_MAX = 31;
const NOTHING: TapeLatest = { through: 0, trade: null, minuteBar: null, dailyBar: null, previousDailyBar: null };

/**
 * The months of a symbol. The daily bars of a month are copied when a later one is listed: it gets no more trades. They
 * are copied again when it gets bars of the past.
 */
export class TapeIndexStore {
  readonly #storage: TapeStorage;
  readonly #ports: TapeIndexPorts;
  readonly #days: BarTable;
  /** Changes of months, one after the other: they wait for tapes. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(storage: TapeStorage, ports: TapeIndexPorts) {
    this.#storage = storage;
    this.#ports = ports;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, copied INTEGER NOT NULL DEFAULT 0);
       CREATE TABLE IF NOT EXISTS days (${BAR_COLUMNS});
       CREATE TABLE IF NOT EXISTS backfilled (
         month TEXT NOT NULL, period TEXT NOT NULL, source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
         days INTEGER NOT NULL, PRIMARY KEY (month, period, source))`,
    );
    this.#days = new BarTable(storage.sql, "days");
  }

  async open(month: string): Promise<void> {
    if (this.months().includes(month)) return;
    await this.#inTurn(async () => {
      const newest = this.months().at(-1) ?? month;
      await this.#copyBefore(month < newest ? newest : month);
      this.#storage.sql.exec("INSERT OR IGNORE INTO months (month) VALUES (?)", month);
    });
  }

  /** Gives each month its bars. Its days are not read here until they were copied again. */
  putBars({ period, source, bars: packed }: PutBars): Promise<BarsPut> {
    const { calendar } = this.#ports;
    const bars = unpackBars(packed, (at) => timesOf(calendar, period, at));
    return this.#inTurn(async () => {
      let [put, kept] = [0, 0];
      for (const [month, own] of Map.groupBy(bars, ({ at }) => calendar.monthOf(at))) {
        const done = await this.#putMonth(month, { period, source, bars: packBars(own) });
        put += done.put;
        kept += done.kept;
      }
      await this.#copyBefore(this.months().at(-1) ?? "");
      return { put, kept };
    });
  }

  backfilled(): Backfilled[] {
    const query = `SELECT period, source, min(first) AS first, max(last) AS last, sum(days) AS days FROM backfilled
      GROUP BY period, source ORDER BY period, source`;
    return Array.from(this.#storage.sql.exec(query), backfilledOfRow);
  }

  months(): string[] {
    return Array.from(this.#storage.sql.exec("SELECT month FROM months ORDER BY month"), ({ month }) => String(month));
  }

  async bars(query: BarQuery): Promise<TapePage<Bar>> {
    const { timeframe, from, to, descending } = query;
    if (!isOfDays(timeframe)) throw new Error("bars of minutes and hours are in the tapes of their months");
    const days = await this.#daysBetween(from, to + longestPeriod(timeframe));
    if (descending) days.reverse();
    return pageOfBars(
      coarserBars(days, (at) => this.#ports.calendar.barAt(timeframe, at), descending),
      query,
    );
  }

  async latest(): Promise<TapeLatest> {
    const newest = this.months().at(-1);
    if (newest === undefined) return NOTHING;
    const latest = await this.#ports.tape(newest).latest();
    if (latest.previousDailyBar !== null) return latest;
    const older = this.#days.newest(2, latest.dailyBar?.at);
    const [dailyBar = null, previousDailyBar = null] = latest.dailyBar === null ? older : [latest.dailyBar, ...older];
    return { ...latest, dailyBar, previousDailyBar };
  }

  /** The daily bars from one time to another, oldest first: copied ones, and those of the other months. */
  async #daysBetween(from: number, to: number): Promise<Bar[]> {
    const others = await Promise.all(this.#uncopied().map((month) => this.#daysOf(month)));
    const within = others.flat().filter(({ at }) => at >= from && at <= to);
    return [...this.#days.between(from, to, false), ...within].sort((one, other) => one.at - other.at);
  }

  async #putMonth(month: string, request: PutBars): Promise<BarsPut> {
    const [from, to] = this.#daysIn(month);
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("INSERT OR REPLACE INTO months (month, copied) VALUES (?, 0)", month);
      this.#storage.sql.exec("DELETE FROM days WHERE at >= ? AND at < ?", from, to);
    });
    const { put, kept, sources } = await this.#ports.tape(month).putBars(request);
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("DELETE FROM backfilled WHERE month = ?", month);
      for (const { period, source, firstDay, lastDay, days } of sources) {
        this.#storage.sql.exec(
          "INSERT OR REPLACE INTO backfilled (month, period, source, first, last, days) VALUES (?, ?, ?, ?, ?, ?)",
          month,
          period,
          source,
          firstDay,
          lastDay,
          days,
        );
      }
    });
    return { put, kept };
  }

  /** The beginnings of the first day of a month and of the next month. */
  #daysIn(month: string): [number, number] {
    const [year = 0, number = 1] = month.split("-").map(Number);
    const next = number === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, number + 1, 1);
    return [this.#ports.calendar.startOfDay(dayOf(year, number, 1)), this.#ports.calendar.startOfDay(next)];
  }

  /** Copies the days of the months before another one. */
  async #copyBefore(month: string): Promise<void> {
    const over = this.#uncopied().filter((each) => each < month);
    const copies = await Promise.all(over.map(async (each) => ({ month: each, days: await this.#daysOf(each) })));
    this.#storage.transactionSync(() => {
      for (const { month: copied, days } of copies) {
        for (const day of days) this.#days.put(day);
        this.#storage.sql.exec("UPDATE months SET copied = 1 WHERE month = ?", copied);
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(work);
    this.#changing = done.catch(() => undefined);
    return done;
  }

  async #daysOf(month: string): Promise<readonly Bar[]> {
    const all = { from: 0, to: Number.MAX_SAFE_INTEGER / 2, limit: DAYS_MAX, descending: false };
    const { items } = await this.#ports.tape(month).bars({ timeframe: DAILY, ...all });
    return items;
  }

  #uncopied(): string[] {
    const rows = this.#storage.sql.exec("SELECT month FROM months WHERE copied = 0 ORDER BY month");
    return Array.from(rows, ({ month }) => String(month));
  }
}
