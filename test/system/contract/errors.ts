/** The errors that Alpaca's clients know, with the texts and fields that they match: a row for each. */
import { expect } from "vitest";

/** A request, and the order of steps before it, by the trader of the rows or another one. */
export interface ErrorRow {
  /** Status, code and text of the row. */
  readonly row: string;
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly error: object;
}

const BUY = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "150" };
const SELL = { symbol: "AAPL", side: "sell", type: "market", time_in_force: "day", qty: "1" };
const { qty: _qty, ...WITHOUT_QTY } = BUY;
const { limit_price: _price, ...WITHOUT_PRICE } = BUY;
const UNKNOWN = "be3c368a-4c7c-4384-808e-f02c9f5a8afe";
const decimal = expect.stringMatching(/^\d+(\.\d+)?$/) as string;
const uuid = expect.stringMatching(/^[\da-f-]{36}$/) as string;

function refused(status: number, code: number, message: string, body: object, facts: object = {}): ErrorRow {
  const row = `${status} ${code} ${message}`;
  return { row, method: "POST", path: "/v2/orders", body, status, error: { code, message, ...facts } };
}
const invalid = (message: string, body: object) => refused(422, 40_010_001, message, body);
const impossible = (message: string, body: object, facts: object = {}) =>
  refused(422, 42_210_000, message, body, facts);

function missing(message: string, method: string, path: string): ErrorRow {
  return { row: `404 40410000 ${message}`, method, path, status: 404, error: { code: 40_410_000, message } };
}

const exits = (limit: string, stop: string) => ({
  take_profit: { limit_price: limit },
  stop_loss: { stop_price: stop },
});
const bracket = (limit: string, stop: string) => ({ ...BUY, order_class: "bracket", ...exits(limit, stop) });

/**
 * The trader of the rows has $1,000, ten AAPL of which six rest in a sell at 220, one bitcoin, an open buy at 149 with the
 * client order id `taken`, and a filled order `filled`.
 */
export const ROWS: readonly ErrorRow[] = [
  refused(
    403,
    40_310_000,
    "insufficient buying power",
    { ...BUY, qty: "100" },
    { buying_power: decimal, cost_basis: "15000" },
  ),
  {
    ...refused(403, 40_310_000, "insufficient balance for USD (requested: 15000, available: 851)", {
      ...BUY,
      qty: "100",
    }),
    headers: { "APCA-PARTNER-ID": "ccxt" },
  },
  refused(
    403,
    40_310_000,
    "insufficient qty available for order (requested: 10, available: 4)",
    { ...SELL, qty: "10" },
    { available: "4", existing_qty: "10", held_for_orders: "6", related_orders: [uuid], symbol: "AAPL" },
  ),
  refused(
    403,
    40_310_000,
    "insufficient balance for BTC (requested: 2, available: 1)",
    { ...SELL, symbol: "BTC/USD", qty: "2", time_in_force: "gtc" },
    { available: "1", balance: "1", symbol: "BTC" },
  ),
  refused(403, 40_310_000, "potential wash trade detected. use complex orders", SELL, {
    existing_order_id: uuid,
    reject_reason: "opposite side limit order exists",
  }),
  refused(403, 40_310_000, "account is not allowed to short", { ...SELL, position_intent: "sell_to_open" }),
  refused(403, 40_310_000, "cost basis must be >= minimal amount of order 1", { ...BUY, qty: "0.001" }),
  missing(`order not found for ${UNKNOWN}`, "GET", `/v2/orders/${UNKNOWN}`),
  missing("position does not exist", "GET", "/v2/positions/MSFT"),
  missing("position does not exist", "DELETE", "/v2/positions/MSFT"),
  missing("asset not found for NOPE", "GET", "/v2/assets/NOPE"),
  missing("symbol not found: NOPE", "GET", "/v2/stocks/NOPE/quotes/latest"),
  missing("endpoint not found.", "GET", "/v2/nothing"),
  invalid("client_order_id must be unique", { ...BUY, client_order_id: "taken" }),
  invalid("client_order_id must be no more than 128 characters", { ...BUY, client_order_id: "x".repeat(129) }),
  invalid("qty or notional is required", WITHOUT_QTY),
  invalid("only one of qty or notional is accepted", { ...SELL, notional: "1" }),
  invalid("qty must be > 0", { ...BUY, qty: "0" }),
  invalid("limit price must be > 0", { ...BUY, limit_price: "0" }),
  invalid("limit orders require a limit price", WITHOUT_PRICE),
  invalid("stop orders require a stop price", { ...WITHOUT_PRICE, type: "stop" }),
  invalid("stop limit orders require both stop and limit price", { ...BUY, type: "stop_limit" }),
  invalid("market orders require no stop or limit price", { ...BUY, type: "market" }),
  invalid("invalid order type", { ...BUY, type: "iceberg" }),
  invalid("invalid time_in_force", { ...BUY, time_in_force: "forever" }),
  invalid("trailing stop orders must specify one of trail_price or trail_percent", {
    ...WITHOUT_PRICE,
    type: "trailing_stop",
    time_in_force: "day",
  }),
  {
    row: "422 40010001 order_id is missing",
    method: "GET",
    path: "/v2/orders/mine",
    status: 422,
    error: { code: 40_010_001, message: "order_id is missing" },
  },
  impossible('asset "NOPE" not found', { ...BUY, symbol: "NOPE" }),
  impossible("invalid limit_price 290.123. sub-penny increment does not fulfill minimum pricing criteria", {
    ...BUY,
    limit_price: "290.123",
  }),
  impossible("invalid stop_price 290.123. sub-penny increment does not fulfill minimum pricing criteria", {
    ...WITHOUT_PRICE,
    type: "stop",
    stop_price: "290.123",
  }),
  impossible("extended hours order must be DAY or GTC limit orders", { ...SELL, extended_hours: true }),
  impossible("bracket orders must be entry orders", { ...bracket("120", "220"), side: "sell" }),
  impossible("take_profit.limit_price must be >= base_price + 0.01", bracket("149", "120"), { base_price: "150" }),
  impossible("stop_loss.stop_price must be <= base_price - 0.01", bracket("220", "151"), { base_price: "150" }),
];
