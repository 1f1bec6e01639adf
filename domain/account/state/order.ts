import type { LotChoice } from "../../portfolio/lotMethod.ts";
import type { SavedFees } from "../../fees/savedFees.ts";
import type { CloseReason, Trail } from "../../matching/messages.ts";
import type { LegRole, OrderClass } from "../../order/orderClass.ts";
import type { OrderType } from "../../order/orderType.ts";
import type { Side } from "../../order/side.ts";
import type { SelfTrade, Terms } from "../../order/terms.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";
/** Status of an order, as on the wire. */
export type OrderStatus =
  | "pending_new"
  /** Accepted, but not live yet: it waits for its session or auction. */
  | "accepted"
  | "new"
  /** A leg that waits for its parent to be filled. */
  | "held"
  | "partially_filled"
  | "filled"
  | "pending_cancel"
  | "canceled"
  | "expired"
  | "pending_replace"
  /** Replaced by the order `replacedBy`. */
  | "replaced"
  | "rejected";

/** An order of an account. Prices are in 1/10,000 dollar, quantities in lots, times in epoch milliseconds. */
export interface Order {
  /** UUID, assigned by the exchange. */
  readonly id: string;
  /** The client's own id, unique for the account's life: the idempotency key of a submission. */
  readonly clientOrderId: string;
  /** Sequence number of the order in its account; also the sort key of order lists. */
  readonly sequence: number;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  /** Total quantity. The book may reduce it; `askedQty` then has the quantity of the request. */
  qty: number;
  askedQty?: number;
  /** The client's limit; null for a market order. */
  readonly limitPrice: number | null;
  /**
   * The worst price at which the book may trade it: its limit, or a market order's collar. For a sell with a trigger and no
   * limit the book calculates the collar when the trigger is reached (OB-24).
   */
  readonly protectionPrice: number;
  readonly extendedHours: boolean;
  readonly submittedAt: number;
  /** The same in epoch microseconds, increasing with each order of the account. Absent under the first rules. */
  readonly submittedMicros?: number;
  /** When a day or gtd order ends; null for the others. */
  readonly expiresAt: number | null;

  // Absent in orders of the first releases. Absent means null, or a simple order without terms.

  /** Version of the rules that settle its fills; absent under the first rules. */
  readonly rules?: number;
  /** The client's trigger price, for stop, stop limit and touch orders. A trailing stop has its distance in `terms`. */
  readonly stopPrice?: number | null;
  readonly terms?: Terms;
  readonly orderClass?: OrderClass;
  /** The self-trade mode that the account adds to the command of an order that names none (AC-42). */
  readonly impliedSelfTrade?: SelfTrade;
  /** For a leg: its parent order and its role. */
  parentId?: string | null;
  readonly role?: LegRole | null;
  /** For a parent: its legs, the take profit first. */
  legIds?: readonly string[];
  /** For one of two exits: the other one. A fill of one reduces the other, so both share one hold. */
  linkedId?: string | null;
  /** Cash to spend or to raise; the quantity follows from it. */
  readonly notional?: number | null;
  /** The client's end of a gtd order. */
  readonly goodTil?: number | null;
  /** The order that this one replaced, and the one that replaced this one. */
  readonly replaces?: string | null;
  replacedBy?: string | null;
  /** The replace that the book has not answered yet; null when there is none. */
  replacement?: PendingReplace | null;
  replacedAt?: number | null;
  /** For a trailing stop: the best price and stop price that its book reported last. */
  trail?: Trail;
  /** When its trigger price was reached. */
  triggeredAt?: number | null;
  /** Why the book closed it, when neither its owner nor its time in force ended it. */
  closeReason?: CloseReason | null;
  /** Reference price of the price limit by which its book refused it (OB-38). */
  limitReference?: number;
  /** Its price limit: the allowed distance from the reference price, in hundredths of a percent. */
  readonly within?: number;
  /** The recent order that it repeats, of which the owner is warned (RK-9). */
  readonly duplicateOf?: string;
  /** What it closes of a position, in billionths of a percent; 0: a quantity. Absent: it closes none, or an older order. */
  readonly closing?: number;
  /** What the account had lost on the day when it was accepted, if its daily loss limit depends on prices. */
  readonly dayLoss?: number;
  /** Version of the instrument that decided it; absent for the seeded version. */
  readonly instrumentVersion?: number;

  /** Number of the fee plan of the account that charges it, and for a buy what is held for its fees; absent: no fees. */
  readonly feePlan?: number;
  readonly feeReserve?: number;
  /** What its fills have traded and paid, and the fees that were charged, without those that were paid to the account. */
  fees?: SavedFees;
  feesCharged?: number;

  /**
   * The tax lots that a sale takes, in this sequence, from the fill after a filled quantity of `lotsFrom` on (absent: 0).
   * `askedLots`: the choice of a replace, of which fills of the replaced order have sold some.
   */
  lots?: readonly LotChoice[];
  lotsFrom?: number;
  askedLots?: readonly LotChoice[];

  status: OrderStatus;
  filledQty: number;
  /** Exact sum of price × lots over all fills, as BigInt text. */
  filledValue: string;
  /** Cash still held for a buy, lots still held for a sell. */
  held: number;
  updatedAt: number;
  filledAt: number | null;
  canceledAt: number | null;
  expiredAt: number | null;
}

/** A replace that the book has not answered yet. */
export interface PendingReplace {
  /** The new order. */
  readonly orderId: string;
  /**
   * True when a new quantity was requested; otherwise the new order follows the old one's quantity, also when the book
   * reduces it.
   */
  readonly resized: boolean;
  /** Status of the old order if the book refuses the replace. */
  readonly status: OrderStatus;
}

const CLOSED: ReadonlySet<OrderStatus> = new Set(["filled", "canceled", "expired", "replaced", "rejected"]);

/** True for a final status. */
export function isClosed(status: OrderStatus): boolean {
  return CLOSED.has(status);
}

/** When an order was submitted, in epoch microseconds. */
export function submittedMicros(order: Pick<Order, "submittedAt" | "submittedMicros">): number {
  return order.submittedMicros ?? order.submittedAt * 1_000;
}

/** An order before it is accepted: without sequence, submission time and state. */
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
  | "instrumentVersion"
  | "duplicateOf"
  | "closing"
  | "dayLoss"
  | "feePlan"
  | "feeReserve"
  | "lots"
  | "lotsFrom"
>;
