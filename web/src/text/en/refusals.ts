/**
 * Refusals of orders in plain words, by the reason of the exchange's catalogue. A reason without words here is shown in
 * the exchange's own.
 */
type Facts = Readonly<Record<string, unknown>>;

const fact = (facts: Facts, name: string): string => {
  const value = facts[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : "?";
};

const limitNames: Readonly<Record<string, string>> = {
  max_order_value: "value of an order",
  max_order_qty: "quantity of an order",
  max_position_value: "value of a position",
  max_position_qty: "quantity of a position",
};

export const REFUSALS: Readonly<Record<string, string | ((facts: Facts) => string)>> = {
  insufficient_buying_power: (facts) =>
    `Not enough buying power: it needs $${fact(facts, "cost_basis")}, and there are $${fact(facts, "buying_power")}.`,
  insufficient_settled_cash: (facts) =>
    `Not enough settled cash: it needs $${fact(facts, "cost_basis")}, and $${fact(facts, "settled_cash")} have settled.`,
  insufficient_qty: (facts) =>
    "available" in facts
      ? `Not enough to sell: ${fact(facts, "available")} are free. Open orders may hold the others.`
      : "Not enough to sell. Open orders may hold some of the position.",
  order_limit: (facts) =>
    `Above the limit of the ${fact(facts, "set_by")} for the ${limitNames[fact(facts, "limit")] ?? "order"}: ` +
    `${fact(facts, "needed")} instead of at most ${fact(facts, "available")}.`,
  price_limit: (facts) =>
    `The price is too far from the market (${fact(facts, "reference_price")}): the limit is ${fact(facts, "price_bound")}.`,
  stop_price_limit: (facts) =>
    `The stop is too far from the market (${fact(facts, "reference_price")}): the limit is ${fact(facts, "price_bound")}.`,
  stop_price_reached: (facts) =>
    `The market has passed this trigger price (it is at ${fact(facts, "base_price")}): it would trade at once.`,
  exit_price: (facts) =>
    `An exit is on the wrong side of the entry at ${fact(facts, "base_price")}: profit above, loss below for a buy.`,
  exits_crossed: "Take profit and stop loss are on the wrong sides of each other.",
  exits_required: "The exits of this class are missing.",
  wash_trade:
    "It could trade with your own open order on the other side. Cancel that one, or set self-trade prevention.",
  kill_switch: (facts) => `The kill switch of the ${fact(facts, "set_by")} is on: no new orders.`,
  symbol_blocked: "This symbol is blocked in your account.",
  trading_suspended: "New orders are switched off in the settings of your account.",
  account_blocked: "Your account is blocked from trading.",
  daily_loss_limit: (facts) =>
    `Today's loss of $${fact(facts, "daily_loss")} has reached your limit of $${fact(facts, "daily_loss_limit")}: ` +
    "no more buys until the next trading day.",
  duplicate_order: "It repeats an order that you have just sent.",
  fractional_disabled: "Parts of shares are switched off for your account: buy whole shares.",
  overnight_disabled: "Overnight trading is switched off for your account.",
  feed_stale: "The prices of this symbol are old: only orders with a limit price are accepted.",
  short_not_allowed: "You own none of it to sell. This account cannot sell short.",
  market_closed: "The market is closed.",
  notional_too_small: "The least is one dollar.",
  order_value_too_small: "The least is one dollar, unless it is whole shares or the whole position.",
  notional_increment: "Dollars have at most two decimals.",
  notional_too_large: "The value of the order is too large.",
  qty_increment: "The quantity has too many decimals.",
  qty_lot: "The quantity is not a multiple of the smallest step.",
  qty_too_large: "The quantity is too large.",
  qty_above_order: "The displayed or the minimum quantity is larger than the order.",
  price_increment: "The price lies between two ticks.",
  price_too_large: "The price is too large.",
  trail_percent_invalid: "A trail in percent is from 0.1 to below 100, with at most two decimals.",
  auction_hours: "Orders for this auction are not accepted at this time.",
  no_auction: "This market has no auctions.",
  immediate_out_of_hours: "Immediate orders are only accepted in regular hours.",
  good_til_past: "The end lies in the past.",
  too_many_open_orders: "There are too many open orders. Cancel some first.",
  tax_lots_quantity: (facts) =>
    `The lots add up to ${fact(facts, "chosen")}, and the order sells ${fact(facts, "needed")}.`,
  tax_lot_insufficient: (facts) => `Lot ${fact(facts, "lot_id")} has only ${fact(facts, "available")} free.`,
  asset_not_active: "This symbol is not traded at present.",
  asset_not_found: "This symbol is not listed here.",
  order_not_open: "The order is no longer open.",
  order_not_replaceable: "The order cannot be replaced at this moment. Try again.",
  order_unchanged: "Nothing is changed.",
  post_only_would_trade: "It would trade at once, and is post only. The order stays as it was.",
  qty_not_above_filled: "The new quantity is the total: it must be above what is filled.",
  replace_unsupported: "This cannot be changed in an open order.",
  order_late: "It reached the exchange too late, and was not placed. Send it again.",
  book_unavailable: "The order book does not answer. Try again in a moment.",
  rate_limited: "Too many requests. Wait a moment.",
};
