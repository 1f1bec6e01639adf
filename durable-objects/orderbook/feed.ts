import type { BookState, NumberedTrade } from "../../domain/matching/bookState.ts";
import { best } from "../../domain/matching/views.ts";
import { concatBytes } from "../../protocol/stream/bytes.ts";
import { encodeQuote, encodeTrade, type QuoteElement } from "../../protocol/mapping/tradesAndQuotes.ts";
import { CHANNELS, channelsDelivered, type PartOf } from "../../protocol/stream/channels.ts";
import type { BookSubscribed, BookTop, MarketSegment, MarketSince } from "../../protocol/rpc/orderBook.ts";
import { changedParts, encodedParts, partStatesOf, type PartStates } from "./channelParts.ts";

/** At most ten publications a second: the first change goes at once, the rest of the window is merged. */
export const WINDOW_MS = 100;

/** What the feed needs: who listens, where a segment goes, and a timer. */
export interface FeedPorts {
  hasListeners(): boolean;
  publish(publication: Publication): void;
  now(): number;
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
  readonly #state: () => Readonly<BookState>;
  readonly #ports: FeedPorts;
  #trades: Uint8Array[] = [];
  /** The market's sequence through which all is public. */
  #published: number;
  #quote: PublicQuote | null = null;
  /** The other parts of the state, as they were made public. */
  #parts: PartStates;
  #windowOpen = false;
  #dirty = false;

  /** After a restart everything committed is public: listeners are told how far that is, and ask for it. */
  constructor(state: () => Readonly<BookState>, ports: FeedPorts) {
    this.#state = state;
    this.#ports = ports;
    this.#published = state().sequence;
    this.#parts = partStatesOf(state());
  }

  /** The book has changed; `trades` are those of this commit. */
  changed(trades: readonly NumberedTrade[]): void {
    const { symbol, sequence } = this.#state();
    if (!this.#ports.hasListeners()) {
      this.#trades = [];
      this.#dirty = false;
      this.#published = sequence;
      this.#parts = partStatesOf(this.#state());
      return;
    }
    for (const trade of trades) this.#trades.push(encodeTrade({ symbol, ...trade }));
    this.#dirty = true;
    if (!this.#windowOpen) this.#flush();
  }

  /** What is public, for who begins to listen: no quote of a book that never had an order. */
  get snapshot(): BookSubscribed {
    const quote = this.#publicQuote();
    const bytes = quote === null ? null : encodeQuote(quote.element);
    return { through: this.#published, quote: bytes, ...encodedParts(this.#parts, this.#ports.now()) };
  }

  /** How far the feed is, as a segment with nothing in it. */
  position(): MarketSegment {
    const { symbol } = this.#state();
    const sequence = this.#published;
    return { symbol, sequence, previous: sequence, trades: new Uint8Array(), tradeCount: 0, quote: null };
  }

  /** What was published after `after`: every trade that is kept, the newest quote if it is newer, and how all stands. */
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
        ...encodedParts(this.#parts, this.#ports.now()),
      },
    };
  }

  #flush(): void {
    this.#dirty = false;
    const before = this.#quote;
    const quote = this.#topAt(this.#state().sequence);
    const { symbol, sequence } = this.#state();
    const parts = partStatesOf(this.#state());
    // A segment is known by its sequence, so what has none of its own waits for the next one.
    const news = sequence > this.#published ? changedParts(this.#parts, parts, this.#ports.now()) : null;
    if (quote === before && this.#trades.length === 0 && news === null) return;
    const segment: MarketSegment = {
      symbol,
      sequence,
      previous: this.#published,
      trades: concatBytes(this.#trades),
      tradeCount: this.#trades.length,
      quote: quote === before ? null : encodeQuote(quote.element),
      ...news,
    };
    if (news !== null) this.#parts = parts;
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

/** Publications of one symbol that follow on one another, oldest first, as one segment: every trade, the newest of the rest. */
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
    ...newestParts(publications),
  };
}

/** The fields of a segment that are left out while there is no news. */
const OPTIONAL_PARTS = channelsDelivered("latest", "unsequenced")
  .map((channel) => CHANNELS[channel].part)
  .filter((part) => part !== "quote");

/** Of each part that may be left out of a segment, the newest that was not. */
function newestParts(publications: readonly Publication[]): Pick<MarketSegment, (typeof OPTIONAL_PARTS)[number]> {
  const parts: { -readonly [P in PartOf<"latest" | "unsequenced">]?: Uint8Array | null } = {};
  for (const { segment } of publications) {
    for (const part of OPTIONAL_PARTS) {
      const bytes = segment[part];
      if (bytes !== undefined) parts[part] = bytes;
    }
  }
  return parts;
}

/** A quote that still stands at this sequence. */
function quoteAt(quote: QuoteElement, sequence: number): Uint8Array {
  return encodeQuote({ ...quote, sequence });
}

/**
 * Best bid and ask, last trade and sequence of a market. A book that gathers orders may be crossed or locked: then nobody
 * can trade at its prices, and neither side has one.
 */
export function bookTop(state: Readonly<BookState>): BookTop {
  const { symbol, last, sequence, changedAt } = state;
  const [bid, ask] = [best(state, "buy"), best(state, "sell")];
  const firm = bid === null || ask === null || bid.price < ask.price;
  return { symbol, bid: firm ? bid : null, ask: firm ? ask : null, last, sequence, at: changedAt };
}
