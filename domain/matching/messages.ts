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
   * The worst price it may trade at: its limit, or a market order's collar. Of one with a trigger and no limit it is what a
   * buy has cash for; where it may trade, the market says that it meets when it is elected (OB-24).
   */
  readonly price: number;
  readonly qty: number;
  readonly timeInForce: TimeInForce;
  /** True for what is a market order once it is live: what does not trade at once is cancelled, or rests at its collar when it was elected. */
  readonly market: boolean;
  readonly expiresAt: number | null;
  /**
   * `bracket`: two legs that wait until this order is filled; `oto`: one such leg; `oco`: this order is the take profit
   * itself and its one leg, the stop loss, is live beside it. Left out for a simple order.
   */
  readonly orderClass?: Exclude<OrderClass, "simple">;
  readonly legs?: readonly Leg[];
}

/** The same order with other terms and another id. What is left out stays. */
export interface ReplaceCommand {
  readonly kind: "replace";
  readonly orderId: string;
  readonly newOrderId: string;
  /** New total: what has been filled counts. */
  readonly qty?: number;
  /** The total that the account counts on: when the book has restated it meanwhile, the hold may not do. */
  readonly expectedQty?: number;
  /** New worst price: limit, or the collar of a new trigger price. */
  readonly price?: number;
  /** Of an order that has not been triggered. */
  readonly trigger?: Terms["trigger"];
  /** How far beyond the market's reference that price may be (OB-38). */
  readonly within?: number;
  readonly timeInForce?: TimeInForce;
  readonly expiresAt?: number | null;
  /** Self-trade mode of an order that has none and comes in again by this replace. */
  readonly selfTrade?: Terms["selfTrade"];
}

/** What an account asks of a book. */
export type BookCommand = NewOrderCommand | ReplaceCommand | { readonly kind: "cancel"; readonly orderId: string };

/** Why an order that was taken is not live yet. */
export type Waiting = "trigger" | "parent" | "auction" | "session" | "condition" | "peg";

/** Why an order ended, when it was not its owner or its time. */
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

/** Where a trailing stop is: the best price that it has seen, and its stop price. Prices in 1/10,000 dollar. */
export interface Trail {
  readonly best: number;
  readonly stop: number;
}

/** Of a report that says where a trailing stop is; reports of the first rules do not. */
interface Trailed {
  readonly trail?: Trail;
}

/** What a book tells the account of an order. An order's last report is a fill to zero, `replaced` or `closed`. */
export type BookReport =
  | (Report & Trailed & { readonly kind: "accepted"; readonly waiting?: Waiting })
  /** What waited is live now, or waits for something else. */
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
  /** It is for less now (its total, with what was filled): the linked leg was filled, it met its own account, or its cash fits no more. */
  | (Report & {
      readonly kind: "restated";
      readonly qty: number;
      readonly reason: "linked" | "self_trade" | "notional";
    })
  /** From here on reports are of `newOrderId`; what was filled counts for it. */
  | (Report & Trailed & { readonly kind: "replaced"; readonly newOrderId: string; readonly waiting?: Waiting })
  /** The order goes on as it was, or has ended before; `post_only`: it goes on, because the new one would have traded. */
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
        /** What its price was measured against, when that is the reason (OB-38). */
        readonly reference?: number;
      });

/** An order that its parent brings along: an exit on the other side, of the parent's quantity and time in force. */
export interface Leg {
  readonly role: LegRole;
  readonly orderId: string;
  /** The worst price it may trade at: its limit, or, of a buy, the collar around its stop. */
  readonly price: number;
  /** Of a stop loss. Without `limit` it becomes a market order. */
  readonly stop?: number;
  readonly limit?: true;
  readonly selfTrade?: SelfTrade;
}
