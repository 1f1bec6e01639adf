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
 * The last quote of a book that had a side. While orders rest it is what they show, so it is stored only when the last of
 * them has gone: with that commit, because nothing is awaited between the two writes.
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

  /** The quote that the book had before it was empty; null while it has orders, and when it never had any. */
  get lastQuote(): LastQuote | null {
    return this.#isEmpty ? this.#stored : null;
  }

  /** The book has changed. */
  changed(state: Readonly<BookState>): void {
    const [bid, ask] = [best(state, "buy"), best(state, "sell")];
    this.#isEmpty = bid === null && ask === null;
    if (this.#isEmpty) this.#store();
    // Orders that gather for an auction may be crossed: such prices are no quote.
    else if (bid === null || ask === null || bid.price < ask.price) this.#newest = { bid, ask, at: state.changedAt };
  }

  #store(): void {
    if (this.#newest === null) return;
    this.#stored = this.#newest;
    this.#newest = null;
    try {
      this.#ports.kv.put(KEY, this.#stored);
    } catch (error) {
      // A full disk must not keep the book from trading.
      this.#ports.failed(error);
    }
  }
}
