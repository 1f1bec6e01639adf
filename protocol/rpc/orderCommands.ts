/** Commands about orders that an account takes together, from a batch or from a socket. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { CancelAllEntry, OrderView } from "./orderViews.ts";

export { COMMANDS_MAX } from "../../domain/order/commandsMax.ts";

/** An order by its id, or by the id that its client gave it. */
export type OrderName = { readonly orderId: string } | { readonly clientOrderId: string };

export type OrderCommand =
  | { readonly kind: "place"; readonly ticket: OrderTicket }
  | { readonly kind: "replace"; readonly orderId: string; readonly ticket: ReplaceTicket }
  | ({ readonly kind: "cancel" } & OrderName)
  | { readonly kind: "cancel_all" }
  | ({ readonly kind: "query" } & OrderName);

export interface CommandOptions {
  /** True: when the account refuses one of the commands, it executes none. */
  readonly allOrNone: boolean;
  /**
   * Calls of one sequence are decided in the order in which they came. Left out: a call may be decided before an earlier
   * one that needs the prices of a book.
   */
  readonly sequence?: string;
}

/**
 * The outcome of one command: the order that was placed, found, or has replaced another; null for a cancel; the orders
 * that a cancel of all has named; or the refusal that the single request would have.
 */
export type CommandOutcome = Outcome<OrderView | readonly CancelAllEntry[] | null>;
