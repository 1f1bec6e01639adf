import type { Backfill, StoredPeriod } from "../../domain/market/bars/backfill.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { DAY } from "../../domain/market/newYork.ts";
import type { Backfilled } from "../../protocol/rpc/tape.ts";
import { BackfillTable } from "./backfillTable.ts";
import { BarTable, type TapeSql } from "./barTable.ts";

const EVER = 8_640_000_000_000;

/** The bars that trades made, and those of the past before them. Where both have a bar, that of the trades counts. */
export class StoredBars {
  readonly #calendar: BarCalendar;
  readonly #made: Readonly<Record<StoredPeriod, BarTable>>;
  readonly #backfill: BackfillTable;
  /** Days with trades whose minute bars are in files only. */
  tradedDays: () => ReadonlySet<number> = () => new Set();

  constructor(sql: TapeSql, calendar: BarCalendar) {
    this.#calendar = calendar;
    this.#made = { minute: new BarTable(sql, "minutes"), day: new BarTable(sql, "days") };
    this.#backfill = new BackfillTable(sql, calendar);
  }

  /** Bars that begin from one time to another, both included, in order of time. Reads them one by one. */
  *between(period: StoredPeriod, from: number, to: number, descending: boolean): Generator<Bar, void> {
    const [first, last] = [this.#calendar.dayOf(Math.max(from, 0)), this.#calendar.dayOf(Math.min(to, EVER))];
    const past = this.#backfill.between(period, first, last, descending);
    for (const bar of merged(this.#made[period].between(from, to, descending), past, descending)) {
      if (bar.at >= from && bar.at <= to) yield bar;
    }
  }

  /** The newest bars, newest first. */
  newest(period: StoredPeriod, count: number): Bar[] {
    const bars: Bar[] = [];
    const past = this.#backfill.between(period, 0, EVER / DAY, true);
    for (const bar of merged(this.#made[period].newest(count), past, true)) {
      if (bars.length === count) break;
      bars.push(bar);
    }
    return bars;
  }

  /** Replaces the bars of the trading days that they are of, but for days on which trades were made. */
  put({ period, source, bars }: Backfill): { readonly put: number; readonly kept: number } {
    const traded = this.tradedDays();
    let put = 0;
    for (const [day, own] of Map.groupBy(bars, ({ at }) => this.#calendar.dayOf(at))) {
      if (traded.has(day) || this.#hasTraded(day)) continue;
      this.#backfill.put(period, day, source, own);
      put += own.length;
    }
    return { put, kept: bars.length - put };
  }

  sources(): Backfilled[] {
    return this.#backfill.sources();
  }

  #hasTraded(day: number): boolean {
    const { begin, end } = this.#calendar.hours(day);
    for (const _ of this.#made.minute.between(begin, end - 1, false)) return true;
    return false;
  }
}

/** Bars of two lists in the same order of time. */
function* merged(made: Iterable<Bar>, past: Iterable<Bar>, descending: boolean): Generator<Bar, void> {
  const others = past[Symbol.iterator]();
  let other = others.next();
  for (const bar of made) {
    while (other.done !== true && (descending ? other.value.at > bar.at : other.value.at < bar.at)) {
      yield other.value;
      other = others.next();
    }
    if (other.done !== true && other.value.at === bar.at) other = others.next();
    yield bar;
  }
  for (; other.done !== true; other = others.next()) yield other.value;
}
