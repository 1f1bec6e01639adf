import type { Instrument } from "../../market/instrument.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import type { OrderType } from "../../order/orderType.ts";
import type { Side } from "../../order/side.ts";
import type { Terms, Trigger } from "../../order/terms.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";

/** A ticket that is well-formed: exact integers, known words, prices on their tick, a combination that the matrix has. */
export interface ValidatedOrder {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** Lots; 0 with a notional, whose lots the account finds from the market. */
  readonly qty: number;
  /** Cash to spend or to raise, in 1/10,000 dollar; null when a quantity is given. */
  readonly notional: number | null;
  /** Null for what has no limit; of an OCO the limit of its take profit, which it is itself. */
  readonly limitPrice: number | null;
  /** The trigger price, as in `terms.trigger`; null for trailing stops and for what has no trigger. */
  readonly stopPrice: number | null;
  readonly terms: Terms;
  /** Exits that come along: both for a bracket and an OCO, one of them for an OTO. */
  readonly takeProfit: { readonly limitPrice: number } | null;
  readonly stopLoss: { readonly stopPrice: number; readonly limitPrice: number | null } | null;
  /** When a gtd order ends, epoch milliseconds; whether that is still to come is for the account to judge. */
  readonly goodTil: number | null;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
}

/** A replace that is well-formed: only what differs from the order; null is left as it was. */
export interface ValidatedReplace {
  /** New total in lots: what was filled counts. */
  readonly qty: number | null;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  /** New trigger: of a stop, stop limit, touch or trailing order. */
  readonly trigger: Trigger | null;
  readonly timeInForce: TimeInForce | null;
  readonly goodTil: number | null;
  readonly clientOrderId: string | null;
}
