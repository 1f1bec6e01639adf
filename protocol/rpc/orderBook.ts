/** RPC of an OrderBook object. */
import type { FeedState } from "../../domain/market/feeds/feed.ts";
import type { Instrument } from "../../domain/market/instrument.ts";
import type { HaltReason, Indicative, MarketStatus } from "../../domain/market/phase.ts";
import type { Side } from "../../domain/order/side.ts";
import type { BookCommand, BookReport } from "../../domain/matching/messages.ts";
import type { LiveMarket } from "../../domain/paper/liveMarket.ts";
import type { PriceSeries } from "../../domain/portfolio/history/priceSeries.ts";
import type { Demand, PartOf } from "../stream/channels.ts";
import type { OwnOrders } from "../stream/depth.ts";
import type { ActorRpc } from "./actor.ts";
import type { FeedReport, ReportAnswer } from "./feed.ts";
import type { Envelope } from "./envelope.ts";

export interface PriceLevel {
  readonly price: number;
  readonly qty: number;
}

export interface LastTrade extends PriceLevel {
  readonly tradeId: number;
  readonly at: number;
  /** Left out when the book was restarted since, and by an earlier release. */
  readonly auction?: boolean;
  readonly regular?: boolean;
}

/** Top of a book. */
export interface BookTop {
  readonly symbol: string;
  readonly bid: PriceLevel | null;
  readonly ask: PriceLevel | null;
  readonly last: LastTrade | null;
  /** Market-data sequence of the book and the time of its last change. */
  readonly sequence: number;
  readonly at: number;
  /** The last quote of a book that has no orders now; left out otherwise, and by an earlier release. */
  readonly lastQuote?: Pick<BookTop, "bid" | "ask" | "at">;
  /** The closing price of the trading day before; left out when there is none, and by an earlier release. */
  readonly previousClose?: number;
  /** The side of the incoming order of `last`; left out when it is not known, and by an earlier release. */
  readonly lastTaker?: Side;
  /** The prices are those of a feed: its state, and when it said something last. Left out for a market of its own. */
  readonly feed?: { readonly state: FeedState; readonly at: number };
}

/** A resting order without its owner. Arrays of these are in priority order. */
export interface RestingView extends PriceLevel {
  readonly ref: number;
}

/** Latest element of each channel as one MessagePack map, by the name of its field; left out or null: unchanged. */
type LatestParts = { readonly [P in PartOf<"latest" | "unsequenced">]?: Uint8Array | null };

/** The depth channels, which a book computes only for relays that ask for them. */
export type DepthPart = PartOf<"changes">;

/** Encoded elements of a depth channel, oldest first. */
export interface DepthChanges {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** By account, its orders among those that these elements add: each account is told of its own, and of no others. */
  readonly owners?: Readonly<Record<string, OwnOrders>>;
}
type DepthParts = { readonly [P in DepthPart]?: DepthChanges };

/** Encoded elements, oldest first. */
export interface ElementList {
  readonly bytes: Uint8Array;
  readonly count: number;
}
export type EventParts = { readonly [P in PartOf<"events">]?: ElementList };

/**
 * One conflation window of one book, or several: encoded stream elements, ready to be concatenated. Each channel has
 * its field (protocol/stream/channels.ts). A relay of an earlier release ignores the fields that it does not know.
 */
export interface MarketSegment extends LatestParts, DepthParts, EventParts {
  readonly symbol: string;
  /** The book's market-data sequence at the end of the segment, and the one before its beginning. */
  readonly sequence: number;
  readonly previous: number;
  /** Concatenated MessagePack maps of `T:"t"` elements; `tradeCount` of them. */
  readonly trades: Uint8Array;
  readonly tradeCount: number;
  readonly quote: Uint8Array | null;
}

/**
 * What a book has published after a cursor, with the market's present state. `too_old`: the book no longer stores
 * everything after the cursor, and the segment starts later.
 */
export type MarketSince =
  | { readonly kind: "segment" | "too_old"; readonly segment: MarketSegment }
  | { readonly kind: "ahead"; readonly sequence: number };

/**
 * The sequence of a book at a subscription, and its state there: the latest elements, and a snapshot of each depth
 * channel that was asked for. Without one, the next push has it. Pushes continue after `through`.
 */
export interface BookSubscribed extends LatestParts, DepthParts {
  readonly through: number;
  readonly quote: Uint8Array | null;
}

/** The state of a market, for administrators. */
export interface MarketView {
  readonly symbol: string;
  readonly status: MarketStatus;
  /** Limit Up-Limit Down price bands; null for a market without them. */
  readonly luldTier: 1 | 2 | null;
  /** The indicative result of the present auction; null without one. */
  readonly indicative: Indicative | null;
  readonly last: LastTrade | null;
  /** The number of orders, waiting ones included, and of accounts that have some. */
  readonly orders: number;
  readonly accounts: number;
  readonly sequence: number;
}

/** State of an order in the book that changes without a report. */
export interface LiveOrder {
  readonly orderId: string;
  /** Present stop price and best price of a trailing stop that is not elected. */
  readonly stopPrice: number | null;
  readonly best: number | null;
  /** Lots that may still trade. */
  readonly leaves: number;
}

export interface OrderBookRpc extends ActorRpc {
  top(): Promise<BookTop>;
  depth(levels: number): Promise<{ top: BookTop; bids: PriceLevel[]; asks: PriceLevel[] }>;
  /** Every resting order in priority order, as market-by-order feeds publish it. */
  resting(): Promise<{ sequence: number; bids: RestingView[]; asks: RestingView[] }>;
  /**
   * The close of each trading day (numbered from 1970-01-01) that is over and had trades in regular hours. A book of an
   * earlier release has none before it was upgraded, but the newest of them as of day 0.
   */
  closes(fromDay: number, toDay: number): Promise<PriceSeries>;
  /** The top and `closes` in one call, for who values a position on past days and now. */
  topWithCloses(fromDay: number, toDay: number): Promise<{ readonly top: BookTop; readonly closes: PriceSeries }>;
  /**
   * The last price of each step with trades, by the beginning of the step (epoch milliseconds; steps are counted from
   * 1970-01-01 UTC). At least of the last 35 days.
   */
  prices(from: number, to: number, stepMinutes: number): Promise<PriceSeries>;
  /** `wanted`: what the relay has subscribers of beside the rest; nothing when an earlier release leaves it out. */
  subscribe(relay: string, epoch: number, wanted?: readonly Demand[]): Promise<BookSubscribed>;
  /** The state that a paper book follows, with the trades after this sequence (PA-11). */
  market(after: number): Promise<LiveMarket>;
  /**
   * What was published after this sequence: every trade, the newest quote if it is newer, and the changes of these depth
   * channels, or snapshots when the changes are no longer stored.
   */
  since(sequence: number, depth?: readonly DepthPart[]): Promise<MarketSince>;
  deliver(envelope: Envelope<BookCommand>): Promise<Envelope<BookReport>>;
  /** The state of these orders; those that the book does not have are left out. */
  live(orderIds: readonly string[]): Promise<LiveOrder[]>;
  status(): Promise<MarketView>;
  indicative(): Promise<Indicative | null>;
  // The methods below return null, and do nothing, when the phase of the market does not allow them.
  /**
   * Stops matching at once, until this time (epoch milliseconds; null: until a resume), unless the market is closed.
   */
  halt(reason: HaltReason, until: number | null): Promise<MarketView | null>;
  /** Ends a halt with an auction of this length. */
  resume(callMs: number): Promise<MarketView | null>;
  /** Applies a market-wide breaker of this level: halts in regular hours. */
  breaker(level: 1 | 2 | 3): Promise<MarketView | null>;
  /** Sets the tier of the price bands; null for none. */
  configure(luldTier: 1 | 2 | null): Promise<MarketView | null>;
  /** Receives what the feed of an externally priced symbol has; false when it need not be followed. */
  priced(report: FeedReport): Promise<ReportAnswer>;
  /** Replaces the instrument if the given version is newer, and returns the version in force (MK-21). */
  setInstrument(instrument: Instrument): Promise<number>;
}
