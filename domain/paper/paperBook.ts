import { BookState } from "../matching/bookState.ts";
import type { BookCommand, BookReport } from "../matching/messages.ts";
import { applyBookCommand } from "../matching/commands.ts";
import { applyMarketEntry } from "../matching/marketEntries.ts";
import { accountBookOf, AccountOutputs, paperRef } from "./accountBook.ts";
import type { AccountBook } from "./accountBook.ts";
import { dropDepth, followDepth } from "./liveDepth.ts";
import { followMarket } from "./followMarket.ts";
import type { LiveMarket } from "./liveMarket.ts";

/**
 * The paper book of a symbol as a deterministic state machine: its inputs are commands of paper accounts and readings of
 * the live book, its outputs reports to paper accounts. Nothing of it reaches the live book.
 */
export interface PaperBookState {
  readonly symbol: string;
  /** Version of the matching rules that new account books follow. */
  rules: number;
  /** The newest reading of the live book, without its trades; null before the first. */
  market: LiveMarket | null;
  /** When it was applied. */
  readAt: number;
  /** Account books by the address of the account, in the sequence of their last use. */
  readonly accounts: Map<string, AccountBook>;
  /** Trade ids are unique in the paper book. */
  nextTradeId: number;
}

export type PaperBookEntry =
  /** A reading of the live book that continues the newest one. */
  | { readonly kind: "market"; readonly market: LiveMarket }
  /** Time has passed: orders that are due expire. */
  | { readonly kind: "expire" }
  | { readonly kind: "rules"; readonly version: number };

/** Sends a report to a paper account. */
export type SendReport = (owner: string, report: BookReport) => void;

/** Account books without orders that are kept for what their accounts have taken. */
const IDLE_ACCOUNTS_MAX = 256;
/** A reading that follows the previous one so much later leaves pegged orders without a price in between. */
const LATE_MS = 1_000;
/** The rules of the first release with paper books. */
export const FIRST_PAPER_RULES = 2;

export function newPaperBook(symbol: string): PaperBookState {
  return { symbol, rules: FIRST_PAPER_RULES, market: null, readAt: 0, accounts: new Map(), nextTradeId: 1 };
}

/** Applies one command of the paper account at address `owner`. The live book has been read before. */
export function applyPaperCommand(
  state: PaperBookState,
  owner: string,
  command: BookCommand,
  now: number,
  send: SendReport,
): void {
  const account = state.accounts.get(owner) ?? openAccountBook(state);
  state.accounts.delete(owner);
  state.accounts.set(owner, account);
  if (account.book.owners.uses(owner) === 0) account.byRef = state.market?.nextRef !== undefined;
  followRefs(account, state.market);
  run(state, owner, account, send, (out) => {
    account.book.now = now;
    account.book.out = out;
    showDepth(state, account);
    applyBookCommand(account.book, owner, command);
  });
  dropIdle(state);
}

/** Applies a reading of the live book, or the passing of time. */
export function applyPaperEntry(state: PaperBookState, entry: PaperBookEntry, now: number, send: SendReport): void {
  if (entry.kind === "rules") {
    state.rules = entry.version;
    for (const { book } of state.accounts.values()) book.rules = entry.version;
    return;
  }
  const isLate = now - state.readAt > LATE_MS;
  if (entry.kind === "market") {
    state.market = { ...entry.market, trades: [] };
    state.readAt = now;
  }
  for (const [owner, account] of state.accounts) {
    run(state, owner, account, send, (out) => {
      if (entry.kind === "market") {
        followRefs(account, entry.market);
        return followMarket(account, entry.market, now, isLate, out);
      }
      account.book.now = now;
      account.book.out = out;
      showDepth(state, account);
      applyMarketEntry(account.book, entry);
    });
  }
  dropIdle(state);
}

/** A reading without the trades that are applied already; null when it is not newer than the newest one. */
export function newerMarket({ market }: Readonly<PaperBookState>, read: LiveMarket): LiveMarket | null {
  if (market === null) return { ...read, trades: [] };
  if (read.sequence < market.sequence) return null;
  // An object of the previous release; the next reading has what is missing here.
  if (market.nextRef !== undefined && read.nextRef === undefined) return null;
  const trades = read.trades.filter(({ sequence }) => sequence > market.sequence);
  return { ...read, trades };
}

/** Number of paper orders that rest or wait. */
export function paperOrders({ accounts }: Readonly<PaperBookState>): number {
  return [...accounts].reduce((sum, [owner, { book }]) => sum + book.owners.uses(owner), 0);
}

/** When the next paper order expires; null when none does. */
export function nextExpiry({ accounts }: Readonly<PaperBookState>): number | null {
  const all = [...accounts.values()].flatMap(({ book }) => book.earliestExpiry ?? []);
  return all.length === 0 ? null : Math.min(...all);
}

function openAccountBook({ market, rules }: PaperBookState): AccountBook {
  if (market === null) throw new Error("a paper order before the first reading of the live book");
  const { status, last, limitAnchor } = market;
  // Bands and phases come from the live book, so this one has no tier of its own.
  const account = accountBookOf(new BookState(market.instrument, status, rules), market.nextRef !== undefined);
  account.book.last = last;
  account.book.limitAnchor = limitAnchor;
  return account;
}

/** Lets the account's orders that arrive from now on be younger than every order that the live book has had so far. */
function followRefs({ book, byRef }: AccountBook, market: LiveMarket | null): void {
  if (byRef && market?.nextRef !== undefined) book.nextRef = Math.max(book.nextRef, paperRef(market.nextRef));
}

/** Lets the account book have all levels of the newest reading, for an order that may take. */
function showDepth({ market }: PaperBookState, account: AccountBook): void {
  if (market !== null && account.book.matching) followDepth(account, market, true);
}

/** Runs a change of an account book with the trade ids of the paper book. */
function run(
  state: PaperBookState,
  owner: string,
  account: AccountBook,
  send: SendReport,
  change: (out: AccountOutputs) => void,
): void {
  const { book } = account;
  book.nextTradeId = state.nextTradeId;
  change(new AccountOutputs(account, (report) => send(owner, report)));
  dropDepth(account);
  // What subscribers may resume is of no use here.
  book.recent.length = 0;
  state.nextTradeId = book.nextTradeId;
}

/** Removes account books that have no orders: at once without anything taken, otherwise those that were used first. */
function dropIdle({ accounts }: PaperBookState): void {
  const idle = [...accounts].filter(([owner, { book }]) => book.owners.uses(owner) === 0);
  for (const [owner, { taken }] of idle) if (taken[0].size + taken[1].size === 0) accounts.delete(owner);
  const kept = idle.filter(([owner]) => accounts.has(owner));
  for (const [owner] of kept.slice(0, Math.max(0, kept.length - IDLE_ACCOUNTS_MAX))) accounts.delete(owner);
}
