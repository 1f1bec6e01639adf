import * as z from "zod";
import { closePositionQuery, closePositionsQuery } from "../../../../protocol/wire/closing.ts";
import { wirePosition } from "../../../../protocol/wire/accounts.ts";
import { closedPosition, wireOrder } from "../../../../protocol/wire/orders.ts";
import { type Descriptions, idempotencyKey } from "../../operation.ts";
import type { ACCESS } from "./access.ts";

export const description: Descriptions<typeof ACCESS> = {
  "GET /v2/positions": {
    id: "listPositions",
    summary: "List open positions",
    responses: { 200: z.array(wirePosition) },
    errorStatuses: [404],
    example: {},
  },
  "DELETE /v2/positions": {
    id: "closeAllPositions",
    summary: "Close all positions",
    description:
      "Places a market order for each position; the response has the outcome of each. Outside of the session an order waits or is " +
      "refused as any market order is. With `cancel_orders` every open order is cancelled before.",
    query: closePositionsQuery,
    responses: { 207: z.array(closedPosition) },
    errorStatuses: [404],
  },
  "DELETE /v2/positions/:asset": {
    id: "closePosition",
    summary: "Close a position, or a part of it",
    description:
      "Places a market order, which is the response. Lots that open orders hold cannot be sold: `cancel_orders` cancels the open " +
      "orders of the symbol first. A repeat sells nothing twice: it finds no position (404), lots that are held (403), or, with the " +
      "same Idempotency-Key, the same order. With that key another quantity or percentage is refused (422).",
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
