/** The trades of the stream by symbol: each number once and in order, and what is missing is counted. */
import type { Trade } from "./messages.ts";

const KEPT = 500;

interface Added {
  readonly kept: readonly Trade[];
  readonly list: readonly Trade[];
  readonly hasGap: boolean;
}

export class Tapes {
  readonly #lists = new Map<string, readonly Trade[]>();
  #taken = 0;
  #doubled = 0;
  #missing = 0;

  /** Since the start: trades that were shown, that came again and were not, and whose numbers never came. */
  get counts(): { readonly taken: number; readonly doubled: number; readonly missing: number } {
    return { taken: this.#taken, doubled: this.#doubled, missing: this.#missing };
  }

  /** The number of the last trade of a symbol. */
  lastOf(symbol: string): number | null {
    return this.#lists.get(symbol)?.[0]?.id ?? null;
  }

  /**
   * Adds trades of a symbol, oldest first. Gives those that are new, the newest ones without a gap, newest first, and
   * whether some are missing between them.
   */
  add(symbol: string, trades: readonly Trade[]): Added {
    let list = this.#lists.get(symbol) ?? [];
    const kept: Trade[] = [];
    let hasGap = false;
    let last = list[0]?.id ?? null;
    let begins = 0;
    for (const trade of trades) {
      if (last !== null && trade.id <= last) {
        this.#doubled++;
        continue;
      }
      if (last !== null && trade.id > last + 1) {
        this.#missing += trade.id - last - 1;
        hasGap = true;
        list = [];
        begins = kept.length;
      }
      kept.push(trade);
      last = trade.id;
    }
    this.#taken += kept.length;
    if (kept.length > 0) list = [...kept.slice(begins).reverse(), ...list].slice(0, KEPT);
    this.#lists.set(symbol, list);
    return { kept, list, hasGap };
  }

  /** The numbers of a symbol begin again, or what comes next does not follow what was taken. */
  restart(symbol: string): void {
    this.#lists.delete(symbol);
  }

  /** Forgets symbols that nobody follows: what happens to them from now on is not missed. */
  keepOnly(symbols: { has(symbol: string): boolean }): void {
    for (const symbol of this.#lists.keys()) if (!symbols.has(symbol)) this.#lists.delete(symbol);
  }
}
