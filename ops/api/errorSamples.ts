/** A sample of every error whose text has parameters, for the list of errors. */
import type { CellRefusal } from "../../domain/account/entry/refusal.ts";
import type { ApiError } from "../../protocol/errors/catalogue.ts";

/** The required parameters of errors. */
type Needed<E> = { [K in keyof E as undefined extends E[K] ? never : K]: E[K] };
type Of<R> = R extends CellRefusal["reason"] ? CellRefusal : Extract<ApiError, { reason: R }>;
type WithFacts = {
  [R in ApiError["reason"]]: keyof Needed<Of<R>> extends "reason" ? never : R;
}[ApiError["reason"]];

const cell = { type: "stop", timeInForce: "cls", orderClass: "simple" } as const;
const trailing = { type: "trailing_stop", timeInForce: "day", orderClass: "bracket" } as const;

export const SAMPLES: { readonly [R in WithFacts]: Omit<Needed<Of<R>>, "reason"> } = {
  body_field: { field: "qty" },
  unknown_field: { name: "order_clas", nearest: "order_class" },
  unknown_parameter: { name: "dierction", nearest: "direction" },
  data_query_invalid: { detail: "invalid symbol: A$" },
  query_invalid: { parameter: "limit", expected: "1 to 500" },
  indicator_not_found: { name: "smaa" },
  no_such_asset: { symbol: "NOPE" },
  account_not_empty: { orders: 1, positions: ["AAPL"], cash: "12.5" },
  symbol_not_found: { symbol: "NOPE" },
  no_market_data: { kind: "quote", symbol: "AAPL" },
  rate_limited: { retryAfterSeconds: 3 },
  not_offered: { what: "options" },
  transfer_not_found: { transferId: "61e69015-8549-4bfd-b9c3-01e75843f47d" },
  announcement_not_found: { announcementId: "61e69015-8549-4bfd-b9c3-01e75843f47d" },

  asset_not_found: { symbol: "NOPE" },
  asset_not_active: { symbol: "AAPL" },
  feed_stale: { symbol: "AAPL" },
  qty_lot: { qtyDecimals: 6, lot: 10_000 },
  entry_not_buy: { orderClass: "bracket" },
  too_many_open_orders: { limit: 500 },
  too_many_withdrawals: { limit: 10 },
  too_many_lots: { limit: 10_000 },
  watchlist_not_found: { watchlist: "Tech" },
  too_many_watchlists: { limit: 200 },
  watchlist_too_long: { limit: 500 },
  not_in_watchlist: { symbol: "AAPL" },
  insufficient_buying_power: { buyingPower: 1_000_000, costBasis: 2_680_000 },
  insufficient_settled_cash: { needed: 2_680_000, available: 1_000_000, through: 20_500 },
  insufficient_transferable: {
    asset: "AAPL",
    needed: 5_000_000,
    available: 2_000_000,
    most: 2_000_000,
    held: 1_000_000,
    unsettled: 3_000_000,
    through: 20_500,
  },
  insufficient_qty: {
    symbol: "AAPL",
    requested: 2_000_000,
    available: 1_000_000,
    existing: 1_500_000,
    held: 500_000,
    relatedOrders: [],
  },
  price_limit: {
    field: "limit_price",
    side: "buy",
    price: 9_000_000,
    reference: 2_680_000,
    bound: 4_020_000,
  },
  stop_price_limit: { field: "stop_price", side: "sell", price: 100_000, reference: 2_680_000, bound: 536_000 },
  limit_too_wide: { field: "limits.max_order_value" },
  kill_switch: { by: "owner" },
  symbol_blocked: { symbol: "AAPL" },
  order_limit: { limit: "order_value", by: "owner", symbol: "AAPL", value: 2_680_000, most: 1_000_000 },
  duplicate_order: { orderId: "61e69015-8549-4bfd-b9c3-01e75843f47d" },
  tax_lot_not_found: { symbol: "AAPL", lotId: 7 },
  tax_lot_repeated: { symbol: "AAPL", lotId: 7 },
  tax_lot_insufficient: { symbol: "AAPL", lotId: 7, requested: 2_000_000, available: 500_000, reserved: 1_000_000 },
  tax_lots_quantity: { symbol: "AAPL", chosen: 1_500_000, quantity: 2_000_000 },
  daily_loss_limit: { loss: 5_100_000, limit: 5_000_000 },
  order_value_too_small: { value: 5_000, least: 10_000 },
  wash_trade: { existingOrderId: "61e69015-8549-4bfd-b9c3-01e75843f47d", existing: "limit" },
  order_not_found: { orderId: "61e69015-8549-4bfd-b9c3-01e75843f47d" },
  order_not_cancelable: { status: "filled" },
  order_not_replaceable: { status: "pending_new" },

  time_in_force_for_type: cell,
  class_for_type: trailing,
  class_for_time_in_force: { ...trailing, timeInForce: "ioc" },
  no_auction: cell,
  auction_hours: cell,
  immediate_out_of_hours: { ...cell, timeInForce: "ioc" },
  condition_unsupported: { ...cell, condition: "post_only" },
  conditions_conflict: { first: "hidden", second: "display_qty" },
  qty_increment: { qtyDecimals: 6 },
  qty_above_order: { field: "advanced_instructions.min_qty" },
  price_increment: { price: "290.123" },
  exits_required: { orderClass: "bracket" },
  exit_price: { field: "take_profit.limit_price", side: "above", basePrice: 2_680_000 },
  stop_price_reached: { side: "below", basePrice: 2_680_000 },
  exits_crossed: { takeProfit: "above" },
  invalid_word: { field: "order_class" },
  position_intent_mismatch: { inferred: "buy_to_open", specified: "sell_to_close" },
  replace_unsupported: { field: "trail", type: "limit" },
};
