/** Requests to a book client over HTTP, and its answers. */
import type { BookTop, PriceLevel, RestingView } from "../../protocol/rpc/orderBook.ts";

/** Ends after this time or number of commands, whichever comes first. */
export interface DrivePlan {
  readonly seconds: number;
  readonly commands: number;
  /** Commands in one envelope; each envelope is of one account. */
  readonly perEnvelope: number;
  /** Concurrent envelopes. */
  readonly inFlight: number;
}

export interface DriveResult {
  readonly commands: number;
  readonly seconds: number;
  /** Milliseconds from sending to answer of every envelope, sorted. */
  readonly latencies: readonly number[];
  /** Resting orders according to the reports of the accounts. */
  readonly resting: number;
}

/** An account's message cursors, with which it continues after a restart of the client. */
export interface AccountCursors {
  readonly address: string;
  readonly sent: number;
  readonly applied: number;
}

/** The visible state of a book. */
export interface BookView {
  readonly top: BookTop;
  readonly levels: { readonly bids: readonly PriceLevel[]; readonly asks: readonly PriceLevel[] };
  readonly resting: { readonly bids: readonly RestingView[]; readonly asks: readonly RestingView[] };
}
