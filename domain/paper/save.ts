import { loadBook, saveBook } from "../matching/bookSnapshot.ts";
import type { BookSnapshot } from "../matching/bookSnapshot.ts";
import type { AccountBook } from "./accountBook.ts";
import type { LiveMarket } from "./liveMarket.ts";
import type { PaperBookState } from "./paperBook.ts";

/** A paper book as structured data for a snapshot. */
export interface PaperBookSnapshot {
  readonly symbol: string;
  readonly rules: number;
  readonly market: LiveMarket | null;
  readonly readAt: number;
  readonly nextTradeId: number;
  readonly accounts: readonly SavedAccountBook[];
}

interface SavedAccountBook {
  readonly owner: string;
  readonly book: BookSnapshot;
  /** By side: price in steps and lots. */
  readonly displayed: readonly [Sums, Sums];
  readonly taken: readonly [Sums, Sums];
  readonly horizon: readonly [number, number];
}

type Sums = readonly (readonly [steps: number, lots: number])[];

export function savePaperBook({
  symbol,
  rules,
  market,
  readAt,
  nextTradeId,
  accounts,
}: PaperBookState): PaperBookSnapshot {
  const saved = [...accounts].map(([owner, { book, displayed, taken, horizon }]) => ({
    owner,
    book: saveBook(book),
    displayed: [[...displayed[0]], [...displayed[1]]] as const,
    taken: [[...taken[0]], [...taken[1]]] as const,
    horizon: [...horizon] as const,
  }));
  return { symbol, rules, market, readAt, nextTradeId, accounts: saved };
}

/** Loads a snapshot. Throws when it is inconsistent. */
export function loadPaperBook({
  symbol,
  rules,
  market,
  readAt,
  nextTradeId,
  accounts,
}: PaperBookSnapshot): PaperBookState {
  const loaded = accounts.map(({ owner, book, displayed, taken, horizon }): [string, AccountBook] => [
    owner,
    {
      book: loadBook(book),
      displayed: [new Map(displayed[0]), new Map(displayed[1])],
      taken: [new Map(taken[0]), new Map(taken[1])],
      horizon: [horizon[0], horizon[1]],
    },
  ]);
  return { symbol, rules, market, readAt, nextTradeId, accounts: new Map(loaded) };
}
