/** RPC of a Feed object, which holds the connection to one upstream. */
import type { FeedBreaker } from "../../domain/market/feeds/breaker.ts";
import type { FeedQuote, FeedState, FeedStatus, FeedTrade } from "../../domain/market/feeds/feed.ts";
import type { AssetClass } from "../../domain/market/asset.ts";
import type { Instrument } from "../../domain/market/instrument.ts";

/** What a feed passes on of a symbol: its state, and what is new. The parts are null or empty when nothing is. */
export interface FeedReport {
  readonly symbol: string;
  readonly state: FeedState;
  readonly quote: FeedQuote | null;
  readonly status: FeedStatus | null;
  /** Oldest first. */
  readonly trades: readonly FeedTrade[];
}

/** A feed, for administrators. Counts are of this run of its object. */
export interface FeedView {
  /** The class of the assets that it prices. */
  readonly assetClass: AssetClass;
  readonly source: FeedSourceName;
  readonly state: FeedState;
  readonly breaker: FeedBreaker;
  /** When the upstream said something last, and when it is tried next; null: never, and not. */
  readonly heardAt: number | null;
  readonly retryAt: number | null;
  readonly symbols: readonly string[];
  readonly counts: FeedCounts;
}

export type FeedSourceName = "none" | "alpaca" | "replay";

export interface FeedCounts {
  /** Connections that were opened, and that ended or did not come about. */
  readonly connected: number;
  readonly failed: number;
  /** Elements of the upstream that were passed on, and that were malformed or crossed. */
  readonly items: number;
  readonly refused: number;
  /** Trades that waited too long for their book. */
  readonly dropped: number;
}

/** A book's answer to a report: false when the symbol need not be followed. */
export interface ReportAnswer {
  readonly keep: boolean;
}

export interface FeedRpc {
  /**
   * Follows a symbol until its book says that it need not (`OrderBookRpc.priced`), and gives all that is known of it.
   * Waits for the upstream's newest quote and trade, for two seconds at most.
   */
  follow(instrument: Instrument): Promise<FeedReport>;
  status(): Promise<FeedView>;
}
