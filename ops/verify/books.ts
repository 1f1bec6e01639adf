/** Compares every book with the open orders of the accounts while the exchange trades. */
import { setTimeout as sleep } from "node:timers/promises";
import { bookMismatches } from "./compare.ts";
import type { Mismatch } from "./compare.ts";
import type { RunningAccount, RunningBook } from "./exchange.ts";

/** Messages between an account and a book are repeated within this time, also after a restart of both. */
const DEADLINE_MS = 60_000;
/** The longest time of a comparison, rate-limited requests included. */
const ROUNDS_MIN = 4;
const ROUND_MS = 300;

export interface BooksReader {
  /** Milliseconds of waiting for rate limits, which do not count. */
  waitedMs(): number;
  book(symbol: string): Promise<RunningBook>;
  hasSessions(symbol: string): Promise<boolean>;
  /** Every account that exists now. */
  accounts(): Promise<readonly RunningAccount[]>;
}

/**
 * Describes each book that differs. Book and accounts are not read at the same time, so an order that was accepted or
 * closed in between is missing on one side. A difference counts only if the same order differs in repeated readings.
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
