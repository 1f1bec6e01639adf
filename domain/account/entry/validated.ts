import type { Instrument } from "../../market/instrument.ts";
import type { OrderClass } from "../../order/orderClass.ts";
import type { OrderType } from "../../order/orderType.ts";
import type { Side } from "../../order/side.ts";
import type { Terms, Trigger } from "../../order/terms.ts";
import type { LotChoice } from "../../portfolio/lotMethod.ts";
import type { TimeInForce } from "../../order/timeInForce.ts";

/** A validated order request: exact integers, known values, prices on their tick, a combination of the order matrix. */
export interface ValidatedOrder {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
  /** Quantity in lots; 0 with a notional, whose quantity follows from the market. */
  readonly qty: number;
  /** Cash to spend or to raise, in 1/10,000 dollar; null when a quantity is given. */
  readonly notional: number | null;
  /** Null for types without a limit; for an OCO the limit of its take profit. */
  readonly limitPrice: number | null;
  /** The trigger price, as in `terms.trigger`; null for trailing stops and for types without a trigger. */
  readonly stopPrice: number | null;
  readonly terms: Terms;
  /** Exits: both for a bracket and an OCO, one for an OTO. */
  readonly takeProfit: { readonly limitPrice: number } | null;
  readonly stopLoss: { readonly stopPrice: number; readonly limitPrice: number | null } | null;
  /** End of a gtd order in epoch milliseconds. The account checks that it is in the future. */
  readonly goodTil: number | null;
  readonly extendedHours: boolean;
  readonly clientOrderId: string | null;
  /** The tax lots that a sale takes; null: by the account's method. */
  readonly lots: readonly LotChoice[] | null;
}

/** A validated replace: the fields that differ from the order; null fields stay unchanged. */
export interface ValidatedReplace {
  /** New total in lots, including what was filled. */
  readonly qty: number | null;
  readonly limitPrice: number | null;
  readonly stopPrice: number | null;
  /** New trigger of a stop, stop limit, touch or trailing order. */
  readonly trigger: Trigger | null;
  readonly timeInForce: TimeInForce | null;
  readonly goodTil: number | null;
  readonly clientOrderId: string | null;
  /** Another choice of tax lots for what is not filled. */
  readonly lots: readonly LotChoice[] | null;
}
