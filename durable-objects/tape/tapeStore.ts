import { type Bar, barOf, withTrade } from "../../domain/market/bars/bar.ts";
import type { BarCalendar } from "../../domain/market/bars/barCalendar.ts";
import { coarserBars, pageOfBars } from "../../domain/market/bars/coarserBars.ts";
import { unpackTrades } from "../../domain/market/bars/packedTrades.ts";
import { unpackQuotes } from "../../domain/market/bars/packedQuotes.ts";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import { assertPossible, timesOf } from "../../domain/market/bars/backfill.ts";
import { unpackBars } from "../../domain/market/bars/packedBars.ts";
import { isOfDays, longestPeriod } from "../../domain/market/bars/timeframe.ts";
import { MINUTE } from "../../domain/market/newYork.ts";
import type {
  BarQuery,
  MinutesPut,
  PutMinutes,
  QuoteQuery,
  TapeAppend,
  TapeAppended,
  TapeGap,
  TapeLatest,
  TapePage,
  TradeQuery,
} from "../../protocol/rpc/tape.ts";
import { BackfillTable } from "./backfillTable.ts";
import { BAR_COLUMNS, BarTable, type TapeSql } from "./barTable.ts";
import { QuoteTable } from "./quoteTable.ts";
import { StoredBars } from "./storedBars.ts";
import { TradeTable } from "./tradeTable.ts";

/** The storage of a tape. Structural, so that tests run the same SQL elsewhere. */
export interface TapeStorage {
  readonly sql: TapeSql;
  transactionSync<T>(work: () => T): T;
}

/** What a tape has: its trades, the minute bars that they made, and these with bars of the past. */
export interface TapeTables {
  readonly trades: TradeTable;
  readonly minutes: BarTable;
  readonly bars: StoredBars;
}

/** Trades, quotes, bars of each minute, and a bar of each day, made of the trades of its regular hours. */
export class TapeStore {
  readonly #storage: TapeStorage;
  readonly #calendar: BarCalendar;
  readonly #trades: TradeTable;
  readonly #quotes: QuoteTable;
  readonly #minutes: BarTable;
  readonly #days: BarTable;
  readonly #stored: StoredBars;

  constructor(storage: TapeStorage, calendar: BarCalendar) {
    this.#storage = storage;
    this.#calendar = calendar;
    this.#trades = new TradeTable(storage.sql, (at) => calendar.dayOf(at));
    this.#quotes = new QuoteTable(storage.sql);
    storage.sql.exec(
      `CREATE TABLE IF NOT EXISTS minutes (${BAR_COLUMNS});
       CREATE TABLE IF NOT EXISTS days (${BAR_COLUMNS})`,
    );
    this.#minutes = new BarTable(storage.sql, "minutes");
    this.#days = new BarTable(storage.sql, "days");
    this.#stored = new StoredBars("minute", calendar, this.#minutes, new BackfillTable(storage.sql, calendar));
  }

  /**
   * Adds the trades and quotes that it does not have. Adds none, and says so by its `through`, when trades before them are missing,
   * unless the gap is accepted. The first trade of a tape may have any number.
   */
  append({ trades: packed, quotes: packedQuotes, acceptGap }: TapeAppend): TapeAppended {
    const through = this.#trades.newest?.tradeId ?? null;
    const trades = unpackTrades(packed).filter(({ tradeId }) => through === null || tradeId > through);
    const first = trades[0]?.tradeId ?? null;
    const isGap = through !== null && first !== null && first > through + 1;
    if (isGap && !acceptGap) return this.#appended();
    const quotes = packedQuotes === undefined ? [] : unpackQuotes(packedQuotes);
    try {
      this.#storage.transactionSync(() => {
        if (first !== null) this.#add(trades);
        this.#quotes.add(quotes);
      });
    } catch (error) {
      this.#trades.reload();
      this.#quotes.reload();
      throw error;
    }
    return this.#appended();
  }

  bars(query: BarQuery): TapePage<Bar> {
    const { timeframe, from, to, descending } = query;
    const bars = isOfDays(timeframe) ? this.#days : this.#stored;
    const rows = bars.between(from, to + longestPeriod(timeframe), descending);
    return pageOfBars(
      coarserBars(rows, (at) => this.#calendar.barAt(timeframe, at), descending),
      query,
    );
  }

  /** The tables of which sealing takes what goes into files. */
  get tables(): TapeTables {
    return { trades: this.#trades, minutes: this.#minutes, bars: this.#stored };
  }

  trades(query: TradeQuery): TapePage<TapeTrade> {
    return this.#trades.page(query);
  }

  quotes(query: QuoteQuery): TapePage<TapeQuote> {
    return this.#quotes.page(query);
  }

  /** When the oldest quotes are no longer kept; null when there are none. */
  get quotesExpireAt(): number | null {
    return this.#quotes.expiresAt;
  }

  /** Deletes the quotes that are no longer kept. */
  expireQuotes(now: number): void {
    this.#quotes.expire(now);
  }

  /** The missing trades: after this number and before that. */
  gaps(): TapeGap[] {
    return this.#trades.gaps();
  }

  latest(): TapeLatest {
    const trade = this.#trades.newest;
    const [minuteBar = null] = this.#stored.newest(1);
    const [dailyBar = null, previousDailyBar = null] = this.#days.newest(2);
    return { through: trade?.tradeId ?? 0, trade, minuteBar, dailyBar, previousDailyBar };
  }

  /** Stores minutes of the past that no trade made; none when one of them cannot be. */
  putMinutes({ source, bars: packed }: PutMinutes, now: number): MinutesPut {
    const bars = unpackBars(packed, (at) => timesOf(this.#calendar, "minute", at));
    assertPossible(this.#calendar, { period: "minute", bars }, now);
    const hasTraded = (day: number): boolean => {
      const { begin, end } = this.#calendar.hours(day);
      return !this.#minutes.between(begin, end - 1, false).next().done;
    };
    const done = this.#storage.transactionSync(() => this.#stored.put(source, bars, hasTraded));
    return { ...done, sources: this.#stored.sources() };
  }

  #appended(): TapeAppended {
    const { through, trade: _trade, ...bars } = this.latest();
    return { through, bars };
  }

  #add(trades: readonly TapeTrade[]): void {
    this.#trades.add(trades);
    const [minutes, days] = [new Map<number, Bar>(), new Map<number, Bar>()];
    for (const trade of trades) {
      note(minutes, this.#minutes, trade.at - (trade.at % MINUTE), trade);
      if (trade.regular) note(days, this.#days, this.#calendar.startOfDay(this.#calendar.dayOf(trade.at)), trade);
    }
    for (const bar of minutes.values()) this.#minutes.put(bar);
    for (const bar of days.values()) this.#days.put(bar);
  }
}

/** Adds a trade to the bar that begins at a time: the changed one, the stored one, or a new one. */
function note(changed: Map<number, Bar>, stored: BarTable, at: number, trade: TapeTrade): void {
  const bar = changed.get(at) ?? stored.get(at);
  changed.set(at, bar === null ? barOf(at, trade) : withTrade(bar, trade));
}
