/** Errors of the order entry stream that no HTTP request has. */

/** `reason` of each error, and what causes it. */
export type OrderEntryError =
  /** The frame does not fit into the window: nothing of it was carried out. */
  | { readonly reason: "window_exceeded" }
  /** A frame with this id has not been answered yet. */
  | { readonly reason: "request_id_in_flight" }
  | { readonly reason: "already_authenticated" }
  | { readonly reason: "authentication_timeout" }
  | { readonly reason: "too_many_connections" }
  /** The account has its most leases of cancel-on-disconnect. */
  | { readonly reason: "too_many_leases" }
  /** The lease of cancel-on-disconnect has ended: the account has cancelled its orders. */
  | { readonly reason: "lease_ended" };

type Row = readonly [status: number, code: number, message: string];

/** Status, code and text of each. */
export const ORDER_ENTRY_ROWS: Readonly<Record<OrderEntryError["reason"], Row>> = {
  window_exceeded: [429, 42910001, "too many commands in flight: wait for answers, and confirm them with `received`"],
  request_id_in_flight: [409, 40910000, "a request with this id is in flight"],
  already_authenticated: [409, 40910000, "the connection is authenticated already"],
  authentication_timeout: [408, 40810000, "the connection did not authenticate in time"],
  too_many_connections: [429, 42910002, "too many connections of this account"],
  too_many_leases: [403, 40310000, "too many sessions with cancel_on_disconnect"],
  lease_ended: [409, 40910000, "cancel_on_disconnect is over: the open orders were cancelled"],
};
