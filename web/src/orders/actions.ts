/**
 * What a trader does with orders, for every part of the terminal: ticket, ladder, chart, blotter, command line. An order
 * whose answer did not come is listed as unknown and looked up by its client order id until its outcome is known.
 */
import type { Order } from "../account/order.ts";
import { keepOrder, reload, type PendingOrder } from "../account/state.ts";
import { call } from "../api/client.ts";
import { ApiError, errorText } from "../api/error.ts";
import { accountId } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { ORDERS } from "../text/en/orders.ts";
import { noteSent, noteUnknown, settle } from "./unknown.ts";

/** A body of `POST /v2/orders`; `client_order_id` is added. */
export type OrderRequest = Readonly<Record<string, unknown>> & { readonly symbol: string };

/** A body of `PATCH /v2/orders/{id}`. */
export type OrderChange = Readonly<Record<string, unknown>>;

/** An answer that takes longer is not waited for: the order is looked up. */
const ANSWER_MS = 10_000;

/** Sends an order. Gives it as accepted, under its own client order id if it has one; throws ApiError for a refusal, and NoAnswer when its outcome is unknown so far. */
export async function submitOrder(request: OrderRequest, text: string): Promise<Order> {
  const given = request["client_order_id"];
  const clientOrderId = typeof given === "string" && given !== "" ? given : crypto.randomUUID();
  const account = accountId();
  const pending: PendingOrder = { clientOrderId, account, symbol: request.symbol, text, sentAt: Date.now() };
  noteSent(pending);
  try {
    const body = { ...request, client_order_id: clientOrderId };
    const order = await call<Order>("POST", "/v2/orders", { account, body, signal: AbortSignal.timeout(ANSWER_MS) });
    settle(pending);
    keepOrder(order);
    return order;
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) settle(pending);
    else noteUnknown(pending);
    throw error;
  }
}

/** Replaces an order's terms. Gives the order that takes its place. */
export async function replaceOrder(orderId: string, change: OrderChange): Promise<Order> {
  const order = await call<Order>("PATCH", `/v2/orders/${orderId}`, { account: accountId(), body: change });
  keepOrder(order);
  return order;
}

export async function cancelOrder(orderId: string): Promise<void> {
  await call("DELETE", `/v2/orders/${orderId}`, { account: accountId() });
}

/** Commands of one batch. */
const BATCH_MAX = 100;

interface Outcome {
  readonly status: number;
  readonly body: { readonly message?: string } | null;
}

/** Cancels some orders, a hundred in one step of the account, and tells how many of them could not be. */
export async function cancelOrders(orderIds: readonly string[]): Promise<void> {
  const account = accountId();
  const refused: string[] = [];
  for (let at = 0; at < orderIds.length; at += BATCH_MAX) {
    const some = orderIds.slice(at, at + BATCH_MAX);
    const commands = some.map((id) => ({ action: "cancel", order_id: id }));
    try {
      const outcomes = await call<Outcome[]>("POST", "/v1/orders/batch", { account, body: { commands } });
      for (const { status, body } of outcomes) if (status >= 400) refused.push(body?.message ?? "");
    } catch (error) {
      refused.push(...some.map(() => errorText(error)));
    }
  }
  if (refused.length > 0) notify("danger", ORDERS.notCancelled(refused.length, refused[0] ?? ""));
}

/** Cancels every open order of the account. */
export async function cancelAll(): Promise<void> {
  await call("DELETE", "/v2/orders", { account: accountId() });
}

interface Closing {
  /** A part of it. */
  readonly percentage?: number;
  /** Lots to sell, as `3:10,5:2.5`. */
  readonly taxLots?: string;
  /** Cancels the open orders of the symbol first, which hold some of it. */
  readonly cancelOrders?: boolean;
}

/** Closes a position at the market, or a part of it. */
export async function closePosition(symbol: string, closing: Closing | number = {}): Promise<Order> {
  const { percentage, taxLots, cancelOrders }: Closing =
    typeof closing === "number" ? { percentage: closing } : closing;
  const query = new URLSearchParams();
  if (percentage !== undefined) query.set("percentage", String(percentage));
  if (taxLots !== undefined) query.set("tax_lots", taxLots);
  if (cancelOrders === true) query.set("cancel_orders", "true");
  const path = `/v2/positions/${encodeURIComponent(symbol)}?${query}`;
  const order = await call<Order>("DELETE", path, { account: accountId() });
  keepOrder(order);
  return order;
}

/** Cancels every order and closes every position at the market. Gives how many positions could not be closed. */
export async function flatten(): Promise<number> {
  const path = "/v2/positions?cancel_orders=true";
  const closed = await call<Outcome[]>("DELETE", path, { account: accountId() });
  await reload();
  return closed.filter(({ status }) => status >= 400).length;
}
