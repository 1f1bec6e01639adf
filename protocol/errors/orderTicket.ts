/** Errors of an order request that do not depend on the state of the account. */
import type { CellRefusal, TicketRefusal } from "../../domain/account/entry/refusal.ts";
import { formatDecimal, PRICE_DECIMALS } from "../../domain/decimal.ts";

/** Status, code and text of an error, and the facts beside them. */
type Row = readonly [status: number, code: number, message: string, facts?: { readonly base_price: string }];

type Reason = TicketRefusal["reason"];
type Of<R extends Reason> = R extends CellRefusal["reason"] ? CellRefusal : Extract<TicketRefusal, { reason: R }>;

const form = (message: string): Row => [422, 40010001, message];
const RULE = [422, 42210000] as const;
const rule = (message: string): Row => [...RULE, message];

/** The words of a type: `stop limit`. */
const spoken = (type: string): string => type.replaceAll("_", " ");
/** The name of a price or quantity in texts: `limit price` as Alpaca writes it, others by their path. */
const named = (field: string): string => (/^(limit|stop)_price$/.test(field) ? spoken(field) : field);

const SIDE_OF = { above: ">= base_price + 0.01", below: "<= base_price - 0.01" } as const;

const ROWS: { readonly [R in Reason]: Row | ((error: Of<R>) => Row) } = {
  invalid_side: form("invalid side"),
  invalid_order_type: form("invalid order type"),
  invalid_time_in_force: form("invalid time_in_force"),
  invalid_word: ({ field }) => form(`invalid ${field}`),
  unsupported_order_class: rule("order class is not supported"),
  client_order_id_too_long: form("client_order_id must be no more than 128 characters"),
  short_not_allowed: [403, 40310000, "account is not allowed to short"],
  position_intent_mismatch: ({ inferred, specified }) =>
    rule(`position intent mismatch, inferred: ${inferred}, specified: ${specified}`),

  time_in_force_for_type: ({ type }) => rule(`${spoken(type)} orders must be DAY, GTC or GTD orders`),
  class_for_type: ({ type, orderClass }) =>
    rule(
      orderClass === "oco"
        ? "oco orders must be limit orders"
        : `${orderClass} orders cannot be ${spoken(type)} orders`,
    ),
  class_for_time_in_force: ({ orderClass }) => rule(`${orderClass} orders must be DAY, GTC or GTD orders`),
  no_auction: ({ timeInForce }) => rule(`${timeInForce} orders need a market with auctions`),
  auction_hours: ({ timeInForce }) => [
    403,
    40310000,
    timeInForce === "opg"
      ? "opg orders must be submitted after 7:00pm and before 9:28am"
      : "cls orders must be submitted after 7:00pm and before 3:50pm",
  ],
  immediate_out_of_hours: ({ timeInForce }) => rule(`${timeInForce} orders are only taken in regular trading hours`),
  extended_hours_type: rule("extended hours order must be DAY or GTC limit orders"),
  condition_unsupported: ({ condition, type, timeInForce, orderClass }) =>
    rule(
      `${condition} is not supported for ${spoken(type)} ${timeInForce} orders` +
        (orderClass === "simple" ? "" : ` of class ${orderClass}`),
    ),
  conditions_conflict: ({ first, second }) => rule(`${first} and ${second} exclude each other`),
  good_til_required: form("gtd orders require advanced_instructions.expires_at"),
  good_til_without_gtd: form("advanced_instructions.expires_at is only for gtd orders"),

  qty_or_notional_required: form("qty or notional is required"),
  qty_and_notional: form("only one of qty or notional is accepted"),
  qty_malformed: ({ field = "qty" }) => form(`${field} is not a decimal number`),
  qty_not_positive: ({ field = "qty" }) => form(`${field} must be > 0`),
  qty_increment: ({ field = "qty", qtyDecimals }) => rule(`${field} must have no more than ${qtyDecimals} decimals`),
  qty_too_large: ({ field = "qty" }) => rule(`${field} is too large`),
  qty_above_order: ({ field }) => rule(`${field} must be <= qty`),
  notional_unsupported: rule("notional orders must be simple DAY, GTC or IOC market orders"),
  notional_malformed: form("notional is not a decimal number"),
  notional_not_positive: form("notional must be > 0"),
  notional_increment: rule("notional value must be limited to 2 decimal places"),
  notional_too_small: [403, 40310000, "cost basis must be >= minimal amount of order 1"],

  price_malformed: ({ field = "limit_price" }) => form(`${named(field)} is not a decimal number`),
  price_not_positive: ({ field = "limit_price" }) => form(`${named(field)} must be > 0`),
  price_too_large: ({ field = "limit_price" }) => rule(`${named(field)} is too large`),
  price_increment: ({ field = "limit_price", price }) =>
    rule(`invalid ${field} ${price}. sub-penny increment does not fulfill minimum pricing criteria`),
  market_with_price: form("market orders require no stop or limit price"),
  limit_price_required: form("limit orders require a limit price"),
  limit_with_stop_price: form("limit orders require no stop price"),
  stop_price_required: form("stop orders require a stop price"),
  stop_with_limit_price: form("stop orders require no limit price"),
  stop_limit_prices_required: form("stop limit orders require both stop and limit price"),
  touch_price_required: form("market if touched orders require a stop price"),
  touch_with_limit_price: form("market if touched orders require no limit price"),
  trail_required: form("trailing stop orders must specify one of trail_price or trail_percent"),
  trail_with_price: form("trailing stop orders require no stop or limit price"),
  trail_without_trailing_stop: form("trail_price and trail_percent are only for trailing stop orders"),
  trail_percent_invalid: form("trail_percent must be >= 0.1 and < 100, with no more than 2 decimals"),

  exits_required: ({ orderClass }) =>
    form(
      orderClass === "oto"
        ? "oto orders require one of take_profit.limit_price or stop_loss.stop_price"
        : `${orderClass} orders require take_profit.limit_price and stop_loss.stop_price`,
    ),
  tax_lots_unsupported: rule("tax_lots are only for simple sell orders with a qty"),
  exits_without_class: form("take_profit and stop_loss require order_class bracket, oco or oto"),
  oco_limit_price: form("limit_price of oco orders must be their take_profit.limit_price"),
  exit_price: ({ field, side, basePrice }) => [
    ...RULE,
    `${field} must be ${SIDE_OF[side]}`,
    { base_price: formatDecimal(basePrice, PRICE_DECIMALS) },
  ],
  stop_price_reached: ({ side, basePrice }) => [
    ...RULE,
    `stop price must be ${side === "above" ? "greater" : "less"} than current price`,
    { base_price: formatDecimal(basePrice, PRICE_DECIMALS) },
  ],
  exits_crossed: ({ takeProfit }) =>
    rule(`take_profit.limit_price must be ${takeProfit === "above" ? ">" : "<"} stop_loss.stop_price`),
  replace_unsupported: ({ field, type }) => rule(`${field} of this ${spoken(type)} order cannot be replaced`),
};

/** Every reason that depends on the request alone. */
export const TICKET_REASONS: readonly string[] = Object.keys(ROWS);

/** Whether an error is in this table. */
export function isTicketRefusal<E extends { readonly reason: string }>(
  error: E | TicketRefusal,
): error is TicketRefusal {
  return Object.hasOwn(ROWS, error.reason);
}

/** Status, code and text of what is wrong with a request, and the facts beside them. */
export function ticketRow(error: TicketRefusal): Row {
  // The table's type pairs each row with the error of its reason; an index by a union loses that.
  const row = ROWS[error.reason] as Row | ((error: TicketRefusal) => Row);
  return typeof row === "function" ? row(error) : row;
}
