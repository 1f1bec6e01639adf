import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { coarserBars, pageOfBars } from "../../domain/market/bars/coarserBars.ts";
import { isOfDays, longestPeriod, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import { assertPossible, timesOf } from "../../domain/market/bars/backfill.ts";
import { DAY } from "../../domain/market/newYork.ts";
import type { BarSource } from "../../domain/market/bars/barSource.ts";
import { packBars, unpackBars } from "../../domain/market/bars/packedBars.ts";
import type {
  Backfilled,
  BarQuery,
  BarsPut,
  PutBars,
  TapeLatest,
  TapePage,
  TapeRpc,
  TapeGap,
} from "../../protocol/rpc/tape.ts";
import { BackfillTable, backfilledOfRow } from "./backfillTable.ts";
import { BAR_COLUMNS, BarTable } from "./barTable.ts";
import { StoredBars } from "./storedBars.ts";
import type { TapeStorage } from "./tapeStore.ts";

export interface TapeIndexPorts {
  readonly calendar: BarCalendar;
  tape(month: string): Pick<TapeRpc, "bars" | "latest" | "putMinutes" | "coverage">;
}

const DAILY: Timeframe = { unit: "day", count: 1 };
/** A month that ended so long ago gets no more trades, also when the tape was out of reach of the book. */
const OVER_AFTER_MS = 7 * DAY;
/** No month has more days. */
const DAYS_MAX = 31;
/** The newest months in which the newest trade is looked for. */
const MONTHS_MAX = 3;
const NOTHING: TapeLatest = { through: 0, trade: null, minuteBar: null, dailyBar: null, previousDailyBar: null };

/**
 * The months of a symbol, and its daily bars. Those of a month are copied when its book opens a later one: it gets no more
 * trades. Those of the past, which no trade made, are here only.
 */
export class TapeIndexStore {
  readonly #storage: TapeStorage;
  readonly #ports: TapeIndexPorts;
  readonly #days: BarTable;
  readonly #bars: StoredBars;
  /** Changes of months, one after the other: they wait for tapes. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(storage: TapeStorage, ports: TapeIndexPorts) {
    this.#storage = storage;
    this.#ports = ports;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, copied INTEGER NOT NULL DEFAULT 0);
       CREATE TABLE IF NOT EXISTS days (${BAR_COLUMNS});
       CREATE TABLE IF NOT EXISTS backfilled (
         month TEXT NOT NULL, source TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, days INTEGER NOT NULL,
         PRIMARY KEY (month, source))`,
    );
    this.#days = new BarTable(storage.sql, "days");
    this.#bars = new StoredBars("day", ports.calendar, this.#days, new BackfillTable(storage.sql, ports.calendar));
  }

  async open(month: string): Promise<void> {
    if (this.months().includes(month) && this.#uncopied().every((each) => each >= month)) return;
    await this.#inTurn(async () => {
      await this.#copyBefore(month);
      this.#storage.sql.exec("INSERT OR IGNORE INTO months (month) VALUES (?)", month);
    });
  }

  /** Stores bars of days, and gives those of minutes to the tapes of their months. Throws on bars that cannot be. */
  putBars({ period, source, bars: packed }: PutBars, now: number): Promise<BarsPut> {
    const { calendar } = this.#ports;
    const bars = unpackBars(packed, (at) => timesOf(calendar, period, at));
    assertPossible(calendar, { period, bars }, now);
    return this.#inTurn(() => (period === "day" ? this.#putDays(source, bars) : this.#putMinutes(source, bars, now)));
  }

  backfilled(): Backfilled[] {
    const query = `SELECT 'minute' AS period, source, min(first) AS first, max(last) AS last, sum(days) AS days
      FROM backfilled GROUP BY source ORDER BY source`;
    return [...this.#bars.sources(), ...Array.from(this.#storage.sql.exec(query), backfilledOfRow)];
  }

  /** The gaps within the tapes, and between two of them. */
  async gaps(): Promise<TapeGap[]> {
    const found: TapeGap[] = [];
    let after: number | null = null;
    for (const tape of await Promise.all(this.months().map((month) => this.#ports.tape(month).coverage()))) {
      const { first, last, gaps } = tape;
      if (after !== null && first !== null && first > after + 1) found.push({ after, before: first });
      found.push(...gaps);
      after = last ?? after;
    }
    return found;
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
    let latest = NOTHING;
    const made: Bar[] = [];
    const [firstUncopied = ""] = this.#uncopied();
    // A month may have quotes only, or minutes of the past while days of the one before are not here yet.
    for (const month of this.months().slice(-MONTHS_MAX).reverse()) {
      const of = await this.#ports.tape(month).latest();
      if (latest.minuteBar === null) latest = of;
      made.push(...[of.dailyBar, of.previousDailyBar].filter((bar) => bar !== null));
      if (latest.minuteBar !== null && month <= firstUncopied) break;
    }
    const known = new Set(made.map(({ at }) => at));
    const here = this.#bars.newest(2 + made.length).filter(({ at }) => !known.has(at));
    const days = [...made, ...here].sort((one, other) => other.at - one.at);
    const [dailyBar = null, previousDailyBar = null] = days;
    return { ...latest, dailyBar, previousDailyBar };
  }

  /** The daily bars from one time to another, oldest first: those that are here, and those of the other months. */
  async #daysBetween(from: number, to: number): Promise<Bar[]> {
    const others = await Promise.all(this.#uncopied().map((month) => this.#daysOf(month)));
    const made = others.flat().filter(({ at }) => at >= from && at <= to);
    const known = new Set(made.map(({ at }) => at));
    const here = [...this.#bars.between(from, to, false)].filter(({ at }) => !known.has(at));
    return [...here, ...made].sort((one, other) => one.at - other.at);
  }

  async #putDays(source: BarSource, bars: readonly Bar[]): Promise<BarsPut> {
    const { calendar } = this.#ports;
    const others = await Promise.all(this.#uncopied().map((month) => this.#daysOf(month)));
    const open = new Set(others.flat().map(({ at }) => at));
    const hasTraded = (day: number): boolean => {
      const at = calendar.startOfDay(day);
      return open.has(at) || this.#days.get(at) !== null;
    };
    return this.#storage.transactionSync(() => this.#bars.put(source, bars, hasTraded));
  }

  async #putMinutes(source: BarSource, bars: readonly Bar[], now: number): Promise<BarsPut> {
    const { calendar } = this.#ports;
    let [put, kept] = [0, 0];
    for (const [month, own] of Map.groupBy(bars, ({ at }) => calendar.monthOf(at))) {
      this.#storage.sql.exec("INSERT OR IGNORE INTO months (month) VALUES (?)", month);
      const done = await this.#ports.tape(month).putMinutes({ source, bars: packBars(own) });
      this.#storage.transactionSync(() => this.#noteSources(month, done.sources));
      put += done.put;
      kept += done.kept;
    }
    // A book says when a month is over for it. Before its first trade nobody does.
    await this.#copyBefore(calendar.monthOf(now - OVER_AFTER_MS));
    return { put, kept };
  }

  #noteSources(month: string, sources: readonly Backfilled[]): void {
    this.#storage.sql.exec("DELETE FROM backfilled WHERE month = ?", month);
    for (const { source, firstDay, lastDay, days } of sources) {
      this.#storage.sql.exec(
        "INSERT INTO backfilled (month, source, first, last, days) VALUES (?, ?, ?, ?, ?)",
        month,
        source,
        firstDay,
        lastDay,
        days,
      );
    }
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
