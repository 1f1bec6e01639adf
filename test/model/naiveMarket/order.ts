import type { Instrument } from "../../../domain/market/instrument.ts";
import type { TimeInForce } from "../../../domain/order/timeInForce.ts";
import type { Side } from "../../../domain/order/side.ts";
import type { NewOrderCommand, Waiting, Leg } from "../../../domain/matching/messages.ts";
import type { Terms } from "../../../domain/order/terms.ts";

/** Where an order is: in the book, waiting, about to enter, or ended. */
export type QueueName = "book" | Waiting | "entering" | "over";

/** An order of the naive market. */
export interface NaiveOrder {
  orderId: string;
  readonly owner: string;
  readonly side: Side;
  terms: Terms;
  market: boolean;
  trigger: Terms["trigger"];
  timeInForce: TimeInForce;
  expiresAt: number | null;
  /** Its limit or collar. */
  price: number;
  /** Its price in the book, which for a peg or at a band is not its limit. */
  at: number;
  total: number;
  traded: number;
  /** For a notional order: sum of price × lots of its trades. */
  spent: number;
  where: QueueName;
  triggered: boolean;
  isLeg: boolean;
  /** OB-38: its limit is too far from the reference. */
  beyond: boolean;
  /** The best price that a trailing stop has seen. */
  best: number;
  /** MK-22: the instrument at the last change of its best price, whose tick applies to its stop; null: the current one. */
  roundedBy: Instrument | null;
  /** Position in the order of arrival. */
  arrival: number;
  /** Arrival of a peg, which its moves do not change. */
  born: number;
  /** Displayed lots, and the queue positions of the displayed and of the hidden part: usually the arrival. */
  shown: number;
  shownSince: number;
  hiddenSince: number;
  /** The other exit leg. */
  linked: NaiveOrder | null;
  /** Legs that wait for this order to be filled. */
  legs: NaiveOrder[];
}

export function newOrder(owner: string, command: NewOrderCommand): NaiveOrder {
  const { orderId, side, market, timeInForce, expiresAt, price, qty, trigger } = command;
  return {
    orderId,
    owner,
    side,
    terms: command,
    market,
    trigger,
    timeInForce,
    expiresAt,
    price,
    at: price,
    total: qty,
    traded: 0,
    spent: 0,
    where: "entering",
    triggered: false,
    beyond: false,
    isLeg: false,
    best: 0,
    roundedBy: null,
    arrival: 0,
    born: 0,
    shown: 0,
    shownSince: 0,
    hiddenSince: 0,
    linked: null,
    legs: [],
  };
}

/** A leg with the order's quantity and time in force: on the other side, or for an OCO on the same side. */
export function legOf(
  parent: NaiveOrder,
  side: Side,
  { role, orderId, price, stop, limit, selfTrade }: Leg,
): NaiveOrder {
  const stopped = role === "stop_loss" && stop !== undefined;
  const { within } = parent.terms;
  const leg = newOrder(parent.owner, {
    kind: "new",
    orderId,
    price,
    side,
    qty: parent.total,
    timeInForce: parent.timeInForce,
    expiresAt: parent.expiresAt,
    market: stopped && limit !== true,
    ...(stopped ? { trigger: { kind: "stop", price: stop } } : {}),
    ...(selfTrade === undefined ? {} : { selfTrade }),
    ...(within === undefined ? {} : { within }),
  });
  return { ...leg, isLeg: true };
}

export const otherSide = (side: Side): Side => (side === "buy" ? "sell" : "buy");
export const left = (order: NaiveOrder): number => order.total - order.traded;
export const ofAuction = ({ timeInForce }: NaiveOrder): boolean => timeInForce === "opg" || timeInForce === "cls";
export const immediate = ({ timeInForce }: NaiveOrder): boolean => timeInForce === "ioc" || timeInForce === "fok";
export const untriggered = (order: NaiveOrder): boolean => order.trigger !== undefined && !order.triggered;

export function conditional({ terms }: NaiveOrder): boolean {
  return terms.postOnly !== true && (terms.allOrNone === true || terms.minQty !== undefined);
}

/** Smallest quantity of one execution (OB-26). */
export function minimum(order: NaiveOrder): number {
  const { allOrNone, minQty } = order.terms;
  return allOrNone === true ? left(order) : Math.min(minQty ?? 0, left(order));
}

/** Lots that it displays when it comes to rest. */
export function showable(order: NaiveOrder): number {
  const { display, peg } = order.terms;
  if (peg !== undefined || conditional(order)) return 0;
  return Math.min(display ?? Infinity, left(order));
}

/** Lots that an order can still trade at a price: what its cash buys, or the quantity left. */
export function worth(order: NaiveOrder, price: number, lotsPerShare: number): number {
  const { cash } = order.terms;
  if (cash === undefined) return left(order);
  return Math.min(left(order), Math.floor((cash * lotsPerShare - order.spent) / price));
}

/** True when an order accepts a price of the other side. */
export const accepts = (order: NaiveOrder, price: number): boolean =>
  order.side === "buy" ? price <= order.at : price >= order.at;

/** Negative when the first price is better for its side. */
export const compareForSide = (side: Side, a: number, b: number): number => (side === "buy" ? b - a : a - b);
