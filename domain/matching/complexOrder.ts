import type { TimeInForce } from "../order/timeInForce.ts";
import type { SideNumber } from "./engine/engine.ts";
import type { SelfTrade, Terms } from "../order/terms.ts";
import type { LegRole } from "../order/orderClass.ts";

/**
 * Where an order is: in the book, beside it under a quantity condition, waiting for its trigger, its parent, an auction, its
 * session or a price to peg to, elected and about to enter, or at its end.
 */
export type QueueName =
  | "book"
  | "condition"
  | "trigger"
  | "parent"
  | "auction"
  | "session"
  | "peg"
  | "entering"
  | "gone";

/** An order with more terms than side, price, quantity and time. The book keeps simple orders in the engine alone. */
export interface ComplexOrder {
  readonly slot: number;
  /** Place in the order of arrival. */
  ref: number;
  /** The same, but for a pegged order not that of its last move. */
  born: number;
  readonly side: SideNumber;
  /** Worst price in steps. */
  limit: number;
  /**
   * What does not trade at once is cancelled; a market order, moreover, may wait for an auction. No more once a trigger was
   * reached: what is left then rests at its collar.
   */
  market: boolean;
  timeInForce: TimeInForce;
  queue: QueueName;
  terms: Terms;
  /** Lies in the hidden queue with what is not displayed of an iceberg; NONE for others. */
  reserve: number;
  /** Of a trailing stop: the best price since entry, in 1/10,000 dollar. */
  best: number;
  /** Price in steps at which it triggers now. */
  stop: number;
  /** Its trigger was reached: from here on it is a market or limit order. */
  triggered: boolean;
  /** It is priced too far from the market: it is closed as it comes (OB-38). */
  exceedsPriceLimit: boolean;
  /** The other exit leg. */
  link: ComplexOrder | null;
  parent: ComplexOrder | null;
  legs: readonly ComplexOrder[];
  readonly role: LegRole | null;
}

/** Least quantity it may execute at a time; 0 when it has no such condition. */
export function minimumOf({ terms }: ComplexOrder, left: number): number {
  if (terms.allOrNone) return left;
  return terms.minQty === undefined ? 0 : Math.min(terms.minQty, left);
}

/** Whether it waits beside the book while its minimum is not there. */
export function isConditional({ terms }: ComplexOrder): boolean {
  return terms.allOrNone === true || terms.minQty !== undefined;
}

/** Whether it is never displayed. */
export function isHidden(complex: ComplexOrder | null): boolean {
  if (complex === null) return false;
  const { terms } = complex;
  return terms.display === 0 || terms.peg !== undefined || isConditional(complex);
}

/** Who gives way when it meets its own account; undefined when nobody does. */
export function selfTradeOf(complex: ComplexOrder | null): SelfTrade | undefined {
  return complex?.terms.selfTrade;
}

/** Whether what does not trade at once is cancelled. */
export function isImmediate({ market, timeInForce }: ComplexOrder): boolean {
  return market || timeInForce === "ioc" || timeInForce === "fok";
}
