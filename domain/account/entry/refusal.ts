import type { OrderInstruction } from "../../order/instructions.ts";
import type { OrderType, PriceReason } from "../../order/orderType.ts";
import type { CellRefusal, Combined, PriceField, QtyField, ReachedRefusal, RiskRefusal } from "../../risk/refusal.ts";

export type { CellRefusal, InstructionField, PriceField, QtyField } from "../../risk/refusal.ts";

/**
 * Why an account refuses a request. A refusal is a value, not an exception. Amounts are internal integers;
 * protocol/errors/catalogue.ts has the wire text and HTTP status of each reason.
 */
export type Refusal =
  | TicketRefusal
  | RiskRefusal
  | { readonly reason: "asset_not_found"; readonly symbol: string }
  /** The owner's personal data was erased, and the account closed. */
  | { readonly reason: "account_closed" }
  /** A paper account has no deposits and withdrawals. */
  | { readonly reason: "paper_account" }
  | { readonly reason: "client_order_id_taken" }
  | { readonly reason: "order_late" }
  /** Another command of its batch, of which all or none are executed, was refused. */
  | { readonly reason: "batch_not_executed" }
  /** The order needs prices of its book, which does not answer. */
  | { readonly reason: "book_unavailable" }
  /** In a cash account entries buy and exits sell. */
  | { readonly reason: "entry_not_buy"; readonly orderClass: "bracket" | "oto" }
  | { readonly reason: "exit_not_sell" }
  /** Nothing of the symbol is owned. */
  | { readonly reason: "position_not_found" }
  | { readonly reason: "order_not_found"; readonly orderId: string }
  | { readonly reason: "order_not_cancelable"; readonly status: string }
  | { readonly reason: "order_not_open" }
  | { readonly reason: "order_not_replaceable"; readonly status: string }
  | { readonly reason: "order_unchanged" }
  /** The replaced post-only order would trade at once: the order stays unchanged. */
  | { readonly reason: "post_only_would_trade" }
  | { readonly reason: "qty_not_above_filled" }
  | { readonly reason: "cancel_after_invalid" }
  /** A limit of the owner is above that of the exchange. */
  | { readonly reason: "limit_too_wide"; readonly field: string }
  | { readonly reason: "daily_loss_limit_reached" }
  | { readonly reason: "idempotency_key_reused" }
  /** Not an amount of dollars or shares that two live accounts of one user can move. */
  | { readonly reason: "transfer_invalid" }
  | InsufficientTransferable
  /** The account that gets the shares would have too many tax lots of them. */
  | { readonly reason: "too_many_lots"; readonly limit: number }
  | { readonly reason: "deposit_invalid" }
  | { readonly reason: "deposit_reference_taken" }
  | { readonly reason: "withdrawal_invalid" }
  | { readonly reason: "withdrawal_reference_taken" }
  | { readonly reason: "too_many_withdrawals"; readonly limit: number }
  /** No watchlist has this id or name. */
  | { readonly reason: "watchlist_not_found"; readonly watchlist: string }
  | { readonly reason: "watchlist_name_taken" }
  | { readonly reason: "too_many_watchlists"; readonly limit: number }
  | { readonly reason: "watchlist_too_long"; readonly limit: number }
  /** The symbol to remove is not in the watchlist. */
  | { readonly reason: "not_in_watchlist"; readonly symbol: string };

/** A transfer is of more than may leave the account. Amounts in 1/10,000 dollar, or in lots of the symbol. */
export interface InsufficientTransferable {
  readonly reason: "insufficient_transferable";
  /** "USD" or a symbol. */
  readonly asset: string;
  readonly needed: number;
  readonly available: number;
  /** The most that would pass: less than what is available when that has too many tax lots. */
  readonly most: number;
  /** What open orders and pending withdrawals hold, and what has not settled. */
  readonly held: number;
  readonly unsettled: number;
  /** The day on which the next of it settles; null: none waits, or no day is known. */
  readonly through: number | null;
}

/** Refusals that depend on the request alone. */
export type TicketRefusal =
  | { readonly reason: "invalid_side" }
  | { readonly reason: "invalid_order_type" }
  | { readonly reason: "invalid_time_in_force" }
  | { readonly reason: "unsupported_order_class" }
  | { readonly reason: "qty_or_notional_required" }
  | { readonly reason: "qty_and_notional" }
  | { readonly reason: "notional_unsupported" }
  | { readonly reason: "qty_malformed"; readonly field?: QtyField }
  | { readonly reason: "qty_not_positive"; readonly field?: QtyField }
  | { readonly reason: "qty_increment"; readonly qtyDecimals: number; readonly field?: QtyField }
  | { readonly reason: "qty_too_large"; readonly field?: QtyField }
  /** The displayed or minimum quantity is above the order's. */
  | { readonly reason: "qty_above_order"; readonly field: QtyField }
  | { readonly reason: "notional_malformed" }
  | { readonly reason: "notional_not_positive" }
  | { readonly reason: "notional_increment" }
  | { readonly reason: "notional_too_small" }
  | { readonly reason: "price_malformed"; readonly field?: PriceField }
  | { readonly reason: "price_not_positive"; readonly field?: PriceField }
  | { readonly reason: "price_increment"; readonly price: string; readonly field?: PriceField }
  | { readonly reason: "price_too_large"; readonly field?: PriceField }
  | { [R in PriceReason]: { readonly reason: R } }[PriceReason]
  | { readonly reason: "trail_required" }
  | { readonly reason: "trail_without_trailing_stop" }
  | { readonly reason: "trail_percent_invalid" }
  | { readonly reason: "exits_required"; readonly orderClass: "bracket" | "oto" | "oco" }
  /** Tax lots are named for what is no simple sale of a quantity. */
  | { readonly reason: "tax_lots_unsupported" }
  | { readonly reason: "exits_without_class" }
  | { readonly reason: "oco_limit_price" }
  /** An exit is on the wrong side of the entry's price; prices in 1/10,000 dollar. */
  | {
      readonly reason: "exit_price";
      readonly field: "take_profit.limit_price" | "stop_loss.stop_price";
      readonly side: "above" | "below";
      readonly basePrice: number;
    }
  | ReachedRefusal
  | { readonly reason: "exits_crossed"; readonly takeProfit: "above" | "below" }
  | CellRefusal
  | ({ readonly reason: "condition_unsupported"; readonly condition: OrderInstruction } & Combined)
  | { readonly reason: "conditions_conflict"; readonly first: OrderInstruction; readonly second: OrderInstruction }
  | { readonly reason: "extended_hours_type" }
  | { readonly reason: "client_order_id_too_long" }
  | { readonly reason: "good_til_required" }
  | { readonly reason: "good_til_without_gtd" }
  /** The value of an enumerated field is unknown. */
  | { readonly reason: "invalid_word"; readonly field: string }
  | { readonly reason: "short_not_allowed" }
  | { readonly reason: "position_intent_mismatch"; readonly inferred: string; readonly specified: string }
  /** The replace changes a field that this order does not have. */
  | { readonly reason: "replace_unsupported"; readonly field: string; readonly type: OrderType };

export type RefusalReason = Refusal["reason"];

/** The outcome of a request: its value, or a refusal. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };

/** The outcome of a refused request. */
export function fail<T>(refusal: Refusal): Outcome<T> {
  return { ok: false, refusal };
}
