/**
 * What a feed gives about externally priced symbols, in the units of this exchange: prices in 1/10,000 dollar,
 * quantities in lots, times in epoch milliseconds.
 */

/**
 * `live`: what is shown is current. `stale`: the connection is open, and nothing has been heard for too long. `down`:
 * there is no connection.
 */
export type FeedState = "live" | "stale" | "down";

/** A side of an upstream quote. */
export interface FeedLevel {
  readonly price: number;
  readonly qty: number;
}

/** Best bid and ask of an upstream; null for an empty side. */
export interface FeedQuote {
  readonly kind: "quote";
  readonly symbol: string;
  readonly bid: FeedLevel | null;
  readonly ask: FeedLevel | null;
  /** The time that the upstream states. */
  readonly at: number;
  /** The upstream's number of this quote; null when it has none. */
  readonly sequence: number | null;
}

export interface FeedTrade {
  readonly kind: "trade";
  readonly symbol: string;
  readonly price: number;
  readonly qty: number;
  readonly at: number;
  /** The upstream's id of the trade; 0 when it has none. */
  readonly tradeId: number;
  readonly sequence: number | null;
}

/** The trading status of a symbol at the upstream, in the codes of the tape (`H` halt, `T` trading). */
export interface FeedStatus {
  readonly kind: "status";
  readonly symbol: string;
  readonly code: string;
  readonly reason: string;
  readonly at: number;
}

/** Codes of a symbol in which nobody can trade: halted, paused, quotation only; `2` of the tapes A and B. */
const HALTED: ReadonlySet<string> = new Set(["H", "P", "Q", "2"]);

/** Whether the upstream has halted the symbol; false when it has said nothing. */
export function isHalted(status: FeedStatus | null): boolean {
  return status !== null && HALTED.has(status.code);
}

export type FeedItem = FeedQuote | FeedTrade | FeedStatus;
