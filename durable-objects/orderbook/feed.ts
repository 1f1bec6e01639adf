import type { MarketState, NumberedTrade } from "../../domain/matching/venue.ts";
import { concatBytes } from "../../protocol/bytes.ts";
import { encodeQuote, encodeTrade } from "../../protocol/marketData.ts";
import type { QuoteElement } from "../../protocol/marketData.ts";
import type { BookTop, MarketSegment, MarketSince, PriceLevel } from "../../protocol/rpc.ts";

/** At most ten publications a second: the first change goes at once, the rest of the window is merged. */
export const WINDOW_MS = 100;

/** What the feed needs: who listens, where a segment goes, and a timer. */
export interface FeedPorts {
  hasListeners(): boolean;
  publish(publication: Publication): void;
  after(ms: number, run: () => void): void;
}

/** A segment, and what its quote says: null when it has none. */
export interface Publication {
  readonly segment: MarketSegment;
  readonly quote: QuoteElement | null;
}

/** The top as it was made public, with the sequence of that; `key` tells it from another. */
interface PublicQuote {
  readonly key: string;
  readonly element: QuoteElement;
}

/**
 * Collects a book's changes and publishes one encoded segment per window. The timer runs only while something waits.
 * Each segment follows on the one before it, and what was published can be asked for again from any sequence; what
 * waits for its window's end is not public yet, so an answer and the next segment never overlap.
 */
export class MarketFeed {
  readonly #state: () => Readonly<MarketState>;
  readonly #ports: FeedPorts;
  #trades: Uint8Array[] = [];
  /** The market's sequence through which all is public. */
  #published: number;
  #quote: PublicQuote | null = null;
  #windowOpen = false;
  #dirty = false;

  /** After a restart everything committed is public: listeners are told how far that is, and ask for it. */
  constructor(state: () => Readonly<MarketState>, ports: FeedPorts) {
    this.#state = state;
    this.#ports = ports;
    this.#published = state().sequence;
  }

  /** The book has changed; `trades` are those of this commit. */
  changed(trades: readonly NumberedTrade[]): void {
    const { symbol, sequence } = this.#state();
    if (!this.#ports.hasListeners()) {
      this.#trades = [];
      this.#dirty = false;
      this.#published = sequence;
      return;
    }
    for (const trade of trades) this.#trades.push(encodeTrade({ symbol, ...trade }));
    this.#dirty = true;
    if (!this.#windowOpen) this.#flush();
  }

  /** The newest public quote; null for a book that never had an order. */
  get quote(): Uint8Array | null {
    const quote = this.#publicQuote();
    return quote === null ? null : encodeQuote(quote.element);
  }

  /** How far the feed is, as a segment with nothing in it. */
  position(): MarketSegment {
    const { symbol } = this.#state();
    const sequence = this.#published;
    return { symbol, sequence, previous: sequence, trades: new Uint8Array(), tradeCount: 0, quote: null };
  }

  /** What was published after `after`: every trade that is kept, and the newest quote if it is newer. */
  since(after: number): MarketSince {
    const { symbol, sequence, recent, forgottenThrough } = this.#state();
    if (after > sequence) return { kind: "ahead", sequence };
    const previous = Math.max(after, forgottenThrough);
    // Whoever knows the book's depth is ahead of what is published.
    const through = Math.max(previous, this.#published);
    const countThrough = (end: number) => recent.findLastIndex((trade) => trade.sequence <= end) + 1;
    const trades = recent.slice(countThrough(previous), countThrough(through));
    const quote = this.#publicQuote();
    return {
      kind: after < forgottenThrough ? "too_old" : "segment",
      segment: {
        symbol,
        sequence: through,
        previous,
        trades: concatBytes(trades.map((trade) => encodeTrade({ symbol, ...trade }))),
        tradeCount: trades.length,
        // It still stands at the end of the segment, so its number is not below those of the trades before it.
        quote: quote !== null && quote.element.sequence > after ? quoteAt(quote.element, through) : null,
      },
    };
  }

  #flush(): void {
    this.#dirty = false;
    const before = this.#quote;
    const quote = this.#topAt(this.#state().sequence);
    if (quote === before && this.#trades.length === 0) return;
    const { symbol, sequence } = this.#state();
    const segment: MarketSegment = {
      symbol,
      sequence,
      previous: this.#published,
      trades: concatBytes(this.#trades),
      tradeCount: this.#trades.length,
      quote: quote === before ? null : encodeQuote(quote.element),
    };
    this.#trades = [];
    this.#published = sequence;
    this.#quote = quote;
    this.#ports.publish({ segment, quote: quote === before ? null : quote.element });
    this.#windowOpen = true;
    this.#ports.after(WINDOW_MS, () => {
      this.#windowOpen = false;
      if (this.#dirty) this.#flush();
    });
  }

  /** While nobody listens quotes are not made, so the newest may have to be made now. */
  #publicQuote(): PublicQuote | null {
    if (this.#dirty) return this.#quote;
    if (this.#published === 0) return null;
    this.#quote = this.#topAt(this.#published);
    return this.#quote;
  }

  /** The present top as a quote of this sequence; the one before it when the top stands as it was. */
  #topAt(sequence: number): PublicQuote {
    const { symbol, bid, ask, at } = bookTop(this.#state());
    const key = JSON.stringify([bid, ask]);
    if (key === this.#quote?.key) return this.#quote;
    return { key, element: { symbol, bid, ask, at, sequence } };
  }
}

/** Publications of one symbol that follow on one another, oldest first, as one segment: every trade, the newest quote. */
export function mergePublications(publications: readonly Publication[]): MarketSegment {
  const [first, last] = [publications[0], publications.at(-1)];
  if (first === undefined || last === undefined) throw new Error("nothing to merge");
  if (publications.length === 1) return last.segment;
  const { symbol, sequence } = last.segment;
  const quote = publications.findLast((publication) => publication.quote !== null)?.quote ?? null;
  return {
    symbol,
    sequence,
    previous: first.segment.previous,
    trades: concatBytes(publications.map(({ segment }) => segment.trades)),
    tradeCount: publications.reduce((sum, { segment }) => sum + segment.tradeCount, 0),
    quote: quote === null ? null : quoteAt(quote, sequence),
  };
}

/** A quote that still stands at this sequence. */
function quoteAt(quote: QuoteElement, sequence: number): Uint8Array {
  return encodeQuote({ ...quote, sequence });
}

/** Best bid and ask, last trade and sequence of a market. */
export function bookTop(state: Readonly<MarketState>): BookTop {
  const { symbol, book, last, sequence, changedAt } = state;
  return { symbol, bid: level(book.best("buy")), ask: level(book.best("sell")), last, sequence, at: changedAt };
}

function level(of: PriceLevel | null): PriceLevel | null {
  return of === null ? null : { price: of.price, qty: of.qty };
}
