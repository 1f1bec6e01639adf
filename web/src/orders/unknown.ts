/**
 * Requests about orders whose outcome is not known: sent, and not answered. Each is noted before it is sent, so that a
 * reload does not forget it, and what became of it is looked up until that is known: of an order that it makes by the
 * client order id, of a cancel among the open orders.
 */
import { createEffect } from "solid-js";
import type { Order } from "../account/order.ts";
import {
  keepOrder,
  orders,
  readOpen,
  reload,
  setUnknownRequests,
  unknownRequests,
  type Position,
} from "../account/state.ts";
import { call } from "../api/client.ts";
import { ApiError } from "../api/error.ts";
import { accountId, me, session } from "../api/session.ts";
import { notify } from "../design/components/notices.tsx";
import { makesOrder, outcomeOf, requestsOf, type Found, type PendingRequest } from "./pending.ts";

const KEY = "requestsSent";
const LOOK_AGAIN_MS = 1_000;
const LOOK_AGAIN_LONGEST_MS = 5_000;
/** An order that has not reached the account by then never does (docs/streams.md, order_late). */
const FINAL_MS = 15_000;

const resolving = new Set<string>();

function stored(): readonly PendingRequest[] {
  try {
    return JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as readonly PendingRequest[];
  } catch {
    return [];
  }
}

function store(all: readonly PendingRequest[]): void {
  if (all.length === 0) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, JSON.stringify(all));
}

const others = (all: readonly PendingRequest[], { id }: PendingRequest): PendingRequest[] =>
  all.filter((one) => one.id !== id);

/** A request is about to be sent. */
export function noteSent(pending: PendingRequest): void {
  store([...others(stored(), pending), pending]);
}

/** The outcome of a request is known. */
export function settle(pending: PendingRequest): void {
  store(others(stored(), pending));
  setUnknownRequests((before) => (before.length === 0 ? before : others(before, pending)));
}

/** A request that was sent has got no answer. */
export function noteUnknown(pending: PendingRequest): void {
  if (pending.user !== (me()?.user.id ?? null)) return;
  setUnknownRequests((before) => [...others(before, pending), pending]);
  void resolve(pending);
}

/** True while the outcome of the request with this id is looked up. */
export const isUnknown = (id: string): boolean => unknownRequests().some((one) => one.id === id);

/** Takes up what an earlier visit of this tab has left. Called once, when the terminal starts. */
export function keepUnknown(): void {
  createEffect(() => {
    if (session().kind === "loading") return;
    const user = me()?.user.id ?? null;
    const own = requestsOf(stored(), user);
    // What another user has left in this tab ends with their session.
    store(own);
    setUnknownRequests((before) => requestsOf(before, user));
    for (const pending of own) if (!resolving.has(pending.id)) noteUnknown(pending);
  });
}

async function resolve(pending: PendingRequest): Promise<void> {
  if (resolving.has(pending.id)) return;
  resolving.add(pending.id);
  // What is known now may have been asked before the request arrived.
  const since = Date.now();
  for (let wait = LOOK_AGAIN_MS; ; wait = Math.min(LOOK_AGAIN_LONGEST_MS, wait * 1.5)) {
    await pause(wait);
    const asked = Date.now();
    const found = fromStream(pending) ?? (await lookUp(pending));
    if (found === "not ours") {
      settle(pending);
      break;
    }
    if (found === "not asked") continue;
    const outcome = outcomeOf(pending, found, asked - since >= FINAL_MS);
    if (outcome === null) continue;
    notify(outcome.tone, outcome.text);
    settle(pending);
    // Its effect on other orders and on positions.
    if (pending.kind !== "place") await reload().catch(() => {});
    break;
  }
  resolving.delete(pending.id);
}

/** The order that a request makes, if the account's stream has told of it. */
function fromStream(pending: PendingRequest): Found | null {
  if (!makesOrder(pending)) return null;
  for (const order of orders().values()) {
    if (order.client_order_id === pending.id) return { order, open: [], held: 0 };
  }
  return null;
}

async function lookUp(pending: PendingRequest): Promise<Found | "not asked" | "not ours"> {
  const { kind, account } = pending;
  try {
    if (makesOrder(pending)) return { order: await orderOf(pending), open: [], held: 0 };
    const open = await readOpen(account);
    const held = kind === "flatten" ? await call<Position[]>("GET", "/v2/positions", { account }) : [];
    return { order: null, open, held: held.length };
  } catch (error) {
    const isForeign = error instanceof ApiError && (error.status === 401 || error.status === 403);
    return isForeign ? "not ours" : "not asked";
  }
}

async function orderOf({ id, account }: PendingRequest): Promise<Order | null> {
  try {
    const path = `/v2/orders:by_client_order_id?client_order_id=${encodeURIComponent(id)}`;
    const order = await call<Order>("GET", path, { account });
    if (account === accountId()) keepOrder(order);
    return order;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
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
