/**
 * What a trader does with orders, for every part of the terminal: ticket, ladder, chart, blotter, command line. An order
 * whose answer did not come is listed as unknown and looked up by its client order id until its outcome is known.
 */
import type { Order } from "../account/order.ts";
import { keepOrder, reload, setUnknownOrders } from "../account/state.ts";
import { call } from "../api/client.ts";
import { ApiError, errorText, NoAnswer } from "../api/error.ts";
import { accountId } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { ORDERS } from "../text/en/orders.ts";

/** A body of `POST /v2/orders`; `client_order_id` is added. */
export type OrderRequest = Readonly<Record<string, unknown>> & { readonly symbol: string };

/** A body of `PATCH /v2/orders/{id}`. */
export type OrderChange = Readonly<Record<string, unknown>>;

const LOOK_AGAIN_MS = 1_000;
/** An order that has not reached the account by then never does (docs/streams.md, order_late). */
const FINAL_MS = 15_000;

/** Sends an order. Gives it as accepted, under its own client order id if it has one; throws ApiError for a refusal, and NoAnswer when its outcome is unknown so far. */
export async function submitOrder(request: OrderRequest, text: string): Promise<Order> {
  const given = request["client_order_id"];
  const clientOrderId = typeof given === "string" ? given : crypto.randomUUID();
  const account = accountId();
  const sentAt = Date.now();
  try {
    const body = { client_order_id: clientOrderId, ...request };
    const order = await call<Order>("POST", "/v2/orders", { account, body });
    keepOrder(order);
    return order;
  } catch (error) {
    if (error instanceof NoAnswer || (error instanceof ApiError && error.status >= 500)) {
      const pending = { clientOrderId, symbol: request.symbol, text, sentAt };
      setUnknownOrders((before) => [...before, pending]);
      void resolve(clientOrderId, account, sentAt, text);
    }
    throw error;
  }
}

/** Asks for the order until the exchange has it, or can never get it. */
async function resolve(clientOrderId: string, account: string | null, sentAt: number, text: string): Promise<void> {
  const path = `/v2/orders:by_client_order_id?client_order_id=${clientOrderId}`;
  const settle = (): void =>
    void setUnknownOrders((before) => before.filter((pending) => pending.clientOrderId !== clientOrderId));
  for (;;) {
    await new Promise((wake) => setTimeout(wake, LOOK_AGAIN_MS));
    try {
      const order = await call<Order>("GET", path, { account });
      keepOrder(order);
      settle();
      notify("accent", ORDERS.found(text, order.status));
      return;
    } catch (error) {
      const isMissing = error instanceof ApiError && error.status === 404;
      if (!isMissing || Date.now() - sentAt < FINAL_MS) continue;
      settle();
      notify("warn", ORDERS.neverArrived(text));
      return;
    }
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

/** Cancels some orders, and tells how many of them could not be. */
export async function cancelOrders(orderIds: readonly string[]): Promise<void> {
  const results = await Promise.allSettled(orderIds.map(cancelOrder));
  const refused = results.flatMap((result) => (result.status === "rejected" ? [errorText(result.reason)] : []));
  if (refused.length > 0) notify("danger", ORDERS.notCancelled(refused.length, refused[0] ?? ""));
}

/** Cancels every open order of the account. */
export async function cancelAll(): Promise<void> {
  await call("DELETE", "/v2/orders", { account: accountId() });
}

/** Closes a position at the market, or a part of it in percent. */
export async function closePosition(symbol: string, percentage?: number): Promise<Order> {
  const part = percentage === undefined ? "" : `?percentage=${percentage}`;
  const path = `/v2/positions/${encodeURIComponent(symbol)}${part}`;
  const order = await call<Order>("DELETE", path, { account: accountId() });
  keepOrder(order);
  return order;
}

/** Cancels every order and closes every position at the market. */
export async function flatten(): Promise<void> {
  await call("DELETE", "/v2/positions?cancel_orders=true", { account: accountId() });
  await reload();
}
