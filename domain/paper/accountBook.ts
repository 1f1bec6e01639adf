import type { BookOutputs, BookState } from "../matching/bookState.ts";
import type { BookReport } from "../matching/messages.ts";
import type { SideNumber } from "../matching/engine/engine.ts";

/**
 * The book of a symbol as one paper account sees it: an order book with the displayed quantity of the live book, in
 * orders of `LIVE`, and with the orders of the account. So a paper order follows the rules of `domain/matching`. Between
 * two inputs only the levels at which the account has orders keep their LIVE orders.
 */
export interface AccountBook {
  readonly book: BookState;
  /** By side: what the account has taken of displayed quantity, by price in steps. The live book does not know of it. */
  readonly taken: readonly [Map<number, Taken>, Map<number, Taken>];
  /** By side: displayed quantity of each level of the newest reading, while an input is applied. */
  sizes: readonly [ReadonlyMap<number, number>, ReadonlyMap<number, number>];
  /** By side: key of the worst level of the newest reading. Worse levels are unknown. */
  readonly horizon: [number, number];
}

export interface Taken {
  readonly lots: number;
  /** What the level displayed at the newest reading, less what others have taken since of these lots. */
  readonly displayed: number;
}

const NO_SIZES = [new Map<number, number>(), new Map<number, number>()] as const;

/** Owner of the orders that stand for quantity of the live book. No account has this address. */
export const LIVE = "live";

/** Nothing of the live book is known. */
export const NOTHING_KNOWN = -1;

/** An account book with these orders, which knows nothing of the live book. */
export function accountBookOf(book: BookState): AccountBook {
  return { book, taken: [new Map(), new Map()], sizes: NO_SIZES, horizon: [NOTHING_KNOWN, NOTHING_KNOWN] };
}

/** First digit of the ids of LIVE orders, by side. */
const FIRST_DIGIT = ["b", "a"] as const;

/** The id of an order of LIVE: a UUID as other ids, which names its side. */
export function liveOrderId(side: SideNumber, ref: number): string {
  return `${FIRST_DIGIT[side]}0000000-0000-0000-0000-${ref.toString(16).padStart(12, "0")}`;
}

/** Whether an order stands for quantity of the live book. */
export function isLiveOrder(m: BookState, slot: number): boolean {
  return m.ownerOf(slot) === LIVE;
}

/** Adds to what the account has taken at a price in steps. */
export function noteTaken({ taken, sizes }: AccountBook, side: SideNumber, steps: number, qty: number): void {
  const before = taken[side].get(steps);
  const displayed = before?.displayed ?? sizes[side].get(steps) ?? 0;
  taken[side].set(steps, { lots: (before?.lots ?? 0) + qty, displayed });
}

/** Reports of the account's orders go on; what LIVE orders have given to the account is noted as taken. */
export class AccountOutputs implements BookOutputs {
  readonly #account: AccountBook;
  readonly #report: (report: BookReport) => void;
  /** True while a trade of the live book is applied: its quantity was taken by others. */
  byLiveTrade = false;

  constructor(account: AccountBook, report: (report: BookReport) => void) {
    this.#account = account;
    this.#report = report;
  }

  report(owner: string, report: BookReport): void {
    if (owner !== LIVE) return this.#report(report);
    if (report.kind !== "fill" || report.liquidity !== "maker" || this.byLiveTrade) return;
    const side = report.orderId.startsWith(FIRST_DIGIT[1]) ? 1 : 0;
    noteTaken(this.#account, side, this.#account.book.cascadeLastPrice, report.qty);
  }

  trade(): void {
    // Paper trades are public nowhere.
  }
}
