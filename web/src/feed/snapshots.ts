/** Snapshots of symbols: what a panel shows before the first element of the stream. Many readers make one call. */
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import type { Bar, Quote, Trade } from "./messages.ts";
import { readBar, readQuote, readTrade } from "./elements.ts";

/** The newest of a symbol; null: there is none. */
export interface Snapshot {
  readonly symbol: string;
  readonly quote: Quote | null;
  readonly trade: Trade | null;
  readonly daily: Bar | null;
  readonly before: Bar | null;
}

type Fields = Readonly<Record<string, unknown>>;
type Answer = Readonly<Record<string, Readonly<Record<string, Fields | undefined>>>>;

export const isCoin = (symbol: string): boolean => symbol.includes("/");

/** Reads snapshots: one call for shares and one for coins. Symbols without any data are left out. */
export async function readSnapshots(symbols: readonly string[]): Promise<readonly Snapshot[]> {
  const coins = symbols.filter(isCoin);
  const shares = symbols.filter((symbol) => !isCoin(symbol));
  const [ofShares, ofCoins] = await Promise.all([
    shares.length === 0 ? {} : call<Answer>("GET", `/v2/stocks/snapshots?symbols=${listOf(shares)}`),
    coins.length === 0
      ? { snapshots: {} }
      : call<{ snapshots: Answer }>("GET", `/v1beta3/crypto/us/snapshots?symbols=${listOf(coins)}`),
  ]);
  const found: Answer = Object.assign({}, ofShares, ofCoins.snapshots);
  return Object.entries(found).map(([symbol, of]) => ({
    symbol,
    quote: of["latestQuote"] === undefined ? null : readQuote(symbol, of["latestQuote"]),
    trade: of["latestTrade"] === undefined ? null : readTrade(symbol, of["latestTrade"]),
    daily: of["dailyBar"] === undefined ? null : readBar(symbol, of["dailyBar"]),
    before: of["prevDailyBar"] === undefined ? null : readBar(symbol, of["prevDailyBar"]),
  }));
}

export const listOf = (symbols: readonly string[]): string => symbols.map(encodeURIComponent).join(",");

const AGAIN_MS = 2_000;

/** Collects symbols for a moment, and has them read together. A call without an answer is repeated. */
export class Batched {
  readonly #read: (symbols: readonly string[]) => Promise<void>;
  readonly #wanted = new Set<string>();
  #isWaiting = false;

  constructor(read: (symbols: readonly string[]) => Promise<void>) {
    this.#read = read;
  }

  want(symbols: Iterable<string>, inMs = 0): void {
    for (const symbol of symbols) this.#wanted.add(symbol);
    if (this.#wanted.size === 0 || this.#isWaiting) return;
    this.#isWaiting = true;
    setTimeout(() => this.#run(), inMs);
  }

  #run(): void {
    this.#isWaiting = false;
    const symbols = [...this.#wanted];
    this.#wanted.clear();
    this.#read(symbols).catch((error: unknown) => {
      if (!(error instanceof ApiError) || error.status >= 500 || error.status === 429) this.want(symbols, AGAIN_MS);
    });
  }
}
