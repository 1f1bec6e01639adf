import type { BookState } from "../../domain/matching/bookState.ts";
import { best } from "../../domain/matching/views.ts";
import type { BookTop } from "../../protocol/rpc/orderBook.ts";

type LastQuote = NonNullable<BookTop["lastQuote"]>;

const KEY = "lastQuote";

export interface LastQuotePorts {
  readonly kv: { get<T>(key: string): T | undefined; put<T>(key: string, value: T): void };
  failed(error: unknown): void;
}

/**
 * The last quote of a book that has become empty. Stored only when the last order is gone, because resting orders show
 * the quote; in the same commit, because nothing is awaited between the two writes.
 */
export class LastQuoteStore {
  readonly #ports: LastQuotePorts;
  #newest: LastQuote | null = null;
  #stored: LastQuote | null;
  #isEmpty = true;

  constructor(state: Readonly<BookState>, ports: LastQuotePorts) {
    this.#ports = ports;
    this.#stored = ports.kv.get<LastQuote>(KEY) ?? null;
    this.changed(state);
  }

  /** The quote before the book became empty; null while it has orders, and when it never had any. */
  get lastQuote(): LastQuote | null {
    return this.#isEmpty ? this.#stored : null;
  }

  /** Call after each commit. */
  changed(state: Readonly<BookState>): void {
    const [bid, ask] = [best(state, "buy"), best(state, "sell")];
    this.#isEmpty = bid === null && ask === null;
    if (this.#isEmpty) this.#store();
    // Crossed prices of a call period are no quote.
    else if (bid === null || ask === null || bid.price < ask.price) this.#newest = { bid, ask, at: state.changedAt };
  }

  #store(): void {
    if (this.#newest === null) return;
    this.#stored = this.#newest;
    this.#newest = null;
    try {
      this.#ports.kv.put(KEY, this.#stored);
    } catch (error) {
      // The book trades on when this fails.
      this.#ports.failed(error);
    }
  }
}
