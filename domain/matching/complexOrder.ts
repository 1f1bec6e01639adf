import type { TimeInForce } from "../order/timeInForce.ts";
import type { SideNumber } from "./engine/engine.ts";
import type { SelfTrade, Terms } from "../order/terms.ts";
import type { LegRole } from "../order/orderClass.ts";
import type { Trailer } from "./trailingGroup.ts";

/**
 * Where an order is: in the book, beside it under a quantity condition, waiting for its trigger, its parent, an auction, its
 * session or a price to peg to, elected and about to enter, or closed.
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
  /** Position in the order of arrival. */
  ref: number;
  /** Position of its own arrival; for a pegged order `arrival` is that of its last move. */
  born: number;
  readonly side: SideNumber;
  /** Worst price in steps. */
  limit: number;
  /**
   * True for a market order: the quantity that does not trade at once is cancelled, and it may wait for an auction. False
   * once its trigger was reached, because the quantity left then rests at its collar.
   */
  market: boolean;
  timeInForce: TimeInForce;
  queue: QueueName;
  terms: Terms;
  /** Slot of an iceberg's hidden part, in the hidden queue; NONE for other orders. */
  reserve: number;
  /** Of a trailing stop: the best price since entry, in 1/10,000 dollar. While it follows the market its group has it. */
  best: number;
  /** Price in steps at which it triggers now; the same applies. */
  stop: number;
  /** A trailing stop that follows the market: its place in its group. */
  trailer: Trailer | null;
  /** Its trigger was reached, so it is a market or limit order now. */
  triggered: boolean;
  /** Its price is beyond the price limit, so it is closed on entry (OB-38). */
  exceedsPriceLimit: boolean;
  /** The other exit leg. */
  link: ComplexOrder | null;
  parent: ComplexOrder | null;
  legs: readonly ComplexOrder[];
  readonly role: LegRole | null;
}

/** Smallest quantity of one execution; 0 without a condition. */
export function minimumOf({ terms }: ComplexOrder, left: number): number {
  if (terms.allOrNone) return left;
  return terms.minQty === undefined ? 0 : Math.min(terms.minQty, left);
}

/** Whether it waits beside the book until its minimum is available. */
export function isConditional({ terms }: ComplexOrder): boolean {
  return terms.allOrNone === true || terms.minQty !== undefined;
}

/** Whether it is never displayed. */
export function isHidden(complex: ComplexOrder | null): boolean {
  if (complex === null) return false;
  const { terms } = complex;
  return terms.display === 0 || terms.peg !== undefined || isConditional(complex);
}

/** Its self-trade mode; undefined when it has none. */
export function selfTradeOf(complex: ComplexOrder | null): SelfTrade | undefined {
  return complex?.terms.selfTrade;
}

/** Whether the quantity that does not trade at once is cancelled. */
export function isImmediate({ market, timeInForce }: ComplexOrder): boolean {
  return market || timeInForce === "ioc" || timeInForce === "fok";
}
