/** The filter of a list of orders. */
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
  /** Exclusive bounds in the account's sequence of orders, given as order ids. */
  readonly beforeOrderId: string | null;
  readonly afterOrderId: string | null;
  /** The same bounds in epoch microseconds, which take precedence. */
  readonly afterMicros?: number | null;
  readonly untilMicros?: number | null;
  /** An unknown id is an error, and not ignored. */
  readonly knownIds?: true;
  /** Legs are nested in their orders; the limit and the filter apply to these only. */
  readonly nested?: boolean;
}

/** The account does not have the order that is named as a bound. */
export interface UnknownOrder {
  readonly unknown: string;
}
