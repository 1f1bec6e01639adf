/**
 * What a trader does with orders, for every part of the terminal: ticket, ladder, chart, blotter, command line. A request
 * whose answer did not come is listed as unknown, and looked up until its outcome is known.
 */
import type { Order } from "../account/order.ts";
import { keepOrder, openOrders, orders, reload } from "../account/state.ts";
import { call, type CallOptions, type Method } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { accountId, me } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { ORDERS } from "../text/en/orders.ts";
import { orderText } from "./orderText.ts";
import type { PendingRequest } from "./pending.ts";
import { noteSent, noteUnknown, settle } from "./unknown.ts";

/** A body of `POST /v2/orders`; `client_order_id` is added. */
export type OrderRequest = Readonly<Record<string, unknown>> & { readonly symbol: string };

/** A body of `PATCH /v2/orders/{id}`; `client_order_id` is added. */
export type OrderChange = Readonly<Record<string, unknown>>;

/** An answer that takes longer is not waited for: the outcome is looked up. */
const ANSWER_MS = 10_000;
/** What cancels first waits for books twice. */
const TWO_ANSWERS_MS = 20_000;

type About = Pick<PendingRequest, "kind" | "text"> & Partial<Pick<PendingRequest, "id" | "orderIds">>;

/** Sends a request about orders. Throws ApiError for a refusal; after any other error its outcome is unknown so far. */
async function send<T>(about: About, method: Method, path: string, options: CallOptions = {}): Promise<T> {
  const { kind, text, id = crypto.randomUUID(), orderIds = [] } = about;
  const { account = accountId() } = options;
  const pending: PendingRequest = {
    kind,
    id,
    account,
    user: me()?.user.id ?? null,
    text,
    orderIds,
    sentAt: Date.now(),
  };
  noteSent(pending);
  try {
    const signal = AbortSignal.timeout(kind === "close" || kind === "flatten" ? TWO_ANSWERS_MS : ANSWER_MS);
    const answer = await call<T>(method, path, { ...options, account, signal });
    settle(pending);
    return answer;
  } catch (error) {
    if (isRefusal(error)) settle(pending);
    else noteUnknown(pending);
    throw error;
  }
}

/** The exchange has said no. A failure of the exchange (5xx) says nothing about the outcome. */
const isRefusal = (error: unknown): error is ApiError => error instanceof ApiError && error.status < 500;

/** The client order id of a request, or a new one. */
function idOf(request: Readonly<Record<string, unknown>>): string {
  const given = request["client_order_id"];
  return typeof given === "string" && given !== "" ? given : crypto.randomUUID();
}

const textOf = (orderId: string): string => {
  const order = orders().get(orderId);
  return order === undefined ? orderId : orderText(order);
};

/** Keeps an order that the exchange has answered with, unless another account is shown by now. */
function keep(order: Order, account: string | null): Order {
  if (account === accountId()) keepOrder(order);
  return order;
}

/** Sends an order. Gives it as accepted, under its own client order id if it has one. */
export async function submitOrder(request: OrderRequest, text: string, account = accountId()): Promise<Order> {
  const id = idOf(request);
  const body = { ...request, client_order_id: id };
  return keep(await send<Order>({ kind: "place", text, id }, "POST", "/v2/orders", { account, body }), account);
}

/** Replaces an order's terms. Gives the order that takes its place, under its own client order id if it has one. */
export async function replaceOrder(orderId: string, change: OrderChange, account = accountId()): Promise<Order> {
  const id = idOf(change);
  const about = { kind: "replace", text: ORDERS.replace(textOf(orderId)), id, orderIds: [orderId] } as const;
  const body = { ...change, client_order_id: id };
  return keep(await send<Order>(about, "PATCH", `/v2/orders/${orderId}`, { account, body }), account);
}

export async function cancelOrder(orderId: string): Promise<void> {
  const about = { kind: "cancel", text: ORDERS.cancel(textOf(orderId)), orderIds: [orderId] } as const;
  await send(about, "DELETE", `/v2/orders/${orderId}`);
}

/** Commands of one batch. */
const BATCH_MAX = 100;

interface Outcome {
  readonly status: number;
  readonly body: { readonly message?: string } | null;
}

/**
 * Cancels some orders, a hundred in one step of the account, and tells how many of them could not be. Gives how many
 * are. Throws when the outcome of some is unknown so far.
 */
export async function cancelOrders(orderIds: readonly string[]): Promise<number> {
  const refused: string[] = [];
  let unanswered: Error | null = null;
  for (let at = 0; at < orderIds.length; at += BATCH_MAX) {
    const some = orderIds.slice(at, at + BATCH_MAX);
    const commands = some.map((id) => ({ action: "cancel", order_id: id }));
    const text = some.length === 1 ? ORDERS.cancel(textOf(some[0] ?? "")) : ORDERS.cancelMany(some.length);
    const about = { kind: "cancel", text, orderIds: some } as const;
    try {
      const outcomes = await send<Outcome[]>(about, "POST", "/v1/orders/batch", { body: { commands } });
      for (const { status, body } of outcomes) if (status >= 400) refused.push(body?.message ?? "");
    } catch (error) {
      if (isRefusal(error)) refused.push(...some.map(() => error.message));
      else unanswered = error instanceof Error ? error : new Error(String(error));
    }
  }
  if (refused.length > 0) notify("danger", ORDERS.notCancelled(refused.length, refused[0] ?? ""));
  if (unanswered !== null) throw unanswered;
  return orderIds.length - refused.length;
}

/** Cancels every open order of the account. */
export async function cancelAll(): Promise<void> {
  const orderIds = openOrders().map(({ id }) => id);
  const about = { kind: "cancel", text: ORDERS.cancelMany(orderIds.length), orderIds } as const;
  await send(about, "DELETE", "/v2/orders");
}

interface Closing {
  /** A part of it. */
  readonly percentage?: number;
  /** Lots to sell, as `3:10,5:2.5`. */
  readonly taxLots?: string;
  /** Cancels the open orders of the symbol first, which hold some of it. */
  readonly cancelOrders?: boolean;
}

/** Closes a position at the market, or a part of it. The key of the request is the client order id of its order. */
export async function closePosition(symbol: string, closing: Closing | number = {}): Promise<Order> {
  const { percentage, taxLots, cancelOrders }: Closing =
    typeof closing === "number" ? { percentage: closing } : closing;
  const query = new URLSearchParams();
  if (percentage !== undefined) query.set("percentage", String(percentage));
  if (taxLots !== undefined) query.set("tax_lots", taxLots);
  if (cancelOrders === true) query.set("cancel_orders", "true");
  const path = `/v2/positions/${encodeURIComponent(symbol)}?${query}`;
  const [id, account] = [crypto.randomUUID(), accountId()];
  const text = ORDERS.close(symbol, percentage === undefined ? "" : `${percentage}%`);
  const headers = { "Idempotency-Key": id };
  return keep(await send<Order>({ kind: "close", text, id }, "DELETE", path, { account, headers }), account);
}

/** Cancels every order and closes every position at the market. Gives how many positions could not be closed. */
export async function flatten(): Promise<number> {
  const about = { kind: "flatten", text: ORDERS.flatten, orderIds: openOrders().map(({ id }) => id) } as const;
  const closed = await send<Outcome[]>(about, "DELETE", "/v2/positions?cancel_orders=true");
  await reload();
  return closed.filter(({ status }) => status >= 400).length;
}
