/** Whether every book shows what the accounts have open, on an exchange that goes on trading. */
import { setTimeout as sleep } from "node:timers/promises";
import { bookMismatches } from "./compare.ts";
import type { Mismatch } from "./compare.ts";
import type { RunningAccount, RunningBook } from "./exchange.ts";

/** Mail between an account and a book is repeated within this time, also when both have just been started again. */
const DEADLINE_MS = 60_000;
/** Of a reading whose requests had to wait, too. */
const ROUNDS_MIN = 4;
const ROUND_MS = 300;

export interface BooksReader {
  /** Milliseconds that do not count: a limit of the exchange had us wait. */
  waitedMs(): number;
  book(symbol: string): Promise<RunningBook>;
  hasSessions(symbol: string): Promise<boolean>;
  /** Every account that there is by now. */
  accounts(): Promise<readonly RunningAccount[]>;
}

/**
 * A sentence for each book that differs. Book and accounts are not read at one moment, so an order that came or went in
 * between is missing on one side. An account has an order open before the book has it, and until the book has told its end: so
 * one that is missing again and again is wrong, and one that is gone from both is not. A market in which orders come and go
 * all the time gets its verdict as any other.
 */
export async function booksThatDiffer(reader: BooksReader, symbols: readonly string[]): Promise<Map<string, string>> {
  const sessions = new Map(
    await Promise.all(symbols.map(async (symbol) => [symbol, await reader.hasSessions(symbol)] as const)),
  );
  let suspects = new Map<string, readonly Mismatch[] | null>(symbols.map((symbol) => [symbol, null]));
  const started = performance.now();
  for (let rounds = 1; ; rounds++) {
    const books = await Promise.all(
      [...suspects.keys()].map(async (symbol) => [symbol, await reader.book(symbol)] as const),
    );
    const accounts = await reader.accounts();
    const next = new Map<string, readonly Mismatch[]>();
    for (const [symbol, book] of books) {
      const found = bookMismatches(symbol, book, accounts, sessions.get(symbol) ?? false);
      const before = suspects.get(symbol) ?? null;
      const again = before === null ? found : found.filter(({ id }) => before.some((each) => each.id === id));
      if (again.length > 0) next.set(symbol, again);
    }
    suspects = next;
    const spent = performance.now() - started - reader.waitedMs();
    if (next.size === 0 || (rounds >= ROUNDS_MIN && spent > DEADLINE_MS)) {
      return new Map([...next].map(([symbol, [first]]) => [symbol, `book ${symbol}: ${first?.text ?? ""}`]));
    }
    await sleep(ROUND_MS);
  }
}
