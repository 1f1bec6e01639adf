/** What a client is asked for over HTTP, and what it answers. */
import type { BookTop, PriceLevel, RestingView } from "../../protocol/rpc/orderBook.ts";

/** Ends with the time or the commands, whichever is over first. */
export interface DrivePlan {
  readonly seconds: number;
  readonly commands: number;
  /** Commands in one envelope; each envelope is of one account. */
  readonly perEnvelope: number;
  /** Envelopes under way at once. */
  readonly inFlight: number;
}

export interface DriveResult {
  readonly commands: number;
  readonly seconds: number;
  /** Of every envelope, milliseconds from its sending to its answer, sorted. */
  readonly latencies: readonly number[];
  /** Orders that rest by what the accounts have been told. */
  readonly resting: number;
}

/** An account's message cursors, with which it continues after a restart of the client. */
export interface AccountCursors {
  readonly address: string;
  readonly sent: number;
  readonly applied: number;
}

/** All that can be seen of a book. */
export interface BookView {
  readonly top: BookTop;
  readonly levels: { readonly bids: readonly PriceLevel[]; readonly asks: readonly PriceLevel[] };
  readonly resting: { readonly bids: readonly RestingView[]; readonly asks: readonly RestingView[] };
}
