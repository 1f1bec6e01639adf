/**
 * How the rest of the terminal fills the order ticket: ladder, chart, watchlist, blotter, keys, command line. The ticket
 * that is visible takes the request; where none is, it opens as a sheet.
 */
import { createSignal } from "solid-js";
import type { Order } from "../account/order.ts";
import type { OrderType } from "../../../domain/order/orderType.ts";
import type { Side } from "../../../domain/order/side.ts";

/** What the ticket is filled with; what is left out stays as it is in the ticket. */
export interface TicketAsk {
  readonly symbol: string;
  readonly side?: Side;
  readonly type?: OrderType;
  readonly limitPrice?: string | number;
  readonly stopPrice?: string | number;
  readonly qty?: string | number;
  /** An open order, whose terms the ticket changes (`PATCH /v2/orders/{id}`). */
  readonly replace?: Order;
}

export interface TicketRequest extends TicketAsk {
  readonly id: number;
}

const [request, setRequest] = createSignal<TicketRequest | null>(null);
let lastId = 0;
let takenId = 0;

/** The newest request; null before the first. */
export { request as ticketRequest };

/** Fills the ticket, and moves the focus there. Sends nothing. */
export function askTicket(ask: TicketAsk): void {
  setRequest({ ...ask, id: ++lastId });
}

/** Takes a request: true for the first who asks, so that one ticket of several is filled. */
export function takeTicket(id: number): boolean {
  if (id <= takenId) return false;
  takenId = id;
  return true;
}

/** Whether a ticket has taken the request. */
export function isTaken(id: number): boolean {
  return id <= takenId;
}
