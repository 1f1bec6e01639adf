/** RPC of the objects that have the past of a symbol: a Tape for each month, and a TapeIndex. */
import type { StoredPeriod } from "../../domain/market/bars/backfill.ts";
import type { BarSource } from "../../domain/market/bars/barSource.ts";
import type { Bar } from "../../domain/market/bars/bar.ts";
import type { BarRange } from "../../domain/market/bars/coarserBars.ts";
import type { TapeQuote } from "../../domain/market/bars/tapeQuote.ts";
import type { TapeTrade } from "../../domain/market/bars/tapeTrade.ts";
import type { Timeframe } from "../../domain/market/bars/timeframe.ts";
import type { SealedFileKind, SealedManifest } from "../wire/sealedHistory.ts";

/** Trades for a tape. */
export interface TapeAppend {
  /** `packTrades` of consecutive trades of the tape's month. */
  readonly trades: Uint8Array;
  /** `packQuotes` of quotes of the tape's month; missing when there are none. */
  readonly quotes?: Uint8Array;
  /** The trades between the tape's newest and these do not exist any more: the tape records the gap. */
  readonly acceptGap: boolean;
}

/** The number of the newest trade of a tape. A lower one than that before the sent trades: they were not appended. */
export interface TapeAppended {
  readonly through: number;
  /** The newest bars of the tape; a tape of an earlier release leaves them out. */
  readonly bars?: TapeBars;
}

export interface BarQuery extends BarRange {
  readonly timeframe: Timeframe;
}

/** A question for trades of a time, both ends included (epoch milliseconds), in order of their numbers. */
export interface TradeQuery {
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly descending: boolean;
  /** The number of the trade to begin with: the `next` of the page before; null for the first page. */
  readonly cursor: number | null;
}

/** The same for quotes; `cursor` is the sequence of the quote to begin with. */
export type QuoteQuery = TradeQuery;

/** A page, and where the next one begins: the beginning of a bar, or the number of a trade. Null at the end. */
export interface TapePage<Item> {
  readonly items: readonly Item[];
  readonly next: number | null;
}

/** The newest bars; null for what there is none of. */
export interface TapeBars {
  readonly minuteBar: Bar | null;
  readonly dailyBar: Bar | null;
  /** The daily bar before `dailyBar`. */
  readonly previousDailyBar: Bar | null;
}

/** The newest of each kind; null for what there is none of. */
export interface TapeLatest extends TapeBars {
  /** The number of the newest trade; 0 before the first. */
  readonly through: number;
  readonly trade: TapeTrade | null;
}

/** Minutes of a tape's month that no trade made. */
export interface PutMinutes {
  readonly source: BarSource;
  /** `packBars`. */
  readonly bars: Uint8Array;
}

/** Bars of any months that no trade made. */
export interface PutBars extends PutMinutes {
  readonly period: StoredPeriod;
}

/** How many bars were stored, and how many were not, because trades were made on their trading days. */
export interface BarsPut {
  readonly put: number;
  readonly kept: number;
}

/** Trading days (numbered from 1970-01-01) with bars of a source. There may be days without any between them. */
export interface Backfilled {
  readonly period: StoredPeriod;
  readonly source: BarSource;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly days: number;
}

/** Trades that no tape has: after this number and before that. */
export interface TapeGap {
  readonly after: number;
  readonly before: number;
}

/** The numbers of the first and last trade of a tape, null when it has none, and the gaps between them. */
export interface TapeCoverage {
  readonly first: number | null;
  readonly last: number | null;
  readonly gaps: readonly TapeGap[];
}

/** Where the chain of a book's trades ends: after trade `through`, 0 before the first. */
export interface TapeChainEnd {
  readonly through: number;
  /** The head of the chain, SHA-256 in hex. */
  readonly head: string;
  /** SHA-256 of the newest manifest; null before the first. */
  readonly manifest: string | null;
}

/** Also the days of the month that have such bars now. */
export interface MinutesPut extends BarsPut {
  readonly sources: readonly Backfilled[];
}

/** What a tape has sealed, and what of it waits. */
export interface SealedMonth {
  readonly manifests: readonly SealedManifest[];
  /** The number of its newest trade; 0 for none. */
  readonly through: number;
  /** The earliest time of the trades that wait to be sealed, epoch milliseconds; null when none waits. */
  readonly waitingSince: number | null;
  /** How often sealing has failed since it last succeeded, why, and when it is tried again (epoch milliseconds). */
  readonly failures: number;
  readonly error: string;
  readonly retryAt: number;
}

/**
 * The trades of a symbol in the trading days of a month, and their bars. The object is named `AAPL/2026-11`; a month that
 * the index does not list has none, and a call would make an empty one.
 */
export interface TapeRpc {
  /** Adds the trades that it does not have; none when trades before them are missing. */
  append(request: TapeAppend): Promise<TapeAppended>;
  /** The bars of this month. Those of weeks and of several months have only the days of this month: see TapeIndexRpc. */
  bars(query: BarQuery): Promise<TapePage<Bar>>;
  trades(query: TradeQuery): Promise<TapePage<TapeTrade>>;
  /** The quotes of this month, those of the last 31 days; `next` is the sequence of a quote. */
  quotes(query: QuoteQuery): Promise<TapePage<TapeQuote>>;
  /** The newest of this month. */
  latest(): Promise<TapeLatest>;
  /** Replaces the minutes of trading days on which no trades were made. Throws on bars that cannot be, and stores none. */
  putMinutes(request: PutMinutes): Promise<MinutesPut>;
  /** Which trades of this month it has. */
  coverage(): Promise<TapeCoverage>;
  /** Where the chain of trades ends that are in files; null while trades of this or an earlier month are not. */
  sealedEnd(): Promise<TapeChainEnd | null>;
  sealed(): Promise<SealedMonth>;
  /** A file of the part that begins with this trade, as the bucket has it; null when there is none. */
  sealedFile(first: number, file: SealedFileKind): Promise<Uint8Array | null>;
}

/** The months and the daily bars of a symbol. The object is named by the symbol. */
export interface TapeIndexRpc {
  /** Lists a month; its book calls it before it appends the first trade of the month. Repeating it changes nothing. */
  open(month: string): Promise<void>;
  /** The months that have a tape, oldest first, as `2026-11`. */
  months(): Promise<string[]>;
  /** Bars of days, weeks and months, over all months. Throws on a timeframe of minutes or hours. */
  bars(query: BarQuery): Promise<TapePage<Bar>>;
  /** The newest of all months. */
  latest(): Promise<TapeLatest>;
  /**
   * Replaces the bars of trading days on which no trades were made; minutes in the tapes of their months. What failed in
   * the middle is repeated whole. Throws on bars that cannot be, and stores none.
   */
  putBars(request: PutBars): Promise<BarsPut>;
  /** The gaps of all months, also those between two of them. Nothing is missing before the first trade of all. */
  gaps(): Promise<TapeGap[]>;
  /** Which days have bars that no trade made. */
  backfilled(): Promise<Backfilled[]>;
}
