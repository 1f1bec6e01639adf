import type { BookState, NumberedTrade } from "../../domain/matching/bookState.ts";
import { best } from "../../domain/matching/views.ts";
import { concatBytes } from "../../protocol/stream/bytes.ts";
import { encodeQuote, encodeTrade, type QuoteElement } from "../../protocol/mapping/tradesAndQuotes.ts";
import {
  CHANNEL_NAMES,
  CHANNELS,
  channelsDelivered,
  type Demand,
  demandOf,
  type PartOf,
} from "../../protocol/stream/channels.ts";
import type {
  BookSubscribed,
  BookTop,
  DepthChanges,
  DepthPart,
  ElementList,
  EventParts,
  MarketSegment,
  MarketSince,
} from "../../protocol/rpc/orderBook.ts";
import { changedParts, encodedParts, partStatesOf, type PartStates } from "./channelParts.ts";
import type { FeedElement, FeedPrices } from "./feedPrices.ts";
import { joinChanges } from "./depth/changeLog.ts";
import { DEPTH_PARTS, DepthFeed } from "./depth/depthFeed.ts";
import { PublicationPace } from "./publicationPace.ts";

/** Subscriptions, output, clock and timer of a feed. */
export interface FeedPorts {
  /** The number of subscribed relays. */
  listeners(): number;
  /** The prices of an externally priced symbol, which are published instead of its own; null for any other. */
  feedPrices(): FeedPrices | null;
  /** The depth channels that some relay listens to. */
  depthWanted(): ReadonlySet<DepthPart>;
  publish(publication: Publication): void;
  now(): number;
  after(ms: number, run: () => void): void;
}

/** A segment, and its quote decoded; null when it has none. */
export interface Publication {
  readonly segment: MarketSegment;
  readonly quote: QuoteElement | null;
}

/** The published top with its sequence; `key` is equal for equal prices and quantities. */
interface PublicQuote {
  readonly key: string;
  readonly element: QuoteElement;
}

/**
 * Publishes a book's changes as encoded segments: the first change at once, those of the following interval merged. The
 * timer runs only while changes wait. Each segment continues the previous one. Published changes can be read again from
 * any sequence (`since`); changes that wait are not included, so the result and the next segment never overlap.
 */
export class MarketFeed {
  readonly #state: () => Readonly<BookState>;
  readonly #ports: FeedPorts;
  #trades: Uint8Array[] = [];
  /** Sequence of the market through which everything is published. */
  #published: number;
  #quote: PublicQuote | null = null;
  /** The other parts of the state, as published. */
  #parts: PartStates;
  readonly #depth: DepthFeed;
  readonly #pace = new PublicationPace();
  #isWaiting = false;
  #dirty = false;

  /** After a restart every commit counts as published: relays are told the position and ask for what they missed. */
  constructor(state: () => Readonly<BookState>, ports: FeedPorts) {
    this.#state = state;
    this.#ports = ports;
    this.#published = this.#market().sequence;
    this.#parts = partStatesOf(state());
    this.#depth = new DepthFeed(state, () => ports.depthWanted());
    this.#depth.begin();
  }

  /** Call after each commit with its trades, and for what a feed has given. */
  changed(trades: readonly (NumberedTrade | FeedElement)[]): void {
    const { symbol } = this.#state();
    const { sequence } = this.#market();
    if (this.#ports.listeners() === 0) {
      this.#trades = [];
      this.#dirty = false;
      this.#published = sequence;
      this.#parts = partStatesOf(this.#state());
      this.#depth.stop();
      return;
    }
    for (const trade of trades) this.#trades.push(this.#encoded(symbol, trade));
    this.#dirty = true;
    this.#pace.changed();
    if (!this.#isWaiting) this.#flushWhenDue();
  }

  /** The published state, for a new subscriber. A book that never had an order has no quote. */
  snapshot(depth: readonly DepthPart[] = []): BookSubscribed {
    const quote = this.#publicQuote();
    const bytes = quote === null ? null : encodeQuote(quote.element);
    // While a change of the book waits, it is no longer as it was published: a channel begins with the next publication,
    // which there is only for a change with a new sequence.
    if (!this.#dirty || this.#market().sequence === this.#published) this.#depth.begin();
    return {
      through: this.#published,
      quote: bytes,
      ...encodedParts(this.#parts, this.#ports.now()),
      ...this.#depth.snapshots(depth, this.#published),
    };
  }

  /** The published position, as an empty segment. */
  position(): MarketSegment {
    const { symbol } = this.#state();
    const sequence = this.#published;
    return { symbol, sequence, previous: sequence, trades: new Uint8Array(), tradeCount: 0, quote: null };
  }

  /** Everything published after the sequence `after`: the stored trades, a newer quote, and all parts of the state. */
  since(after: number, depth: readonly DepthPart[] = []): MarketSince {
    const { symbol } = this.#state();
    const { sequence, recent, forgottenThrough } = this.#market();
    // Trades that wait are no longer stored: what is read would end before it begins, and lack the depth.
    if (forgottenThrough > this.#published && this.#dirty) this.#flush();
    if (after > sequence) return { kind: "ahead", sequence };
    const previous = Math.max(after, forgottenThrough);
    // A client that has read the depth may be ahead of the published sequence.
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
        trades: concatBytes(trades.map((trade) => this.#encoded(symbol, trade))),
        tradeCount: trades.length,
        // The quote is current at the end of the segment, so its sequence is not below those of the trades.
        quote: quote !== null && quote.element.sequence > after ? quoteAt(quote.element, through) : null,
        ...encodedParts(this.#parts, this.#ports.now()),
        ...this.#depth.since(depth, after, through),
      },
    };
  }

  #flushWhenDue(): void {
    const wait = this.#pace.waitMs(this.#ports.now());
    if (wait === 0) return this.#flush();
    this.#isWaiting = true;
    this.#ports.after(wait, () => {
      this.#isWaiting = false;
      if (this.#dirty) this.#flush();
    });
  }

  #flush(): void {
    this.#dirty = false;
    const before = this.#quote;
    const { symbol } = this.#state();
    const { sequence } = this.#market();
    const quote = this.#topAt(sequence);
    const parts = partStatesOf(this.#state());
    // A segment is identified by its sequence: a change without a new sequence waits for the next one.
    const news = sequence > this.#published ? changedParts(this.#parts, parts, this.#ports.now()) : null;
    const depth = sequence > this.#published ? this.#depth.take(sequence) : null;
    if (quote === before && this.#trades.length === 0 && news === null && depth === null) return this.#pace.unchanged();
    const segment: MarketSegment = {
      symbol,
      sequence,
      previous: this.#published,
      trades: concatBytes(this.#trades),
      tradeCount: this.#trades.length,
      quote: quote === before ? null : encodeQuote(quote.element),
      ...news,
      ...depth,
    };
    if (news !== null) this.#parts = parts;
    this.#trades = [];
    this.#published = sequence;
    this.#quote = quote;
    this.#ports.publish({ segment, quote: quote === before ? null : quote.element });
    this.#pace.published(this.#ports.now(), this.#ports.listeners());
  }

  /** The published quote; computed now when nothing was published before, because no relay was subscribed. */
  #publicQuote(): PublicQuote | null {
    if (this.#dirty) return this.#quote;
    if (this.#published === 0) return null;
    this.#quote = this.#topAt(this.#published);
    return this.#quote;
  }

  /** The current top as a quote of this sequence; the previous quote when the top is unchanged. */
  #topAt(sequence: number): PublicQuote {
    const feed = this.#ports.feedPrices();
    const { symbol, bid, ask, at } = feed === null ? bookTop(this.#state()) : feed.top();
    const key = JSON.stringify(feed === null ? [bid, ask] : [bid, ask, feed.isStale]);
    if (key === this.#quote?.key) return this.#quote;
    const element = { symbol, bid, ask, at, sequence };
    return { key, element: feed === null ? element : { ...element, stale: feed.isStale } };
  }

  /** What is published: the book's own market, or that of a feed. */
  #market(): Pick<BookState, "sequence" | "forgottenThrough"> & {
    readonly recent: readonly (NumberedTrade | FeedElement)[];
  } {
    return this.#ports.feedPrices() ?? this.#state();
  }

  #encoded(symbol: string, trade: NumberedTrade | FeedElement): Uint8Array {
    const feed = this.#ports.feedPrices();
    return encodeTrade(feed === null ? { symbol, ...trade } : { symbol, ...trade, stale: feed.isStale });
  }
}

/** Merges consecutive publications of a symbol, oldest first, into one segment: all trades, the newest of the rest. */
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
    ...allDepth(publications),
    ...allEvents(publications),
  };
}

/** The fields of a segment that are omitted while unchanged. */
const OPTIONAL_PARTS = channelsDelivered("latest", "unsequenced")
  .map((channel) => CHANNELS[channel].part)
  .filter((part) => part !== "quote");

/** The newest value of each part that a segment may omit. */
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

/** Every change of the depth channels. */
function allDepth(publications: readonly Publication[]): Partial<Record<DepthPart, DepthChanges>> {
  const merged: Partial<Record<DepthPart, DepthChanges>> = {};
  for (const part of DEPTH_PARTS) {
    const changes = publications.flatMap(({ segment }) => segment[part] ?? []);
    if (changes.length > 0) merged[part] = joinChanges(changes);
  }
  return merged;
}

const EVENTS = channelsDelivered("events").map((channel) => CHANNELS[channel].part);

/** Every element of the channels outside of the sequence. */
function allEvents(publications: readonly Publication[]): EventParts {
  const merged: { -readonly [P in keyof EventParts]: ElementList } = {};
  for (const part of EVENTS) {
    const lists = publications.flatMap(({ segment }) => segment[part] ?? []);
    const count = lists.reduce((sum, list) => sum + list.count, 0);
    if (count > 0) merged[part] = { bytes: concatBytes(lists.map(({ bytes }) => bytes)), count };
  }
  return merged;
}

/** The fields of a segment that only some relays get, by what these ask for. */
const DEMANDED = CHANNEL_NAMES.flatMap((channel) => {
  const demand = demandOf(channel);
  return demand === null ? [] : [{ demand, part: CHANNELS[channel].part }];
});

/** A segment without what its relay has not asked for. */
export function segmentWith(segment: MarketSegment, wanted: readonly Demand[]): MarketSegment {
  // The same for all such relays, which is encoded once.
  if (DEMANDED.every(({ demand, part }) => segment[part] === undefined || wanted.includes(demand))) return segment;
  const kept: Partial<MarketSegment> = { ...segment };
  for (const { demand, part } of DEMANDED) if (!wanted.includes(demand)) delete kept[part];
  return kept as MarketSegment;
}

/** A quote that is still current at this sequence. */
function quoteAt(quote: QuoteElement, sequence: number): Uint8Array {
  return encodeQuote({ ...quote, sequence });
}

/**
 * Best bid and ask, last trade and sequence of a market. During a call period the book may be crossed or locked: its
 * prices are not tradable then, and both sides are null.
 */
export function bookTop(state: Readonly<BookState>): BookTop {
  const { symbol, last, sequence, changedAt } = state;
  const [bid, ask] = [best(state, "buy"), best(state, "sell")];
  const firm = bid === null || ask === null || bid.price < ask.price;
  return { symbol, bid: firm ? bid : null, ask: firm ? ask : null, last, sequence, at: changedAt };
}
