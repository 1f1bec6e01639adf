import type { Bar } from "../../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../../domain/market/bars/barCalendar.ts";
import { coarserBars, pageOfBars } from "../../../domain/market/bars/coarserBars.ts";
import { longestPeriod } from "../../../domain/market/bars/timeframe.ts";
import { isoDate } from "../../../domain/market/newYork.ts";
import type { BarQuery, TapePage } from "../../../protocol/rpc/tape.ts";
import type { BarTable } from "../barTable.ts";
import type { StoredBars } from "../storedBars.ts";
import type { TapeTables } from "../tapeStore.ts";
import { barOfRow } from "./barsFile.ts";
import type { SealedFiles } from "./sealedTrades.ts";
import type { SealStore } from "./sealStore.ts";

/** A bar of the trades of two bars of one period, of which the second ones have the higher numbers. */
export function mergedBar(one: Bar, other: Bar): Bar {
  const otherIsFirst = other.firstAt < one.firstAt;
  const otherIsLast = other.lastAt >= one.lastAt;
  return {
    at: one.at,
    open: otherIsFirst ? other.open : one.open,
    high: Math.max(one.high, other.high),
    low: Math.min(one.low, other.low),
    close: otherIsLast ? other.close : one.close,
    volume: one.volume + other.volume,
    turnover: one.turnover + other.turnover,
    count: one.count + other.count,
    firstAt: Math.min(one.firstAt, other.firstAt),
    lastAt: Math.max(one.lastAt, other.lastAt),
  };
}

/** Bars of minutes and hours, of days whose minute bars are in files only and of others. */
export class SealedBars {
  readonly #minutes: BarTable;
  readonly #stored: StoredBars;
  readonly #store: SealStore;
  readonly #files: SealedFiles;
  readonly #calendar: BarCalendar;

  constructor(
    { minutes, bars }: Pick<TapeTables, "minutes" | "bars">,
    store: SealStore,
    files: SealedFiles,
    calendar: BarCalendar,
  ) {
    this.#minutes = minutes;
    this.#stored = bars;
    this.#store = store;
    this.#files = files;
    this.#calendar = calendar;
  }

  /** A page of bars of minutes or hours. No such bar is in two trading days, so it is read day by day. */
  async page(query: BarQuery): Promise<TapePage<Bar>> {
    const { timeframe, from, to, limit, descending } = query;
    const items: Bar[] = [];
    for (const day of this.#daysOf(from, to + longestPeriod(timeframe), this.#store.droppedDays(), descending)) {
      // A day may leave the table while the one before is read.
      const isDropped = this.#store.droppedDays().has(day);
      const bars = isDropped ? this.#stored.withPast(day, await this.ofDay(day)) : this.#storedDay(day);
      if (descending) bars.reverse();
      const longer = coarserBars(bars, (at) => this.#calendar.barAt(timeframe, at), descending);
      const page = pageOfBars(longer, { ...query, limit: limit - items.length });
      items.push(...page.items);
      if (page.next !== null) return { items, next: page.next };
    }
    return { items, next: null };
  }

  /** The minute bars of a day from its files, oldest first. */
  async ofDay(day: number): Promise<Bar[]> {
    const bars = new Map<number, Bar>();
    for (const { manifest } of this.#store.partsOf(isoDate(day))) {
      const { groups } = await this.#files.open(manifest.bars);
      for (const group of groups) {
        for (const row of await this.#files.rows(manifest.bars, group)) {
          const bar = barOfRow(row);
          const known = bars.get(bar.at);
          bars.set(bar.at, known === undefined ? bar : mergedBar(known, bar));
        }
      }
    }
    return [...bars.values()].sort((one, other) => one.at - other.at);
  }

  /** The minute bars of a day that its trades have made, from the table. */
  hotDay(day: number): Bar[] {
    const { begin, end } = this.#calendar.hours(day);
    return [...this.#minutes.between(begin, end - 1, false)];
  }

  /** The same with bars of the past that no trade made. */
  #storedDay(day: number): Bar[] {
    const { begin, end } = this.#calendar.hours(day);
    return [...this.#stored.between(begin, end - 1, false)];
  }

  /** The days of the tables and of the files that have bars between two times. */
  #daysOf(from: number, to: number, dropped: ReadonlySet<number>, descending: boolean): number[] {
    const days = new Set<number>();
    for (const { at } of this.#stored.between(from, to, false)) days.add(this.#calendar.dayOf(at));
    const [first, last] = [this.#calendar.dayOf(from), this.#calendar.dayOf(to)];
    for (const day of dropped) if (day >= first && day <= last) days.add(day);
    return [...days].sort((one, other) => (descending ? other - one : one - other));
  }
}
