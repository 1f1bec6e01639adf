/** Orders, the account and its positions. */
import * as z from "zod";
import { orderRequest, replaceRequest } from "../../../../protocol/wire/orderRequest.ts";
import {
  cancelAfterRequest,
  canceledOrder,
  closedPosition,
  wireCancelAfter,
  wireOrder,
} from "../../../../protocol/wire/orders.ts";
import { closePositionQuery, closePositionsQuery } from "../../../../protocol/wire/closing.ts";
import { clientOrderIdQuery, orderListQuery, orderQuery } from "../../../../protocol/wire/query.ts";
import { wireAccount, wirePosition } from "../../../../protocol/wire/accounts.ts";
import { uuid } from "../../../../protocol/wire/primitives.ts";
import type { Descriptions } from "../../operation.ts";

export const idempotencyKey = z
  .string()
  .min(1)
  .max(128)
  .optional()
  .meta({
    description:
      "The same key with the same request gives the first answer, marked `Idempotency-Replayed`, and moves nothing again. " +
      "Stands for a deposit's reference, or an order's client_order_id, when the body has none.",
  });

const id = { id: uuid };

export const TRADING: Descriptions = {
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
    summary: "The order of a client order id",
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
    description: "The answer is the order that goes on from it.",
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
  "POST /v1/orders/cancel-after": {
    id: "setCancelAfter",
    summary: "Set the dead-man's switch",
    requestBody: cancelAfterRequest,
    responses: { 200: wireCancelAfter },
    example: { body: { timeout_seconds: 60 } },
  },
  "GET /v1/orders/cancel-after": {
    id: "getCancelAfter",
    summary: "The dead-man's switch",
    responses: { 200: wireCancelAfter },
    example: {},
  },
  "GET /v2/account": {
    id: "getAccount",
    summary: "The account",
    responses: { 200: wireAccount },
    errorStatuses: [404],
    example: {},
  },
  "GET /v2/positions": {
    id: "listPositions",
    summary: "What the account owns",
    responses: { 200: z.array(wirePosition) },
    errorStatuses: [404],
    example: {},
  },
  "DELETE /v2/positions": {
    id: "closeAllPositions",
    summary: "Sell everything",
    description: "A market order for each position; what became of each is in the answer.",
    query: closePositionsQuery,
    responses: { 207: z.array(closedPosition) },
    errorStatuses: [404],
  },
  "DELETE /v2/positions/:asset": {
    id: "closePosition",
    summary: "Sell a position, or a part of it",
    description: "By a market order, which is the answer. What open orders hold must be cancelled first.",
    query: closePositionQuery,
    headers: { "Idempotency-Key": idempotencyKey },
    responses: { 200: wireOrder },
    errorStatuses: [404],
  },
  "GET /v2/positions/:asset": {
    id: "getPosition",
    summary: "One position",
    responses: { 200: wirePosition },
    errorStatuses: [404],
    example: { path: { asset: "AAPL" } },
  },
};
