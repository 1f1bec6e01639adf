import type { BookOutputs, BookState, Incoming } from "../matching/bookState.ts";
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
  /**
   * Whether each LIVE order stands for one order of the live book, by its ref. False in an account book of an earlier
   * release, until it has no orders of the account.
   */
  byRef: boolean;
  /** Refs of the resting orders of the trades that are applied now. */
  traded: ReadonlySet<number>;
}

export interface Taken {
  readonly lots: number;
  /** What the level displayed at the newest reading, less what others have taken since of these lots. */
  readonly displayed: number;
}

export const NO_REFS: ReadonlySet<number> = new Set();
const NO_SIZES = [new Map<number, number>(), new Map<number, number>()] as const;

/** Owner of the orders that stand for quantity of the live book. No account has this address. */
export const LIVE = "live";

/** Nothing of the live book is known. */
export const NOTHING_KNOWN = -1;

/** An account book with these orders, which knows nothing of the live book. */
export function accountBookOf(book: BookState, byRef: boolean): AccountBook {
  const horizon: [number, number] = [NOTHING_KNOWN, NOTHING_KNOWN];
  return { book, taken: [new Map(), new Map()], sizes: NO_SIZES, horizon, byRef, traded: NO_REFS };
}

/** First digit of the ids of LIVE orders, by side. */
const FIRST_DIGIT = ["b", "a"] as const;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, "0");

/** The id of an order of LIVE: a UUID as other ids, which names its side. `part`: which of several with this ref. */
export function liveOrderId(side: SideNumber, ref: number, part = 0): string {
  return `${FIRST_DIGIT[side]}0000000-0000-0000-${hex(part, 4)}-${hex(ref, 12)}`;
}

/** The ref in the id of an order of LIVE; null for a further part. */
export function refOf(orderId: string): number | null {
  return orderId.slice(19, 23) === "0000" ? Number.parseInt(orderId.slice(24), 16) : null;
}

/** Refs of the account's orders between two refs of the live book. */
const REFS_BETWEEN = 1_024;

/** The ref in an account book of an order of the live book: it is on one line with those of the account's orders. */
export function paperRef(ref: number): number {
  return ref * REFS_BETWEEN;
}

/** An order of the live book as an incoming order of an account book. */
export function incoming(side: SideNumber, ref: number, limit: number, left: number): Incoming {
  return { orderId: liveOrderId(side, ref), owner: LIVE, ref: paperRef(ref), side, limit, left, complex: null };
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
