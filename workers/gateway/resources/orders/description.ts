import * as z from "zod";
import { BATCH_KEY_LENGTH_MAX } from "../../../../protocol/mapping/orderCommands.ts";
import { orderRequest, replaceRequest } from "../../../../protocol/wire/orderRequest.ts";
import { cancelAfterRequest } from "../../../../protocol/wire/orders.ts";
import { commandOutcome, orderBatchRequest } from "../../../../protocol/wire/orderCommands.ts";
import { wirePreview } from "../../../../protocol/wire/orderPreview.ts";
import { clientOrderIdQuery, orderListQuery, orderQuery } from "../../../../protocol/wire/query.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import { canceledOrder, wireCancelAfter, wireOrder } from "../../../../protocol/wire/orders.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

const id = { id: uuid };

const batchKey = z
  .string()
  .min(1)
  .max(BATCH_KEY_LENGTH_MAX)
  .optional()
  .meta({
    description:
      "Stands for the client_order_id of every place and replace without one: that of the command at place n is `<key>-<n>`. With it a " +
      "repeated batch places nothing twice.",
  });

export const description: Descriptions<typeof ACCESS> = {
  "POST /v2/orders": {
    id: "createOrder",
    summary: "Place an order",
    description:
      "Which combinations are taken is in docs/orders.md. A repeat with the same client_order_id is the same order.",
    requestBody: orderRequest,
    headers: { "Idempotency-Key": idempotencyKey },
    responses: { 200: wireOrder },
    errorStatuses: [404],
    example: {
      body: { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "1", limit_price: "100" },
    },
  },
  "POST /v1/orders/preview": {
    id: "previewOrder",
    summary: "What an order would do, without placing it",
    description:
      "Takes the body of an order and changes nothing. The response has every rule that would refuse it, the fills with the displayed " +
      "quantity of the book, costs and fees, and the buying power after. Needs the scope read.",
    requestBody: orderRequest,
    responses: { 200: wirePreview },
    errorStatuses: [404],
    example: {
      body: { symbol: "AAPL", side: "buy", type: "market", time_in_force: "day", qty: "1" },
    },
  },
  "GET /v2/orders": {
    id: "listOrders",
    summary: "Orders of the account",
    description:
      "Page by submitted_at (microseconds; every order has its own) or by the id of the last order. `nested=true` rolls legs up into " +
      "the order that they came with: limit and filters are about those.",
    errorStatuses: [404],
    query: orderListQuery,
    responses: { 200: z.array(wireOrder) },
    example: { query: "status=open&limit=10" },
  },
  "DELETE /v2/orders": {
    id: "cancelAllOrders",
    summary: "Cancel every open order",
    responses: { 207: z.array(canceledOrder) },
    example: {},
  },
  "GET /v2/orders:by_client_order_id": {
    id: "getOrderByClientOrderId",
    summary: "Get an order by client_order_id",
    query: clientOrderIdQuery.required({ client_order_id: true }),
    responses: { 200: wireOrder },
    errorStatuses: [404],
  },
  "GET /v2/orders/:id": {
    id: "getOrder",
    summary: "One order",
    path: id,
    query: orderQuery,
    responses: { 200: wireOrder },
    errorStatuses: [404],
  },
  "PATCH /v2/orders/:id": {
    id: "replaceOrder",
    summary: "Replace an order",
    description: "The response is the replacing order.",
    path: id,
    headers: { "Idempotency-Key": idempotencyKey },
    requestBody: replaceRequest,
    responses: { 200: wireOrder },
    errorStatuses: [404],
  },
  "DELETE /v2/orders/:id": {
    id: "cancelOrder",
    summary: "Cancel an order",
    description: "The cancel is on its way: the order may still be filled before it arrives.",
    path: id,
    responses: { 204: null },
    errorStatuses: [404, 422],
  },
  "POST /v1/orders/batch": {
    id: "executeOrderBatch",
    summary: "Place, replace and cancel up to 100 orders",
    description:
      "Commands are decided in their order, in one step, and each has the outcome that its single request would have: a refused one " +
      "does not affect the others. With `all_or_none` the account executes all of them, or none when it refuses one; what the market " +
      "does with the orders afterwards is the outcome of each. A body with an invalid field is refused as a whole. A batch costs a token " +
      "of the rate limit for each command. Repeat it unchanged when the answer was lost: orders with a client_order_id are not placed twice.",
    requestBody: orderBatchRequest,
    headers: { "Idempotency-Key": batchKey },
    responses: { 207: z.array(commandOutcome) },
    example: {
      body: {
        commands: [
          {
            action: "place",
            symbol: "AAPL",
            side: "buy",
            type: "limit",
            time_in_force: "day",
            qty: "1",
            limit_price: "100",
            client_order_id: "batch-1",
          },
          { action: "cancel", client_order_id: "batch-1" },
        ],
      },
    },
  },
  "POST /v1/orders/cancel-after": {
    id: "setCancelAfter",
    summary: "Set the dead man's switch (cancel all after)",
    requestBody: cancelAfterRequest,
    responses: { 200: wireCancelAfter },
    example: { body: { timeout_seconds: 60 } },
  },
  "GET /v1/orders/cancel-after": {
    id: "getCancelAfter",
    summary: "Get the dead man's switch",
    responses: { 200: wireCancelAfter },
    example: {},
  },
};
