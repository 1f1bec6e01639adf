import { expect, test } from "vitest";
import { type ApiError, wireError } from "./catalogue.ts";

/** The rows of a table of facts in JSON, `|` between its columns. */
function rows(table: string): string[][] {
  const lines = table.split("\n").filter((line) => line.includes("|"));
  return lines.map((line) => line.split("|").map((cell) => cell.trim()));
}

const CONSTANTS = rows(`
  unauthorized             | 401 | 40110000 | request is not authorized
  bad_credentials          | 401 | 40110000 | email or password is wrong
  forbidden                | 403 | 40310000 | forbidden.
  body_malformed           | 400 | 40010000 | request body format is invalid
  body_too_large           | 413 | 41300000 | request body is too large
  order_id_missing         | 422 | 40010001 | order_id is missing
  position_not_found       | 404 | 40410000 | position does not exist
  endpoint_not_found       | 404 | 40410000 | endpoint not found.
  method_not_allowed       | 405 | 40510000 | method not allowed
  email_taken              | 409 | 40910000 | email is already registered
  unavailable              | 503 | 50310000 | the exchange is briefly unavailable; retry with the same client_order_id
  idempotency_key_invalid  | 400 | 40010002 | Idempotency-Key must be 1 to 128 printable ASCII characters (of a batch 1 to 125)
  idempotency_key_reused   | 422 | 42210001 | Idempotency-Key was used for another request
  order_late               | 503 | 50310001 | the order came too late and was not placed; retry with the same client_order_id
  cancel_after_invalid     | 422 | 40010001 | timeout_seconds must be an integer from 0 to 86400
  invalid_side             | 422 | 40010001 | invalid side
  invalid_order_type       | 422 | 40010001 | invalid order type
  invalid_time_in_force    | 422 | 40010001 | invalid time_in_force
  qty_or_notional_required | 422 | 40010001 | qty or notional is required
  qty_and_notional         | 422 | 40010001 | only one of qty or notional is accepted
  qty_not_positive         | 422 | 40010001 | qty must be > 0
  limit_price_required     | 422 | 40010001 | limit orders require a limit price
  price_not_positive       | 422 | 40010001 | limit price must be > 0
  market_with_price        | 422 | 40010001 | market orders require no stop or limit price
  client_order_id_too_long | 422 | 40010001 | client_order_id must be no more than 128 characters
  client_order_id_taken    | 422 | 40010001 | client_order_id must be unique
  extended_hours_type      | 422 | 42210000 | extended hours order must be DAY or GTC limit orders
  stop_price_required      | 422 | 40010001 | stop orders require a stop price
  stop_limit_prices_required | 422 | 40010001 | stop limit orders require both stop and limit price
  trail_required           | 422 | 40010001 | trailing stop orders must specify one of trail_price or trail_percent
  limit_with_stop_price    | 422 | 40010001 | limit orders require no stop price
  trading_suspended        | 403 | 40310000 | new orders are rejected by user request
  short_not_allowed        | 403 | 40310000 | account is not allowed to short
  notional_too_small       | 403 | 40310000 | cost basis must be >= minimal amount of order 1
  order_not_open           | 422 | 42210000 | unable to replace order, order is not open
  order_unchanged          | 422 | 42210000 | order parameters are not changed
  qty_not_above_filled     | 422 | 42210000 | qty must be > filled_qty
`);

test.each(CONSTANTS)("WS-2: %s is %s, code %s: %s", (reason, status, code, message) => {
  expect(wireError({ reason } as ApiError)).toEqual({
    status: Number(status),
    body: { code: Number(code), message, reason },
  });
});

const WORDED: readonly [ApiError, number, number, string][] = [
  [{ reason: "rate_limited", retryAfterSeconds: 3 }, 429, 42910000, "too many requests."],
  [{ reason: "asset_not_found", symbol: "XXX" }, 422, 42210000, 'asset "XXX" not found'],
  [{ reason: "no_such_asset", symbol: "XXX" }, 404, 40410000, "asset not found for XXX"],
  [{ reason: "order_not_found", orderId: "abc" }, 404, 40410000, "order not found for abc"],
  [{ reason: "order_not_cancelable", status: "filled" }, 422, 42210000, 'order is already in "filled" state'],
  [
    { reason: "price_increment", price: "290.123" },
    422,
    42210000,
    "invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria",
  ],
  [
    { reason: "price_increment", price: "290.123", field: "stop_price" },
    422,
    42210000,
    "invalid stop_price 290.123. sub-penny increment does not fulfill minimum pricing criteria",
  ],
  [{ reason: "price_not_positive", field: "stop_price" }, 422, 40010001, "stop price must be > 0"],
  [
    { reason: "qty_above_order", field: "advanced_instructions.min_qty" },
    422,
    42210000,
    "advanced_instructions.min_qty must be <= qty",
  ],
  [
    { reason: "order_not_replaceable", status: "pending_new" },
    422,
    42210000,
    "cannot replace order in pending_new status",
  ],
  [{ reason: "entry_not_buy", orderClass: "bracket" }, 422, 42210000, "bracket orders must be entry orders"],
  [
    { reason: "auction_hours", type: "limit", timeInForce: "opg", orderClass: "simple" },
    403,
    40310000,
    "opg orders must be submitted after 7:00pm and before 9:28am",
  ],
  [
    { reason: "class_for_type", type: "trailing_stop", timeInForce: "day", orderClass: "bracket" },
    422,
    42210000,
    "bracket orders cannot be trailing stop orders",
  ],
  [
    {
      reason: "condition_unsupported",
      condition: "post_only",
      type: "limit",
      timeInForce: "ioc",
      orderClass: "simple",
    },
    422,
    42210000,
    "post_only is not supported for limit ioc orders",
  ],
  [{ reason: "qty_increment", qtyDecimals: 6 }, 422, 42210000, "qty must have no more than 6 decimals"],
  [
    { reason: "query_invalid", parameter: "limit", expected: "1 to 500" },
    422,
    40010001,
    "invalid limit: expected 1 to 500",
  ],
  [{ reason: "body_field", field: "qty" }, 422, 40010001, "invalid qty"],
  [
    { reason: "body_field", field: "commands", expected: "at most 100 items" },
    422,
    40010001,
    "invalid commands: expected at most 100 items",
  ],
  [{ reason: "body_field", field: "" }, 422, 40010001, "request body must be an object"],
  [{ reason: "too_many_open_orders", limit: 500 }, 403, 40310000, "too many open orders: no more than 500"],
];

test.each(WORDED)("WS-2: %o", (error, status, code, message) => {
  expect(wireError(error)).toEqual({ status, body: { code, message, reason: error.reason } });
});

const POOR: ApiError = { reason: "insufficient_buying_power", buyingPower: 1_005_000, costBasis: 2_000_001 };

test("WS-2: the error for too little cash names both amounts, in the words of each client", () => {
  const amounts = { buying_power: "100.5", cost_basis: "200.0001" };
  expect(wireError(POOR)).toEqual({
    status: 403,
    body: { code: 40310000, message: "insufficient buying power", reason: POOR.reason, ...amounts },
  });
  expect(wireError(POOR, "ccxt").body).toEqual({
    code: 40310000,
    message: "insufficient balance for USD (requested: 200.0001, available: 100.5)",
    reason: POOR.reason,
    ...amounts,
  });
});

function short(symbol: string): ApiError {
  const lots = { requested: 2_500_000, available: 1_000_000, existing: 1_500_000, held: 500_000 };
  return { reason: "insufficient_qty", symbol, ...lots, relatedOrders: ["an-order"] };
}

test("WS-2: the error for too few shares names the available quantity and the orders that hold the rest", () => {
  expect(wireError(short("AAPL"))).toEqual({
    status: 403,
    body: {
      code: 40310000,
      message: "insufficient qty available for order (requested: 2.5, available: 1)",
      reason: "insufficient_qty",
      available: "1",
      existing_qty: "1.5",
      held_for_orders: "0.5",
      related_orders: ["an-order"],
      symbol: "AAPL",
    },
  });
});

test("WS-2: the error for too few coins names a balance, and so does that for shares for ccxt", () => {
  expect(wireError(short("BTC/USD")).body).toMatchObject({
    message: "insufficient balance for BTC (requested: 0.025, available: 0.01)",
    balance: "0.015",
    symbol: "BTC",
  });
  expect(wireError(short("AAPL"), "ccxt").body.message).toBe(
    "insufficient balance for AAPL (requested: 2.5, available: 1)",
  );
});

test("WS-2, AC-24: the error for an exit on the wrong side names the price", () => {
  expect(
    wireError({ reason: "exit_price", field: "take_profit.limit_price", side: "above", basePrice: 2_680_000 }).body,
  ).toMatchObject({
    code: 42210000,
    message: "take_profit.limit_price must be >= base_price + 0.01",
    base_price: "268",
  });
  expect(
    wireError({ reason: "exit_price", field: "stop_loss.stop_price", side: "below", basePrice: 2_680_000 }).body,
  ).toMatchObject({ code: 42210000, message: "stop_loss.stop_price must be <= base_price - 0.01", base_price: "268" });
});
