import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { coarserBars, pageOfBars } from "../../domain/market/bars/coarserBars.ts";
import { isOfDays, longestPeriod, type Timeframe } from "../../domain/market/bars/timeframe.ts";
import type { BarQuery, TapeLatest, TapePage, TapeRpc } from "../../protocol/rpc/tape.ts";
import { BAR_COLUMNS, BarTable } from "./barTable.ts";
import type { TapeStorage } from "./tapeStore.ts";

export interface TapeIndexPorts {
  readonly calendar: BarCalendar;
  tape(month: string): Pick<TapeRpc, "bars" | "latest">;
}

const DAILY: Timeframe = { unit: "day", count: 1 };
/** No month has more days. */
const DAYS_MAX = 31;
const NOTHING: TapeLatest = { through: 0, trade: null, minuteBar: null, dailyBar: null, previousDailyBar: null };

/** The months of a symbol. The daily bars of a month are copied when a later one begins: it gets no more trades. */
export class TapeIndexStore {
  readonly #storage: TapeStorage;
  readonly #ports: TapeIndexPorts;
  readonly #days: BarTable;

  constructor(storage: TapeStorage, ports: TapeIndexPorts) {
    this.#storage = storage;
    this.#ports = ports;
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, copied INTEGER NOT NULL DEFAULT 0);
       CREATE TABLE IF NOT EXISTS days (${BAR_COLUMNS})`,
    );
    this.#days = new BarTable(storage.sql, "days");
  }

  async open(month: string): Promise<void> {
    if (this.months().includes(month)) return;
    const over = this.#uncopied().filter((each) => each < month);
    const copies = await Promise.all(over.map(async (each) => ({ month: each, days: await this.#daysOf(each) })));
    this.#storage.transactionSync(() => {
      for (const { month: copied, days } of copies) {
        for (const day of days) this.#days.put(day);
        this.#storage.sql.exec("UPDATE months SET copied = 1 WHERE month = ?", copied);
      }
      this.#storage.sql.exec("INSERT OR IGNORE INTO months (month) VALUES (?)", month);
    });
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
