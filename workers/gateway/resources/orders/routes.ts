import { ApiFault, unwrap } from "../../../../protocol/http/apiFault.ts";
import { replaceTicketFromBody, ticketFromBody } from "../../../../protocol/mapping/orderRequest.ts";
import { previewToWire } from "../../../../protocol/mapping/orderPreview.ts";
import { cancelAfterRequest } from "../../../../protocol/wire/orders.ts";
import { cancelAfterToWire, orderToWire } from "../../../../protocol/mapping/orders.ts";
import { BATCH_KEY_LENGTH_MAX, batchFromBody, outcomeToWire } from "../../../../protocol/mapping/orderCommands.ts";
import { clientOrderIdQuery, isUuid, noQuery, orderQuery } from "../../../../protocol/wire/query.ts";
import { readOrderFilter } from "../../../../protocol/mapping/orderQuery.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import type { OrderView } from "../../../../protocol/rpc/orderViews.ts";
import type { WireOrder } from "../../../../protocol/wire/orders.ts";
import { accountOf } from "../../accounts.ts";
import { readJson } from "../../body.ts";
import { canceledEntry } from "../../commandEntries.ts";
import { answerWhole } from "../../commonHeaders.ts";
import { audienceOf, clientInfoOf, orderDeadlineOf } from "../../context.ts";
import { queryOf } from "../../query.ts";
import { idempotencyKeyOf } from "../../idempotencyKey.ts";
import { instrumentsOf } from "../../instruments.ts";
import { defineResource } from "../../resource.ts";
import { ACCESS } from "./access.ts";

/** The largest batch: a hundred orders with every field. */
const BATCH_BYTES_MAX = 128 * 1024;

/** Orders of the caller's account. */
export const ordersResource = defineResource("orders", ACCESS, {
  "/v2/orders": {
    POST: async (c) => {
      queryOf(c, noQuery);
      const read = unwrap(ticketFromBody(await readJson(c.req.raw), await instrumentsOf(c.env)));
      // An order's idempotency key is its client_order_id; the header stands in for it.
      const ticket = { ...read, clientOrderId: read.clientOrderId ?? idempotencyKeyOf(c) };
      const { principal } = c.get("caller");
      const validUntil = orderDeadlineOf(c);
      const outcome = await accountOf(c).submitOrder(principal, ticket, clientInfoOf(c), validUntil);
      return answerWhole(c, viewToWire(unwrap(outcome)));
    },

    GET: async (c) => {
      const filter = unwrap(readOrderFilter(new URL(c.req.url).searchParams, await instrumentsOf(c.env)));
      const orders = filter.symbols?.length === 0 ? [] : await accountOf(c).orders(filter);
      if ("unknown" in orders) throw new ApiFault({ reason: "order_not_found", orderId: orders.unknown });
      return answerWhole(c, orders.map(viewToWire));
    },

    DELETE: async (c) => {
      queryOf(c, noQuery);
      const entries = await accountOf(c).cancelAllOrders(c.get("caller").principal, clientInfoOf(c));
      return answerWhole(
        c,
        entries.map((entry) => canceledEntry(c, entry)),
        207,
      );
    },
  },

  // Before the routes with an id: the colon is part of the name, not a parameter.
  "/v2/orders:by_client_order_id": {
    GET: async (c) => {
      const { client_order_id: clientOrderId, nested } = queryOf(c, clientOrderIdQuery);
      if (clientOrderId === undefined) throw new ApiFault({ reason: "client_order_id_missing" });
      const order = await accountOf(c).orderByClientOrderId(clientOrderId, nested);
      if (order === null) throw new ApiFault({ reason: "order_not_found", orderId: clientOrderId });
      return answerWhole(c, viewToWire(order));
    },
  },

  "/v2/orders/:id": {
    GET: async (c) => {
      const orderId = orderIdOf(c.req.param("id"));
      const { nested } = queryOf(c, orderQuery);
      const order = await accountOf(c).order(orderId, nested);
      if (order === null) throw new ApiFault({ reason: "order_not_found", orderId });
      return answerWhole(c, viewToWire(order));
    },

    PATCH: async (c) => {
      queryOf(c, noQuery);
      const orderId = orderIdOf(c.req.param("id"));
      const read = unwrap(replaceTicketFromBody(await readJson(c.req.raw)));
      const ticket = { ...read, clientOrderId: read.clientOrderId ?? idempotencyKeyOf(c) };
      const { principal } = c.get("caller");
      const validUntil = orderDeadlineOf(c);
      const outcome = await accountOf(c).replaceOrder(principal, orderId, ticket, clientInfoOf(c), validUntil);
      return answerWhole(c, viewToWire(unwrap(outcome)));
    },

    DELETE: async (c) => {
      queryOf(c, noQuery);
      const orderId = orderIdOf(c.req.param("id"));
      unwrap(await accountOf(c).cancelOrder(c.get("caller").principal, orderId, clientInfoOf(c)));
      return answerWhole(c, null, 204);
    },
  },

  "/v1/orders/batch": {
    POST: async (c) => {
      queryOf(c, noQuery);
      const body = await readJson(c.req.raw, BATCH_BYTES_MAX);
      const key = idempotencyKeyOf(c, BATCH_KEY_LENGTH_MAX);
      const batch = unwrap(batchFromBody(body, await instrumentsOf(c.env), key));
      const { commands, allOrNone } = batch;
      const { principal } = c.get("caller");
      const validUntil = orderDeadlineOf(c);
      const account = accountOf(c);
      const outcomes = await account.executeCommands(principal, commands, { allOrNone }, clientInfoOf(c), validUntil);
      const audience = audienceOf(c);
      return answerWhole(
        c,
        outcomes.map((outcome, index) => outcomeToWire(outcome, index, audience)),
        207,
      );
    },
  },

  "/v1/orders/preview": {
    POST: async (c) => {
      queryOf(c, noQuery);
      const ticket = unwrap(ticketFromBody(await readJson(c.req.raw), await instrumentsOf(c.env)));
      const preview = await accountOf(c).previewOrder(ticket);
      if (preview === null) throw new ApiFault({ reason: "account_not_found" });
      return answerWhole(c, previewToWire(preview, audienceOf(c)));
    },
  },

  "/v1/orders/cancel-after": {
    POST: async (c) => {
      const { timeout_seconds: seconds } = unwrap(readBody(cancelAfterRequest, await readJson(c.req.raw)));
      const { principal } = c.get("caller");
      const set = unwrap(await accountOf(c).setCancelAfter(principal, seconds, clientInfoOf(c)));
      return c.json(cancelAfterToWire(set));
    },

    GET: async (c) => c.json(cancelAfterToWire(await accountOf(c).cancelAfter())),
  },
});

/** An order with its legs and its current stop price, as far as the account gave them. */
function viewToWire(view: OrderView): WireOrder {
  return orderToWire(view, view);
}

function orderIdOf(text: string): string {
  if (!isUuid(text)) throw new ApiFault({ reason: "order_id_missing" });
  return text.toLowerCase();
}
