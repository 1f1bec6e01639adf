/**
 * Why an account refuses a request: a value, never an exception. Amounts are internal integers; the wire text and the
 * HTTP status of each reason are in protocol/errors.ts.
 */
export type Refusal =
  | { readonly reason: "asset_not_found"; readonly symbol: string }
  | { readonly reason: "invalid_side" }
  | { readonly reason: "invalid_order_type" }
  | { readonly reason: "invalid_time_in_force" }
  | { readonly reason: "unsupported_order_class" }
  | { readonly reason: "notional_unsupported" }
  | { readonly reason: "qty_or_notional_required" }
  | { readonly reason: "qty_and_notional" }
  | { readonly reason: "qty_malformed" }
  | { readonly reason: "qty_not_positive" }
  | { readonly reason: "qty_increment"; readonly qtyDecimals: number }
  | { readonly reason: "qty_too_large" }
  | { readonly reason: "limit_price_required" }
  | { readonly reason: "market_with_price" }
  | { readonly reason: "price_malformed" }
  | { readonly reason: "price_not_positive" }
  | { readonly reason: "price_increment"; readonly price: string }
  | { readonly reason: "price_too_large" }
  | { readonly reason: "notional_too_large" }
  | { readonly reason: "extended_hours_type" }
  | { readonly reason: "client_order_id_too_long" }
  | { readonly reason: "client_order_id_taken" }
  | { readonly reason: "order_late" }
  | { readonly reason: "good_til_past" }
  /** Entries of a cash account buy, and its exits sell. */
  | { readonly reason: "entry_not_buy"; readonly orderClass: "bracket" | "oto" }
  | { readonly reason: "exit_not_sell" }
  | { readonly reason: "too_many_open_orders"; readonly limit: number }
  | { readonly reason: "insufficient_buying_power"; readonly buyingPower: number; readonly costBasis: number }
  | {
      readonly reason: "insufficient_qty";
      readonly symbol: string;
      readonly requested: number;
      readonly available: number;
      readonly existing: number;
      readonly held: number;
      readonly relatedOrders: readonly string[];
    }
  | { readonly reason: "order_not_found"; readonly orderId: string }
  | { readonly reason: "order_not_cancelable"; readonly status: string }
  | { readonly reason: "order_not_open" }
  | { readonly reason: "order_not_replaceable"; readonly status: string }
  | { readonly reason: "order_unchanged" }
  | { readonly reason: "qty_not_above_filled" }
  | { readonly reason: "cancel_after_invalid" }
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "deposit_invalid" }
  | { readonly reason: "deposit_reference_taken" };

export type RefusalReason = Refusal["reason"];

/** The answer to a request that the rules may refuse. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly refusal: Refusal };
