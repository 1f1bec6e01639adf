/** Which orders of an account a list is of. */
import type { Side } from "../../domain/order/side.ts";

export interface OrderFilter {
  readonly status: "open" | "closed" | "all";
  readonly limit: number;
  /** Exclusive bounds on submittedAt, epoch milliseconds. */
  readonly after: number | null;
  readonly until: number | null;
  readonly direction: "asc" | "desc";
  readonly symbols: readonly string[] | null;
  readonly side: Side | null;
  /** Exclusive bounds by an order's place in the account's sequence, given by its id. */
  readonly beforeOrderId: string | null;
  readonly afterOrderId: string | null;
  /** The bounds on the time in epoch microseconds, which count where they are given. */
  readonly afterMicros?: number | null;
  readonly untilMicros?: number | null;
  /** An id that is not known is answered with itself, instead of no bound. */
  readonly knownIds?: true;
  /** Whole groups: legs are inside the orders that they came with, and only those are counted and judged. */
  readonly nested?: boolean;
}

/** A bound of a list is an order that the account does not have. */
export interface UnknownOrder {
  readonly unknown: string;
}
