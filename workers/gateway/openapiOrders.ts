/** The part of the OpenAPI description that is about orders. Which combinations are taken: docs/orders.md. */
import { ORDER_CLASSES, ORDER_TYPES, TIMES_IN_FORCE } from "../../domain/market/orderMatrix.ts";
import {
  amount,
  answers,
  decimal,
  each,
  flag,
  idempotencyKey,
  inPath,
  listOf,
  named,
  object,
  optional,
  query,
  takes,
  text,
  time,
  uuid,
} from "./openapiShapes.ts";

const side = { enum: ["buy", "sell"] };
const type = { enum: ORDER_TYPES };
const timeInForce = { enum: TIMES_IN_FORCE };
const noted = (schema: object, description: string) => ({ ...schema, description });

const clientOrderId = {
  ...text,
  maxLength: 128,
  description: "the same id with the same request gives the same order",
};

const statuses = [
  ...["pending_new", "accepted", "new", "held", "partially_filled", "filled", "pending_cancel", "canceled", "expired"],
  ...["pending_replace", "replaced", "rejected"],
];

const order = answers(200, "the order", named("Order"));
const cancelAfter = answers(200, "when open orders will be cancelled", named("CancelAfter"));

const orderFields = {
  ...each("id asset_id", uuid),
  client_order_id: text,
  ...each("created_at updated_at submitted_at", time),
  ...each("filled_at expired_at expires_at canceled_at failed_at replaced_at", optional(time)),
  ...each("replaced_by replaces", optional(uuid)),
  ...each("symbol asset_class", text),
  order_class: { enum: ["", ...ORDER_CLASSES.filter((each) => each !== "simple")] },
  ...each("qty filled_qty", decimal),
  ...each("notional filled_avg_price limit_price stop_price trail_price trail_percent hwm", optional(decimal)),
  ...each("order_type type", type),
  side,
  position_intent: { enum: ["buy_to_open", "sell_to_close"] },
  time_in_force: timeInForce,
  status: { enum: statuses },
  extended_hours: flag,
  legs: noted(optional(listOf(named("Order"))), "of a group: given when it is placed, or asked for with nested=true"),
  ...each("subtag source", { type: "null" }),
};

export const orderSchemas = {
  Order: object(
    {
      ...orderFields,
      advanced_instructions: noted(named("AdvancedInstructions"), "only when something was asked for"),
      close_reason: noted(text, "only when neither its owner nor its time has ended it"),
    },
    Object.keys(orderFields),
  ),
  AdvancedInstructions: {
    ...object(
      {
        algorithm: { const: "DMA" },
        destination: text,
        display_qty: noted(amount, "shown at a time; the rest is a reserve"),
        hidden: noted(flag, "shown nowhere"),
        min_qty: noted(amount, "least that is executed at a time"),
        all_or_none: flag,
        post_only: noted(flag, "cancelled rather than traded on entry"),
        peg: noted(
          object({ to: { enum: ["primary", "mid"] }, offset: amount }, ["to"]),
          "follows the best price of its side, or the middle, that far behind, no further than limit_price",
        ),
        self_trade_prevention: { enum: ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] },
        expires_at: noted(time, "when a gtd order ends"),
      },
      [],
    ),
    additionalProperties: false,
  },
  OrderRequest: object(
    {
      symbol: noted(text, "symbol or asset id"),
      side,
      type,
      time_in_force: timeInForce,
      qty: amount,
      notional: noted(amount, "dollars instead of qty, of a simple market order"),
      limit_price: noted(amount, "of limit and stop_limit orders"),
      stop_price: noted(amount, "of stop, stop_limit and market_if_touched orders"),
      trail_price: noted(amount, "of a trailing stop: this or trail_percent"),
      trail_percent: noted(amount, "0.1 to below 100"),
      extended_hours: flag,
      client_order_id: clientOrderId,
      order_class: { enum: ["", ...ORDER_CLASSES] },
      take_profit: object({ limit_price: amount }),
      stop_loss: object({ stop_price: amount, limit_price: amount }, ["stop_price"]),
      position_intent: { enum: ["buy_to_open", "sell_to_close"] },
      advanced_instructions: named("AdvancedInstructions"),
    },
    ["symbol", "side", "type", "time_in_force"],
  ),
  ReplaceRequest: object(
    {
      qty: noted(amount, "the new total: what was filled counts"),
      limit_price: amount,
      stop_price: amount,
      trail: noted(amount, "of a trailing stop, an amount or a percentage as it was placed with"),
      time_in_force: { enum: ["day", "gtc", "gtd"] },
      client_order_id: clientOrderId,
      advanced_instructions: object({ expires_at: time }, []),
    },
    [],
  ),
  CanceledOrder: object({ id: uuid, status: { type: "integer" }, body: { oneOf: [named("Order"), named("Error")] } }),
  CancelAfter: object({ current_time: time, trigger_time: optional(time) }),
  CancelAfterRequest: object({
    timeout_seconds: {
      type: "integer",
      minimum: 0,
      maximum: 86_400,
      description: "every open order is cancelled then, unless this is set again before; 0 switches it off",
    },
  }),
};

const nested = query("nested", { ...flag, default: false }, "legs inside the order that they came with");

const orderList = [
  query("status", { enum: ["open", "closed", "all"], default: "open" }),
  query("limit", { type: "integer", minimum: 1, maximum: 500, default: 50 }),
  query("after", time, "submitted later than"),
  query("until", time, "submitted earlier than"),
  query("direction", { enum: ["asc", "desc"], default: "desc" }),
  query("symbols", text, "comma-separated"),
  query("side", side),
  query("asset_class", text, "comma-separated: us_equity, crypto"),
  query("before_order_id", uuid),
  query("after_order_id", uuid),
  nested,
];

export const orderPaths = {
  "/v2/orders": {
    post: { parameters: [idempotencyKey], requestBody: takes(named("OrderRequest")), responses: order },
    get: { parameters: orderList, responses: answers(200, "orders", listOf(named("Order"))) },
    delete: { responses: answers(207, "a cancel for every open order", listOf(named("CanceledOrder"))) },
  },
  "/v2/orders:by_client_order_id": {
    get: { parameters: [{ ...query("client_order_id", text), required: true }], responses: order },
  },
  "/v2/orders/{id}": {
    get: { parameters: [inPath("id", uuid), nested], responses: order },
    patch: {
      parameters: [inPath("id", uuid), idempotencyKey],
      requestBody: takes(named("ReplaceRequest")),
      responses: answers(200, "the order that goes on from it", named("Order")),
    },
    delete: { parameters: [inPath("id", uuid)], responses: answers(204, "the cancel is on its way") },
  },
  "/v1/orders/cancel-after": {
    post: { requestBody: takes(named("CancelAfterRequest")), responses: cancelAfter },
    get: { responses: cancelAfter },
  },
};
