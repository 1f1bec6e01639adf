/** An order as it is asked about before it is sent: what the question shows is what is sent, whatever changes meanwhile. */
import type { Order } from "../account/order.ts";
import type { Side } from "../../../domain/order/side.ts";
import type { OrderChange, OrderRequest } from "./actions.ts";
import { describeOrder } from "./describe.ts";
import { changeOf, requestOf, type TicketForm } from "./ticketForm.ts";

export interface Proposal {
  /** The order in words, as the question shows it. */
  readonly text: string;
  readonly account: string | null;
  readonly symbol: string;
  readonly side: Side;
  /** The amount as it was typed. */
  readonly amount: string;
  readonly act:
    | { readonly kind: "place"; readonly request: OrderRequest }
    | { readonly kind: "replace"; readonly order: Order; readonly change: OrderChange };
}

/** What a form without faults makes: a new order, or the change of one. Null when nothing is changed. */
export function proposalOf(
  form: TicketForm,
  symbol: string,
  replaced: Order | null,
  account: string | null,
): Proposal | null {
  const about = { account, side: form.side, amount: form.amount };
  if (replaced === null) {
    const request = requestOf(form, symbol);
    return { ...about, symbol, text: describeOrder(request), act: { kind: "place", request } };
  }
  const change = changeOf(form, replaced);
  if (change === null) return null;
  const text = describeOrder(requestOf(form, replaced.symbol));
  return { ...about, symbol: replaced.symbol, text, act: { kind: "replace", order: replaced, change } };
}
