/** An order as its account knows it. Prices in 1/10,000 dollar, quantities in lots, times in epoch milliseconds. */
import type { CloseReason, Trail } from "../../matching/messages.ts";
import type { LegRole, OrderClass } from "../../order/orderClass.ts";
import type { OrderType } from "../../order/orderType.ts";
import type { Side } from "../../order/side.ts";
import type { SelfTrade, Terms } from "../../order/terms.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";
export type OrderStatus =
  | "pending_new"
  /** Taken, but not live yet: it waits for its session or its auction. */
  | "accepted"
  | "new"
  /** A leg whose parent is not filled yet. */
  | "held"
  | "partially_filled"
  | "filled"
  | "pending_cancel"
  | "canceled"
  | "expired"
  | "pending_replace"
  /** Goes on as the order `replacedBy`. */
  | "replaced"
  | "rejected";

export interface Order {
  /** UUID, given by the exchange. */
  readonly id: string;
  /** The client's own id, unique for the account's life: the idempotency key of a submission. */
  readonly clientOrderId: string;
  /** Position in the account's sequence of orders; also the sort key of listings. */
  readonly sequence: number;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Its total. The book may lower it: `askedQty` is then what the client asked for. */
  qty: number;
  askedQty?: number;
  /** The client's limit; null for a market order. */
  readonly limitPrice: number | null;
  /** The worst price the book may trade at: the limit, or a market order's collar; of a sell that waits for a trigger, the book says (OB-24). */
  readonly protectionPrice: number;
  readonly extendedHours: boolean;
  readonly submittedAt: number;
  /** The same in epoch microseconds: of an account's orders the later has the larger one. Orders of the first rules have none. */
  readonly submittedMicros?: number;
  /** When a day or gtd order ends; null for the others. */
  readonly expiresAt: number | null;

  // What orders of the first releases have not: absent means null, a simple order without terms.

  /** Version of the rules by which its fills are settled: absent in orders that were accepted under the first ones. */
  readonly rules?: number;
  /** The client's trigger price: of stop, stop limit and touch orders. A trailing stop has its distance in `terms`. */
  readonly stopPrice?: number | null;
  readonly terms?: Terms;
  readonly orderClass?: OrderClass;
  /** The self-trade mode that the book is given for an order that names none (AC-42). */
  readonly impliedSelfTrade?: SelfTrade;
  /** Of a leg: the order it came with, and what it is for. */
  parentId?: string | null;
  readonly role?: LegRole | null;
  /** Of a parent, in order: take profit, stop loss. */
  legIds?: readonly string[];
  /** Of two exits: the other one. What one of them trades the other cannot, so they share one hold. */
  linkedId?: string | null;
  /** Cash that was to be spent or raised; the quantity was found from it. */
  readonly notional?: number | null;
  /** When a gtd order ends, as its client said. */
  readonly goodTil?: number | null;
  /** The order that this one goes on from, and the one that goes on from it. */
  readonly replaces?: string | null;
  replacedBy?: string | null;
  /** The replace that is on its way to the book; null when none is. */
  replacement?: PendingReplace | null;
  replacedAt?: number | null;
  /** Of a trailing stop: where its book said last that it is. */
  trail?: Trail;
  /** When its trigger price was reached. */
  triggeredAt?: number | null;
  /** Why it ended, when it was not its owner or its time. */
  closeReason?: CloseReason | null;
  /** What its book measured its price against when it refused it (OB-38). */
  limitReference?: number;
  /** How far beyond that it may be priced, in hundredths of a percent. */
  readonly within?: number;
  /** The version of the instrument by which it was decided; left out while that is as it was seeded. */
  readonly instrumentVersion?: number;

  status: OrderStatus;
  filledQty: number;
  /** Sum of price × lots over all fills, as BigInt text: exact, for the average price. */
  filledValue: string;
  /** Cash still held for a buy, lots still held for a sell. */
  held: number;
  updatedAt: number;
  filledAt: number | null;
  canceledAt: number | null;
  expiredAt: number | null;
}

/** A replace that the book has not answered. */
export interface PendingReplace {
  /** The order that is to go on from this one. */
  readonly orderId: string;
  /** A new quantity was asked for; otherwise the new order has that of the old one, whatever the book makes of it. */
  readonly resized: boolean;
  /** What the order goes back to when the book refuses. */
  readonly status: OrderStatus;
}

const CLOSED: ReadonlySet<OrderStatus> = new Set(["filled", "canceled", "expired", "replaced", "rejected"]);

/** True once nothing more can happen to the order. */
export function isClosed(status: OrderStatus): boolean {
  return CLOSED.has(status);
}

/** When an order was submitted, in epoch microseconds. */
export function submittedMicros(order: Pick<Order, "submittedAt" | "submittedMicros">): number {
  return order.submittedMicros ?? order.submittedAt * 1_000;
}

/** An order at the moment it is accepted: what never changes of it, but for its place and time. */
export type NewOrder = Pick<
  Order,
  | "id"
  | "clientOrderId"
  | "symbol"
  | "side"
  | "type"
  | "timeInForce"
  | "qty"
  | "limitPrice"
  | "protectionPrice"
  | "extendedHours"
  | "expiresAt"
  | "stopPrice"
  | "terms"
  | "orderClass"
  | "parentId"
  | "role"
  | "legIds"
  | "linkedId"
  | "notional"
  | "goodTil"
  | "replaces"
  | "rules"
  | "impliedSelfTrade"
  | "within"
>;
