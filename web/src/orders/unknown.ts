/**
 * Orders whose outcome is not known: sent, and not answered. Each is noted before it is sent, so that a reload does not
 * forget it, and looked up by its client order id until the exchange has it or can never get it.
 */
import { createEffect } from "solid-js";
import type { Order } from "../account/order.ts";
import { keepOrder, orders, setUnknownOrders, unknownOrders, type PendingOrder } from "../account/state.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { session } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { ORDERS } from "../text/en/orders.ts";

const KEY = "ordersSent";
const LOOK_AGAIN_MS = 1_000;
const LOOK_AGAIN_LONGEST_MS = 5_000;
/** An order that has not reached the account by then never does (docs/streams.md, order_late). */
const FINAL_MS = 15_000;

const resolving = new Set<string>();

function stored(): readonly PendingOrder[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as readonly PendingOrder[];
  } catch {
    return [];
  }
}

function store(all: readonly PendingOrder[]): void {
  if (all.length === 0) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(all));
}

const others = (all: readonly PendingOrder[], { clientOrderId }: PendingOrder): PendingOrder[] =>
  all.filter((one) => one.clientOrderId !== clientOrderId);

/** An order is about to be sent. */
export function noteSent(pending: PendingOrder): void {
  store([...others(stored(), pending), pending]);
}

/** The outcome of an order is known. */
export function settle(pending: PendingOrder): void {
  store(others(stored(), pending));
  setUnknownOrders((before) => (before.length === 0 ? before : others(before, pending)));
}

/** An order that was sent has got no answer. */
export function noteUnknown(pending: PendingOrder): void {
  setUnknownOrders((before) => [...others(before, pending), pending]);
  void resolve(pending);
}

/** Takes up what an earlier visit of this tab has left. Called once, when the terminal starts. */
export function keepUnknown(): void {
  createEffect(() => {
    if (session().kind !== "signed in") return;
    for (const pending of stored()) if (!resolving.has(pending.clientOrderId)) noteUnknown(pending);
  });
}

async function resolve(pending: PendingOrder): Promise<void> {
  const { clientOrderId, text } = pending;
  if (resolving.has(clientOrderId)) return;
  resolving.add(clientOrderId);
  // What is known now may have been asked before the order arrived.
  const since = Date.now();
  for (let wait = LOOK_AGAIN_MS; ; wait = Math.min(LOOK_AGAIN_LONGEST_MS, wait * 1.5)) {
    await pause(wait);
    const asked = Date.now();
    const outcome = fromStream(clientOrderId) ?? (await lookUp(pending));
    if (outcome === "not asked") continue;
    if (outcome === "not ours") break;
    if (outcome === "missing") {
      if (asked - since < FINAL_MS) continue;
      notify("warn", ORDERS.neverArrived(text));
    } else notify("accent", ORDERS.found(text, outcome.status));
    settle(pending);
    break;
  }
  resolving.delete(clientOrderId);
}

/** The order, if the account's stream has told of it. */
function fromStream(clientOrderId: string): Order | null {
  if (unknownOrders().length === 0) return null;
  for (const order of orders().values()) if (order.client_order_id === clientOrderId) return order;
  return null;
}

async function lookUp({ clientOrderId, account }: PendingOrder): Promise<Order | "missing" | "not asked" | "not ours"> {
  try {
    const path = `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(clientOrderId)}`;
    const order = await call<Order>("GET", path, { account });
    keepOrder(order);
    return order;
  } catch (error) {
    if (!(error instanceof ApiError)) return "not asked";
    if (error.status === 404) return "missing";
    return error.status === 401 || error.status === 403 ? "not ours" : "not asked";
  }
}

/** Waits, and not longer than until the network is back. */
function pause(ms: number): Promise<void> {
  return new Promise((wake) => {
    const go = (): void => {
      clearTimeout(timer);
      removeEventListener("online", go);
      wake();
    };
    const timer = setTimeout(go, ms);
    addEventListener("online", go);
  });
}
