/** The live books of a year with the phases of their trading days, and the paper books beside them. */
import { assetOf } from "../../../domain/market/asset.ts";
import { duePhases, nextDue } from "../../../domain/market/duePhases.ts";
import type { CalendarName, MarketEntry } from "../../../domain/market/phase.ts";
import type { BookOutputs, BookState } from "../../../domain/matching/bookState.ts";
import type { BookCommand, BookReport } from "../../../domain/matching/messages.ts";
import { applyCommand, applyEntry, newBook } from "../../../domain/matching/orderBook.ts";
import { best } from "../../../domain/matching/views.ts";
import { readLiveMarket } from "../../../domain/paper/liveMarket.ts";
import {
  applyPaperCommand,
  applyPaperEntry,
  newerMarket,
  newPaperBook,
  nextExpiry,
  paperOrders,
  type PaperBookEntry,
  type PaperBookState,
} from "../../../domain/paper/paperBook.ts";
import { isRelevant } from "../../../domain/paper/relevance.ts";

/** Gives a report to the account that owns the order. */
type Send = (owner: string, report: BookReport) => void;

const calendarOf = (symbol: string): CalendarName =>
  assetOf(symbol).assetClass === "crypto" ? "always" : "us_equities";

export class YearMarkets {
  readonly books: ReadonlyMap<string, BookState>;
  readonly papers: ReadonlyMap<string, PaperBookState>;
  readonly #send: Send;
  readonly #outputs: BookOutputs;
  /** The auctions that have ended with an uncross. */
  uncrosses = 0;

  constructor(symbols: readonly string[], start: number, send: Send) {
    this.books = new Map(symbols.map((symbol) => [symbol, newBook(symbol)]));
    this.papers = new Map(symbols.map((symbol) => [symbol, newPaperBook(symbol)]));
    this.#send = send;
    this.#outputs = { report: send, trade: () => undefined };
    for (const [symbol, book] of this.books) {
      const calendar = calendarOf(symbol);
      applyEntry(book, { kind: "configure", calendar, luldTier: null }, start, this.#outputs);
      this.#enterPhases(book, start);
    }
  }

  calendar(symbol: string): CalendarName {
    return calendarOf(symbol);
  }

  /** When the next phase of any book begins, after `now`; null: none does. */
  nextPhase(now: number): number | null {
    const due = [...this.books.values()].flatMap(({ status }) => nextDue(status.calendar, status, now) ?? []);
    return due.length === 0 ? null : Math.min(...due);
  }

  /** Begins the phases that are due. */
  enterPhases(now: number): void {
    for (const book of this.books.values()) this.#enterPhases(book, now);
  }

  /** Orders end that are due. */
  expire(now: number): void {
    for (const book of this.books.values()) applyEntry(book, { kind: "expire" }, now, this.#outputs);
    for (const paper of this.papers.values()) {
      const due = nextExpiry(paper);
      if (due !== null && due <= now) this.#tellPaper(paper, { kind: "expire" }, now);
    }
  }

  command(owner: string, symbol: string, command: BookCommand, now: number, isPaper: boolean): void {
    const [book, paper] = [this.books.get(symbol), this.papers.get(symbol)];
    if (book === undefined || paper === undefined) throw new Error(`no book ${symbol}`);
    if (!isPaper) return applyCommand(book, owner, command, now, this.#outputs);
    const market = newerMarket(paper, readLiveMarket(book, paper.market?.sequence ?? 0));
    if (market !== null) this.#tellPaper(paper, { kind: "market", market }, now);
    applyPaperCommand(paper, owner, command, now, this.#send);
  }

  /** Paper books with orders read what has changed in the live ones. */
  readLive(now: number): void {
    for (const [symbol, paper] of this.papers) {
      const book = this.books.get(symbol);
      if (book === undefined || paperOrders(paper) === 0 || book.sequence === paper.market?.sequence) continue;
      const market = newerMarket(paper, readLiveMarket(book, paper.market?.sequence ?? 0));
      if (market !== null && isRelevant(paper, market)) this.#tellPaper(paper, { kind: "market", market }, now);
    }
  }

  /** What a market order of this side would trade at: the best opposite price, or the last one. */
  price(symbol: string, side: string): number | null {
    const book = this.books.get(symbol);
    if (book === undefined) return null;
    return best(book, side === "buy" ? "sell" : "buy")?.price ?? book.last?.price ?? null;
  }

  last(symbol: string): number | null {
    return this.books.get(symbol)?.last?.price ?? null;
  }

  #enterPhases(book: BookState, now: number): void {
    for (const entry of duePhases(book.status.calendar, book.status, now)) this.#tell(book, entry, now);
  }

  #tell(book: BookState, entry: MarketEntry, now: number): void {
    if (entry.kind === "phase" && entry.uncross !== undefined) this.uncrosses++;
    applyEntry(book, entry, now, this.#outputs);
  }

  #tellPaper(paper: PaperBookState, entry: PaperBookEntry, now: number): void {
    applyPaperEntry(paper, entry, now, this.#send);
  }
}
