import type { StoredPeriod } from "../../domain/market/bars/backfill.ts";
import type { BarSource } from "../../domain/market/bars/barSource.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { DAY } from "../../domain/market/newYork.ts";
import type { Backfilled, BarsPut } from "../../protocol/rpc/tape.ts";
import type { BackfillTable } from "./backfillTable.ts";
import type { BarTable } from "./barTable.ts";

/** A time after every bar, epoch milliseconds. */
const LATEST = 8_640_000_000_000;

/** The bars of a period that trades made, and those of the past. Where both have a bar, that of the trades counts. */
export class StoredBars {
  readonly #period: StoredPeriod;
  readonly #calendar: BarCalendar;
  readonly #made: BarTable;
  readonly #backfill: BackfillTable;
  /** Days with trades whose minute bars are in files only. */
  tradedDays: () => ReadonlySet<number> = () => new Set();

  constructor(period: StoredPeriod, calendar: BarCalendar, made: BarTable, backfill: BackfillTable) {
    this.#period = period;
    this.#calendar = calendar;
    this.#made = made;
    this.#backfill = backfill;
  }

  /** Bars that begin from one time to another, both included, in order of time. Reads them one by one. */
  *between(from: number, to: number, descending: boolean): Generator<Bar, void> {
    const [first, last] = [this.#calendar.dayOf(Math.max(from, 0)), this.#calendar.dayOf(Math.min(to, LATEST))];
    const past = this.#backfill.between(this.#period, first, last, descending);
    for (const bar of merged(this.#made.between(from, to, descending), past, descending)) {
      if (bar.at >= from && bar.at <= to) yield bar;
    }
  }

  /** Bars of a trading day that trades made, oldest first, with those of the past. */
  withPast(day: number, made: readonly Bar[]): Bar[] {
    return [...merged(made, this.#backfill.between(this.#period, day, day, false), false)];
  }

  /** The newest bars, newest first. */
  newest(count: number): Bar[] {
    const bars: Bar[] = [];
    const past = this.#backfill.between(this.#period, 0, LATEST / DAY, true);
    for (const bar of merged(this.#made.newest(count), past, true)) {
      if (bars.length === count) break;
      bars.push(bar);
    }
    return bars;
  }

  /** Replaces the bars of the trading days that they are of, but for days that `hasTraded` names. */
  put(source: BarSource, bars: readonly Bar[], hasTraded: (day: number) => boolean): BarsPut {
    const traded = this.tradedDays();
    let put = 0;
    for (const [day, own] of Map.groupBy(bars, ({ at }) => this.#calendar.dayOf(at))) {
      if (traded.has(day) || hasTraded(day)) continue;
      this.#backfill.put(this.#period, day, source, own);
      put += own.length;
    }
    return { put, kept: bars.length - put };
  }

  sources(): Backfilled[] {
    return this.#backfill.sources();
  }
}

/** Bars of two lists in the same order of time; of two that begin at the same time the one of `made`. */
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
