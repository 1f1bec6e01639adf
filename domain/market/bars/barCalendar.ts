/** The beginnings of bars. Shares have the trading days and the clock of New York, coins those of UTC. */
import type { Asset } from "../asset.ts";
import { dayOf, DAY, HOUR, isoDate, MINUTE, newYorkInstant, weekdayOf, yearOf } from "../newYork.ts";
import { beginOfTradingDay, endOfTradingDay, tradingDayOf } from "../session.ts";
import { isOfDays, type Timeframe } from "./timeframe.ts";

/** A trading day: its number, when it begins and ends, and the midnight from which minutes are counted. */
interface Span {
  readonly day: number;
  readonly begin: number;
  readonly end: number;
  readonly midnight: number;
  /** The midnight before, for the hours from the beginning to midnight. */
  readonly midnightBefore: number;
}

/** Trading days and the periods of bars of an asset. The span of the newest question is kept, as times mostly ascend. */
export class BarCalendar {
  readonly isShare: boolean;
  #span: Span;

  constructor({ assetClass }: Pick<Asset, "assetClass">) {
    this.isShare = assetClass === "us_equity";
    this.#span = this.#spanOf(0);
  }

  /** The trading day of a time, numbered from 1970-01-01. That of shares begins at 20:00 of the evening before. */
  dayOf(at: number): number {
    return this.#spanAt(at).day;
  }

  /** The midnight with which a day begins: the time that daily bars have. */
  startOfDay(day: number): number {
    return this.isShare ? newYorkInstant(day, 0) : day * DAY;
  }

  /** When a trading day begins and ends; the end is the beginning of the next one. */
  hours(day: number): { readonly begin: number; readonly end: number } {
    return this.#spanAt(this.startOfDay(day));
  }

  /** The month of the trading day of a time, as `2026-11`. */
  monthOf(at: number): string {
    return isoDate(this.dayOf(at)).slice(0, 7);
  }

  /**
   * The beginning of the bar of minutes or hours that a time is in. They are counted from midnight, and a bar ends with its
   * trading day.
   */
  startAt({ unit, count }: Timeframe, at: number): number {
    const { begin, midnight, midnightBefore } = this.#spanAt(at);
    const size = count * (unit === "hour" ? HOUR : MINUTE);
    const from = at < midnight ? midnightBefore : midnight;
    return Math.max(begin, at - ((at - from) % size));
  }

  /**
   * The first day of the bar of days, weeks or months that a day is in. Weeks begin on Monday, several months with the year,
   * and several days are counted from 1970-01-01.
   */
  firstDay({ unit, count }: Timeframe, day: number): number {
    if (unit === "week") return day - ((weekdayOf(day) + 6) % 7);
    if (unit === "day") return day - (day % count);
    const month = Number(isoDate(day).slice(5, 7)) - 1;
    return dayOf(yearOf(day), month - (month % count) + 1, 1);
  }

  /** The beginning of the bar of any timeframe that a time is in. */
  barAt(timeframe: Timeframe, at: number): number {
    if (!isOfDays(timeframe)) return this.startAt(timeframe, at);
    return this.startOfDay(this.firstDay(timeframe, this.dayOf(at)));
  }

  #spanAt(at: number): Span {
    if (at < this.#span.begin || at >= this.#span.end) this.#span = this.#spanOf(at);
    return this.#span;
  }

  #spanOf(at: number): Span {
    if (!this.isShare) {
      const day = Math.floor(at / DAY);
      const midnight = day * DAY;
      return { day, begin: midnight, end: midnight + DAY, midnight, midnightBefore: midnight };
    }
    const day = tradingDayOf(at);
    const [midnight, midnightBefore] = [newYorkInstant(day, 0), newYorkInstant(day - 1, 0)];
    return { day, begin: beginOfTradingDay(at), end: endOfTradingDay(at), midnight, midnightBefore };
  }
}
