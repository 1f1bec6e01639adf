/** Requests that were sent and not answered: what each is about, and what a look at the exchange says became of it. */
import { isOpen, type Order } from "../account/order.ts";
import { BLOTTER } from "../text/en/blotter.ts";
import { ORDERS } from "../text/en/orders.ts";
import { stateText } from "./orderText.ts";

/** A request about orders without a known outcome. */
export interface PendingRequest {
  readonly kind: "place" | "replace" | "close" | "cancel" | "flatten";
  /** The client order id of the order that it makes; of a cancel and of flatten any id. */
  readonly id: string;
  readonly account: string | null;
  /** Who has sent it. */
  readonly user: string | null;
  /** The request in words. */
  readonly text: string;
  /** The orders that it cancels or replaces. */
  readonly orderIds: readonly string[];
  readonly sentAt: number;
}

/** What the exchange has of what a request is about. */
export interface Found {
  /** The order of its client order id. */
  readonly order: Order | null;
  /** The account's open orders. */
  readonly open: readonly Order[];
  /** How many positions the account holds. */
  readonly held: number;
}

/** An outcome in words. */
export interface Outcome {
  readonly tone: "accent" | "warn";
  readonly text: string;
}

/** The requests of a user: nobody else sees them or looks them up. */
export const requestsOf = (all: readonly PendingRequest[], user: string | null): readonly PendingRequest[] =>
  user === null ? [] : all.filter((one) => one.user === user);

/** True when the request makes an order, which is found by its client order id. */
export const makesOrder = ({ kind }: PendingRequest): boolean => kind !== "cancel" && kind !== "flatten";

/** True while an order may trade and the exchange has no cancel of it. */
const isLeft = (order: Order): boolean => isOpen(order) && order.status !== "pending_cancel";

/** What became of a request; null: it may still take effect. After `isFinal` it cannot any more. */
export function outcomeOf(request: PendingRequest, { order, open, held }: Found, isFinal: boolean): Outcome | null {
  const { kind, text } = request;
  if (makesOrder(request)) {
    if (order !== null) return { tone: "accent", text: ORDERS.found(text, stateText(order.status)) };
    return isFinal ? { tone: "warn", text: ORDERS.neverArrived(text) } : null;
  }
  const left = open.filter((one) => request.orderIds.includes(one.id) && isLeft(one)).length;
  if (kind === "cancel") {
    if (left === 0) return { tone: "accent", text: ORDERS.cancelled(text) };
    return isFinal ? { tone: "warn", text: ORDERS.stillOpen(text, left) } : null;
  }
  if (open.length === 0 && held === 0) return { tone: "accent", text: ORDERS.flat(text) };
  // Its own orders may wait for the market to open.
  return isFinal ? { tone: "warn", text: ORDERS.notFlat(text, open.length, held) } : null;
}

/** What is said in place of an order's state while a request about it has no known outcome; null: its state holds. */
export function unconfirmed(order: Order, requests: readonly PendingRequest[]): string | null {
  if (!isLeft(order)) return null;
  const request = requests.findLast(({ orderIds }) => orderIds.includes(order.id));
  if (request === undefined) return null;
  return request.kind === "replace" ? BLOTTER.replaceUnconfirmed : BLOTTER.cancelUnconfirmed;
}
