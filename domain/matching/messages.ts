import type { LegRole, OrderClass } from "../order/orderClass.ts";
import type { Side } from "../order/side.ts";
import type { SelfTrade, Terms } from "../order/terms.ts";
import type { TimeInForce } from "../order/timeInForce.ts";

/** An order as its account sends it. Prices in 1/10,000 dollar, quantities in lots, times in epoch milliseconds. */
export interface NewOrderCommand extends Terms {
  readonly kind: "new";
  readonly orderId: string;
  readonly side: Side;
  /**
   * The worst price at which it may trade: its limit, or a market order's collar. For an order with a trigger and no limit the
   * book calculates the collar at the election; then this price only bounds a buy, whose hold covers no more (OB-24).
   */
  readonly price: number;
  readonly qty: number;
  readonly timeInForce: TimeInForce;
  /**
   * True for an order that is a market order once it is live: the quantity that does not trade at once is cancelled, or, if it was
   * elected, rests at its collar.
   */
  readonly market: boolean;
  readonly expiresAt: number | null;
  /**
   * `bracket`: two legs that wait until this order is filled; `oto`: one such leg; `oco`: this order is the take profit
   * itself and its one leg, the stop loss, is live at the same time. Absent for a simple order.
   */
  readonly orderClass?: Exclude<OrderClass, "simple">;
  readonly legs?: readonly Leg[];
}

/** Replaces an order by one with other terms and another id. Absent fields stay unchanged. */
export interface ReplaceCommand {
  readonly kind: "replace";
  readonly orderId: string;
  readonly newOrderId: string;
  /** New total, including the filled quantity. */
  readonly qty?: number;
  /** The total that the account knows. If the book has restated it meanwhile, the hold may be insufficient. */
  readonly expectedQty?: number;
  /** New worst price: limit, or the collar of a new trigger price. */
  readonly price?: number;
  /** New trigger of an order that has not been triggered. */
  readonly trigger?: Terms["trigger"];
  /** Largest distance of that price from the reference (OB-38). */
  readonly within?: number;
  readonly timeInForce?: TimeInForce;
  readonly expiresAt?: number | null;
  /** Self-trade mode for an order that has none and enters again by this replace. */
  readonly selfTrade?: Terms["selfTrade"];
}

/** A command of an account to a book. */
export type BookCommand = NewOrderCommand | ReplaceCommand | { readonly kind: "cancel"; readonly orderId: string };

/** What an accepted order that is not live waits for. */
export type Waiting = "trigger" | "parent" | "auction" | "session" | "condition" | "peg";

/** Why an order ended, other than by its owner's cancel or its expiry. */
export type CloseReason =
  | "unfilled"
  | "post_only"
  | "fill_or_kill"
  | "min_qty"
  | "self_trade"
  | "linked"
  | "parent"
  | "auction_over"
  | "not_in_session"
  | "price_band"
  | "price_limit"
  | "halted"
  | "delisted";

interface Report {
  readonly orderId: string;
  readonly at: number;
}

/** State of a trailing stop: the best price since entry, and its stop price. Prices in 1/10,000 dollar. */
export interface Trail {
  readonly best: number;
  readonly stop: number;
}

/** The trail of a trailing stop; absent under the first rules. */
interface Trailed {
  readonly trail?: Trail;
}

/** A book's report to the account of an order. The last one is a fill of the rest, `replaced` or `closed`. */
export type BookReport =
  | (Report & Trailed & { readonly kind: "accepted"; readonly waiting?: Waiting })
  /** An order that waited is live now, or waits for something else. */
  | (Report & { readonly kind: "activated"; readonly waiting?: Waiting })
  /** Its trigger price was reached: it is entered as a market or limit order. */
  | (Report & Trailed & { readonly kind: "triggered" })
  | (Report & {
      readonly kind: "fill";
      readonly tradeId: number;
      readonly price: number;
      readonly qty: number;
      readonly liquidity: "maker" | "taker" | "auction";
    })
  /** The total, including the filled quantity, was changed by a linked leg, self-trade prevention or the cash of the order. */
  | (Report & {
      readonly kind: "restated";
      readonly qty: number;
      readonly reason: "linked" | "self_trade" | "notional";
    })
  /** Later reports are for `newOrderId`, which takes over the fills. */
  | (Report & Trailed & { readonly kind: "replaced"; readonly newOrderId: string; readonly waiting?: Waiting })
  /** The order is unchanged, or had ended. `post_only`: unchanged, because the new one would have traded. */
  | (Report & {
      readonly kind: "replace_rejected";
      readonly newOrderId: string;
      readonly reason?: "post_only" | "price_limit";
      readonly reference?: number;
    })
  | (Report &
      Trailed & {
        readonly kind: "closed";
        readonly cause: "canceled" | "expired";
        readonly reason?: CloseReason;
        /** The reference price, for the reason `price_limit` (OB-38). */
        readonly reference?: number;
      });

/** A leg of an order: an exit on the other side, with the parent's quantity and time in force. */
export interface Leg {
  readonly role: LegRole;
  readonly orderId: string;
  /** The worst price at which it may trade: its limit, or, for a buy, the collar around its stop. */
  readonly price: number;
  /** Stop price of a stop loss. Without `limit` it becomes a market order. */
  readonly stop?: number;
  readonly limit?: true;
  readonly selfTrade?: SelfTrade;
}
