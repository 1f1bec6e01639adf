/**
 * What the page and the feed worker tell each other. The worker owns the sockets: it decodes, builds books, verifies
 * checksums and merges; the page asks once a frame for what has changed since.
 */

/** Channels of market data that a panel may follow. */
export type Channel =
  | "quotes"
  | "trades"
  | "bars"
  | "dailyBars"
  | "depth"
  | "orders"
  | "statuses"
  | "lulds"
  | "imbalances";

export type ToWorker =
  /** The set of what panels follow, by channel, whole each time. */
  | { readonly kind: "follow"; readonly symbols: Readonly<Partial<Record<Channel, readonly string[]>>> }
  /**
   * Whether somebody is signed in, and the account whose orders are streamed. Null: its stream is not for this user, and
   * the page reads it from time to time.
   */
  | { readonly kind: "account"; readonly isSignedIn: boolean; readonly id: string | null }
  /** The session has a new cookie. */
  | { readonly kind: "renewed" }
  /** What the browser says of the network. */
  | { readonly kind: "network"; readonly isOnline: boolean }
  /**
   * The page will paint: it takes what has changed. Answered by one `batch`, at once or with the next change. A hidden page
   * takes after some time: timers of a worker are exact when those of a hidden page are not.
   */
  | { readonly kind: "take"; readonly afterMs?: number };

export interface Quote {
  readonly symbol: string;
  readonly bid: number;
  readonly bidSize: number;
  readonly ask: number;
  readonly askSize: number;
  /** Epoch milliseconds, by the book's clock. */
  readonly at: number;
  readonly seq: number;
  /** The prices are of another market and may be old (docs/feeds.md). */
  readonly stale: boolean;
}

export interface Trade {
  readonly symbol: string;
  readonly id: number;
  readonly price: number;
  readonly size: number;
  readonly at: number;
  readonly side: "buy" | "sell" | null;
  readonly conditions: readonly string[];
  readonly seq: number;
}

export interface Bar {
  readonly symbol: string;
  /** When the bar begins, epoch milliseconds. */
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly count: number;
  readonly vwap: number;
}

/** Best price first. */
export type Levels = readonly (readonly [price: number, size: number])[];

export interface Depth {
  readonly symbol: string;
  readonly bids: Levels;
  readonly asks: Levels;
  readonly seq: number;
  /** Whether the checksum of the exchange is that of the book that was built here. */
  readonly verified: boolean;
}

/** An order of the account in the queue of its price. */
export interface OwnPlace {
  readonly orderId: string;
  readonly side: "buy" | "sell";
  readonly price: number;
  readonly size: number;
  /** Quantity, and number of orders, that are displayed at the price and trade before it. */
  readonly ahead: number;
  readonly ordersAhead: number;
}

/** The account's own orders in the queues of a book, verified as the book is. */
export interface Queue {
  readonly symbol: string;
  readonly own: readonly OwnPlace[];
  readonly verified: boolean;
}

export interface MarketStatus {
  readonly symbol: string;
  /** When the phase began, epoch milliseconds. */
  readonly since: number;
  /** T trading, Q gathering for an auction, H halted, P paused, C closed. */
  readonly code: string;
  readonly reason: string;
  readonly phase: string;
  readonly session: string;
  readonly until: number | null;
}

export interface Bands {
  readonly symbol: string;
  readonly upper: number;
  readonly lower: number;
  /** B in force, D suspended by a halt, F none. */
  readonly indicator: string;
  /** The price around which the bands are. */
  readonly reference: number;
  /** The band at which the market is in a limit state; otherwise empty. */
  readonly limit: string;
  readonly since: number;
}

export interface Imbalance {
  readonly symbol: string;
  readonly price: number;
  readonly paired: number;
  readonly imbalance: number;
  readonly side: string;
  readonly at: number;
}

export type Link = "connecting" | "live" | "lost" | "off";

/** Why a stream is not up, or does not give everything. */
export type Trouble = "session" | "crowded" | "slow" | "busy" | "too many symbols" | "not allowed" | "failed";

/** What the worker knows of its streams. */
export interface StreamHealth {
  readonly market: Link;
  readonly trading: Link;
  readonly marketTrouble: Trouble | null;
  readonly tradingTrouble: Trouble | null;
  /** Since when the stream of market data is down, epoch milliseconds; null while it is up. */
  readonly lostAt: number | null;
  /** How long the newest quotes and trades took from the book to here, ms, by this machine's clock. */
  readonly lagMs: number | null;
  /** Books whose checksum was right, and how many times one was not (the book was fetched again). */
  readonly verifiedBooks: number;
  readonly checksumFailures: number;
  /** Times that a change of a book was missing (it was fetched again). */
  readonly bookGaps: number;
  /** When that was last, epoch milliseconds. */
  readonly bookGapAt: number | null;
  /** Symbols whose books are being fetched again. */
  readonly repairing: readonly string[];
  /** Times that a connection continued where the one before it had ended. */
  readonly resumes: number;
  /** When the last frame came, epoch milliseconds. */
  readonly lastFrameAt: number | null;
}

/** What the status bar shows of the streams; the lag has the difference of the clocks taken out. */
export interface Health extends StreamHealth {
  /** How far this machine's clock is ahead of the exchange's, ms; null until it is measured. */
  readonly clockOffsetMs: number | null;
}

/** A frame of /stream, as the exchange sent it. */
export interface TradingEvent {
  readonly stream: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Everything that has changed since the page took the last batch. */
export interface Batch {
  readonly kind: "batch";
  /** Symbols whose prices are those of now; null: the same as before. */
  readonly fresh: readonly string[] | null;
  /** Symbols of which the stream may lack trades: they are to be read from REST. */
  readonly gaps: readonly string[];
  /** Symbols of which older trades were not kept, because the page did not take them. They are to be read too. */
  readonly dropped: readonly string[];
  /** Symbols whose trades are numbered from the beginning again. */
  readonly restarted: readonly string[];
  readonly quotes: readonly Quote[];
  readonly trades: readonly Trade[];
  readonly bars: readonly Bar[];
  /** Of each symbol, the bar of the day so far. */
  readonly days: readonly Bar[];
  readonly depth: readonly Depth[];
  readonly queues: readonly Queue[];
  readonly statuses: readonly MarketStatus[];
  readonly bands: readonly Bands[];
  readonly imbalances: readonly Imbalance[];
  readonly trading: readonly TradingEvent[];
  readonly health: StreamHealth;
}

/** The session's cookie was not accepted. */
export interface RenewalAsked {
  readonly kind: "renew";
}

export type FromWorker = Batch | RenewalAsked;
