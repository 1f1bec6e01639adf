/** Orders as an account answers them. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { Order } from "../../domain/account/state/order.ts";

/** An order with its legs and its state in the book. */
export interface OrderView extends Order {
  readonly legs?: readonly Order[];
  /** Present stop price and best price of a trailing stop that is not elected. */
  readonly live?: { readonly stopPrice: number; readonly best: number | null };
}

/** An order that a cancel of all orders has named, and whether it was cancelled. */
export interface CancelAllEntry {
  readonly order: Order;
  readonly outcome: Outcome<null>;
}

/** A position that was to be closed: the order that closes it, or why there is none. */
export interface ClosedPosition {
  readonly symbol: string;
  readonly outcome: Outcome<OrderView>;
}
