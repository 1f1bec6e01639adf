import { loadBook, saveBook } from "../matching/bookSnapshot.ts";
import type { BookSnapshot } from "../matching/bookSnapshot.ts";
import { accountBookOf } from "./accountBook.ts";
import type { AccountBook, Taken } from "./accountBook.ts";
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
  /** By side: price in steps, lots, and what was displayed. */
  readonly taken: readonly [SavedTaken, SavedTaken];
  readonly horizon: readonly [number, number];
  /** Missing in snapshots of earlier releases, which had none by ref. */
  readonly byRef?: boolean;
}

type SavedTaken = readonly (readonly [steps: number, lots: number, displayed: number])[];

const saveTaken = (taken: ReadonlyMap<number, Taken>): SavedTaken =>
  Array.from(taken, ([steps, { lots, displayed }]) => [steps, lots, displayed] as const);

const loadTaken = (saved: SavedTaken): Map<number, Taken> =>
  new Map(saved.map(([steps, lots, displayed]) => [steps, { lots, displayed }]));

export function savePaperBook({
  symbol,
  rules,
  market,
  readAt,
  nextTradeId,
  accounts,
}: PaperBookState): PaperBookSnapshot {
  const saved = [...accounts].map(([owner, { book, taken, horizon, byRef }]) => ({
    owner,
    book: saveBook(book),
    taken: [saveTaken(taken[0]), saveTaken(taken[1])] as const,
    horizon: [...horizon] as const,
    byRef,
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
  const loaded = accounts.map(({ owner, book, taken, horizon, byRef }): [string, AccountBook] => {
    const account = accountBookOf(loadBook(book), byRef ?? false);
    account.horizon.splice(0, 2, ...horizon);
    for (const side of [0, 1] as const) {
      for (const [steps, each] of loadTaken(taken[side])) account.taken[side].set(steps, each);
    }
    return [owner, account];
  });
  return { symbol, rules, market, readAt, nextTradeId, accounts: new Map(loaded) };
}
