import type { CellReason } from "../market/orderMatrix.ts";
import type { OrderInstruction } from "../order/instructions.ts";
import type { OrderClass } from "../order/orderClass.ts";
import type { OrderType } from "../order/orderType.ts";
import type { Side } from "../order/side.ts";
import type { TimeInForce } from "../order/timeInForce.ts";
import type { ChoiceRefusal } from "../portfolio/lotMethod.ts";

/** Prices and quantities of a request by their path in its body. Refusals of `limit_price` and `qty` name no field. */
export type PriceField =
  | "limit_price"
  | "stop_price"
  | "trail_price"
  | "take_profit.limit_price"
  | "stop_loss.stop_price"
  | "stop_loss.limit_price"
  | "advanced_instructions.peg.offset";
export type QtyField = "qty" | "tax_lots.qty" | InstructionField;
/** An instruction by its path in the body of a request. */
export type InstructionField = `advanced_instructions.${OrderInstruction}`;

/** The combination of an order that the matrix refuses. */
export interface Combined {
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly orderClass: OrderClass;
}

/** The refusal of a cell of the order matrix. */
export type CellRefusal = { readonly reason: CellReason } & Combined;

/** The market has already reached the trigger price; the price is in 1/10,000 dollar. */
export interface ReachedRefusal {
  readonly reason: "stop_price_reached";
  readonly side: "above" | "below";
  readonly basePrice: number;
}

/** The largest size that would pass, in lots of the symbol or in 1/10,000 dollar; 0: none would. */
export type Largest = { readonly symbol: string } & ({ readonly qty: number } | { readonly notional: number });

/** Why a rule of risk refuses an order or a replace. Amounts are internal integers. */
export type RiskRefusal =
  /** The kill switch of the owner or of the exchange is on. */
  | { readonly reason: "kill_switch"; readonly by: "owner" | "exchange" }
  /** The exchange has blocked the account, or the symbol in it. */
  | { readonly reason: "account_blocked" }
  | { readonly reason: "symbol_blocked"; readonly symbol: string }
  /** The owner has switched off parts of shares, or the overnight session. */
  | { readonly reason: "fractional_disabled" }
  | { readonly reason: "overnight_disabled" }
  /** A limit of the account or of the symbol: lots, or values in 1/10,000 dollar. */
  | {
      readonly reason: "order_limit";
      readonly limit: "order_value" | "order_qty" | "position_value" | "position_qty";
      readonly by: "owner" | "exchange" | "plan";
      readonly symbol: string;
      readonly value: number;
      readonly most: number;
      readonly largest?: Largest;
    }
  /** The order repeats this one of the last seconds. */
  | { readonly reason: "duplicate_order"; readonly orderId: string }
  /** What the account has lost today, and its limit, in 1/10,000 dollar. */
  | { readonly reason: "daily_loss_limit"; readonly loss: number; readonly limit: number }
  /** The owner has suspended trading (`suspend_trade`). */
  | { readonly reason: "trading_suspended" }
  /** The instrument is delisted. */
  | { readonly reason: "asset_not_active"; readonly symbol: string }
  /** The prices of an externally priced symbol are not current. */
  | { readonly reason: "feed_stale"; readonly symbol: string }
  | ReachedRefusal
  | { readonly reason: "good_til_past" }
  | CellRefusal
  /** The quantity is not a multiple of the lot size, here in units of the asset (MK-22). */
  | { readonly reason: "qty_lot"; readonly qtyDecimals: number; readonly lot: number }
  /** The limit is further from the market than the instrument allows; prices in 1/10,000 dollar. */
  | {
      readonly reason: "price_limit";
      readonly field: PriceField;
      readonly side: Side;
      readonly price: number;
      readonly reference: number;
      readonly bound: number;
    }
  /** The trigger price is so far from the market that it is a mistake; prices in 1/10,000 dollar. */
  | {
      readonly reason: "stop_price_limit";
      readonly field: "stop_price" | "stop_loss.stop_price";
      readonly side: Side;
      readonly price: number;
      readonly reference: number;
      readonly bound: number;
    }
  | { readonly reason: "too_many_open_orders"; readonly limit: number }
  | { readonly reason: "notional_too_small" }
  | { readonly reason: "qty_too_large"; readonly field?: QtyField }
  | { readonly reason: "notional_too_large" }
  | {
      readonly reason: "insufficient_buying_power";
      readonly buyingPower: number;
      readonly costBasis: number;
      readonly largest?: Largest;
    }
  /** The account needs settled cash for it, through a trading day if one is known (numbered from 1970-01-01). */
  | {
      readonly reason: "insufficient_settled_cash";
      readonly needed: number;
      readonly available: number;
      readonly through: number | null;
      readonly largest?: Largest;
    }
  | {
      readonly reason: "insufficient_qty";
      readonly symbol: string;
      readonly requested: number;
      readonly available: number;
      readonly existing: number;
      readonly held: number;
      readonly relatedOrders: readonly string[];
      readonly largest?: Largest;
    }
  | ({ readonly symbol: string } & ChoiceRefusal)
  /** In 1/10,000 dollar. */
  | { readonly reason: "order_value_too_small"; readonly value: number; readonly least: number }
  /** The order could trade with an open order of the same account, which has a limit or none (market, stop, touch). */
  | { readonly reason: "wash_trade"; readonly existingOrderId: string; readonly existing: "limit" | "market" };
