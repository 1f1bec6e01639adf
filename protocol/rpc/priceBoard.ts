/** RPC of a PriceBoard object: the last values of many symbols (a last-value cache), which books keep up to date. */
import { closeBefore, type DayClose } from "../../domain/market/dayClose.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import { shardOf } from "../../domain/ids.ts";
import type { WireLatestBars } from "../wire/bars.ts";
import type { BookTop } from "./orderBook.ts";
import type { TapeBars } from "./tape.ts";

/**
 * Boards of the exchange: a symbol is always on the same one. The number is fixed: after a change, boards would have
 * old values of the symbols that moved.
 */
export const PRICE_BOARDS = 4;

/** Closes of trading days, and the first day from which on all are there. */
export interface BoardCloses {
  readonly from: number;
  readonly series: PriceSeries;
}

/** The number of a call of a book, which grows: that of the life of the book, and of the call in it. */
export type BoardCall = readonly [life: number, nth: number];

/** What a book tells of itself. */
export interface BoardUpdate {
  /** Without the previous close, which depends on the time of the reader. */
  readonly top: Omit<BookTop, "previousClose">;
  readonly close: DayClose | null;
  /** Null when they are as told before. */
  readonly closes: BoardCloses | null;
  /** Null when they are as told before; `unknown` when a call of an earlier life of the book may have been lost. */
  readonly bars: TapeBars | "unknown" | null;
  /** The book is going to sleep: this is valid until its next update. */
  readonly quiet: boolean;
  /** Tells a late call from a newer one of the same state. Books of an earlier release leave it out. */
  readonly call?: BoardCall;
}

export interface BoardUpdated {
  readonly lacksBars: boolean;
}

/** The last values of a symbol. */
export interface BoardValues {
  /** As of the update: `previousClose` is left out. */
  readonly top: BookTop;
  readonly close: DayClose | null;
  /** Null when the board does not know them. */
  readonly bars: WireLatestBars | null;
  /** Null when none were asked for, or the board does not have all of them. */
  readonly closes: PriceSeries | null;
}

/** A range of trading days, both included. */
export interface DayRange {
  readonly from: number;
  readonly to: number;
}

export interface ScreenQuery {
  readonly assetClass: "us_equity" | "crypto";
  readonly by: "volume" | "trades" | "change";
  /** Symbols that are left out: those that were delisted. */
  readonly except: readonly string[];
}

export interface PriceBoardRpc {
  /** Takes what a book tells, unless it has a later state of it. Says whether it needs the bars of the tapes. */
  update(update: BoardUpdate): Promise<BoardUpdated>;
  /**
   * The last values of each symbol; null for one that the board does not know, or of which it was not told for some
   * seconds although its book is awake. `closes`: the closes of these days that are over, for each symbol.
   */
  read(symbols: readonly string[], closes: DayRange | null): Promise<(BoardValues | null)[]>;
  /** Takes bars that were read of the tapes, because the board did not know them. */
  learnBars(bars: WireLatestBars): Promise<void>;
  /** The newest bars of the symbols that can be among the first 100 of a list of the screener. */
  screen(query: ScreenQuery): Promise<WireLatestBars[]>;
}

/** The number of the board of a symbol. */
export const boardOf = (symbol: string): number => shardOf(symbol, PRICE_BOARDS);

/** What the boards have of these symbols: one call of each board that has some. A board that fails has none. */
export async function readBoards(
  board: (nth: number) => Pick<PriceBoardRpc, "read">,
  symbols: readonly string[],
  closes: DayRange | null = null,
): Promise<Map<string, BoardValues>> {
  const byBoard = Map.groupBy(new Set(symbols), boardOf);
  const found = new Map<string, BoardValues>();
  const reads = Array.from(byBoard, async ([nth, own]) => {
    const values = await board(nth).read(own, closes);
    for (const [index, symbol] of own.entries()) {
      const value = values[index];
      if (value) found.set(symbol, value);
    }
  });
  // Who lacks a symbol asks its book.
  await Promise.allSettled(reads);
  return found;
}

/** The top of a book now, by what a board has of it. */
export function topOf({ top, close }: Pick<BoardValues, "top" | "close">, now: number): BookTop {
  const previousClose = closeBefore(close, now);
  return previousClose === null ? top : { ...top, previousClose };
}
