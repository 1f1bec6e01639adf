import { Hono } from "hono";
import { wireError } from "../../../../protocol/errors/catalogue.ts";
import { replaceTicketFromBody, ticketFromBody } from "../../../../protocol/mapping/orderRequest.ts";
import { cancelAfterRequest, type WireOrder } from "../../../../protocol/wire/orders.ts";
import { cancelAfterToWire, orderToWire } from "../../../../protocol/mapping/orders.ts";
import { clientOrderIdQuery, isUuid, noQuery, orderQuery } from "../../../../protocol/wire/query.ts";
import { readOrderFilter } from "../../../../protocol/mapping/orderQuery.ts";
import { readBody } from "../../../../protocol/http/readRequest.ts";
import type { CancelAllEntry, OrderView } from "../../../../protocol/rpc/account.ts";
import { accountOf } from "../../accounts.ts";
import { readJson } from "../../body.ts";
import { type AppContext, type AppEnv, audienceOf, orderDeadlineOf, clientInfoOf } from "../../context.ts";
import { ApiFault, granted, wellFormed } from "../../../../protocol/http/apiFault.ts";
import { queryOf } from "../../query.ts";
import { keyOf } from "../../requestKey.ts";
import { resource } from "../../resource.ts";

/** Orders of the caller's account. */
export const orderRoutes = new Hono<AppEnv>();

resource(orderRoutes, "/v2/orders", {
  POST: async (c) => {
    queryOf(c, noQuery);
    const read = wellFormed(ticketFromBody(await readJson(c.req.raw)));
    // An order's key is its client order id; who knows only the header is protected as well.
    const ticket = { ...read, clientOrderId: read.clientOrderId ?? keyOf(c) };
    const { principal } = c.var.caller;
    const validUntil = orderDeadlineOf(c);
    const outcome = await accountOf(c).submitOrder(principal, ticket, clientInfoOf(c), validUntil);
    return c.json(viewToWire(granted(outcome)));
  },

  GET: async (c) => {
    const filter = wellFormed(readOrderFilter(new URL(c.req.url).searchParams));
    const orders = filter.symbols?.length === 0 ? [] : await accountOf(c).orders(filter);
    if ("unknown" in orders) throw new ApiFault({ reason: "order_not_found", orderId: orders.unknown });
    return c.json(orders.map(viewToWire));
  },

  DELETE: async (c) => {
    queryOf(c, noQuery);
    const entries = await accountOf(c).cancelAllOrders(c.var.caller.principal, clientInfoOf(c));
    return c.json(
      entries.map((entry) => cancelEntry(c, entry)),
      207,
    );
  },
});

// Before the routes with an id: the colon is part of the name, not a parameter.
resource(orderRoutes, "/v2/orders:by_client_order_id", {
  GET: async (c) => {
    const { client_order_id: clientOrderId, nested } = queryOf(c, clientOrderIdQuery);
    if (clientOrderId === undefined) throw new ApiFault({ reason: "client_order_id_missing" });
    const order = await accountOf(c).orderByClientOrderId(clientOrderId, nested);
    if (order === null) throw new ApiFault({ reason: "order_not_found", orderId: clientOrderId });
    return c.json(viewToWire(order));
  },
});

resource(orderRoutes, "/v2/orders/:id", {
  GET: async (c) => {
    const orderId = orderIdOf(c.req.param("id"));
    const { nested } = queryOf(c, orderQuery);
    const order = await accountOf(c).order(orderId, nested);
    if (order === null) throw new ApiFault({ reason: "order_not_found", orderId });
    return c.json(viewToWire(order));
  },

  PATCH: async (c) => {
    queryOf(c, noQuery);
    const orderId = orderIdOf(c.req.param("id"));
    const read = wellFormed(replaceTicketFromBody(await readJson(c.req.raw)));
    const ticket = { ...read, clientOrderId: read.clientOrderId ?? keyOf(c) };
    const { principal } = c.var.caller;
    const validUntil = orderDeadlineOf(c);
    const outcome = await accountOf(c).replaceOrder(principal, orderId, ticket, clientInfoOf(c), validUntil);
    return c.json(viewToWire(granted(outcome)));
  },

  DELETE: async (c) => {
    queryOf(c, noQuery);
    const orderId = orderIdOf(c.req.param("id"));
    granted(await accountOf(c).cancelOrder(c.var.caller.principal, orderId, clientInfoOf(c)));
    return c.body(null, 204);
  },
});

resource(orderRoutes, "/v1/orders/cancel-after", {
  POST: async (c) => {
    const { timeout_seconds: seconds } = wellFormed(readBody(cancelAfterRequest, await readJson(c.req.raw)));
    const { principal } = c.var.caller;
    const set = granted(await accountOf(c).setCancelAfter(principal, seconds, clientInfoOf(c)));
    return c.json(cancelAfterToWire(set));
  },

  GET: async (c) => c.json(cancelAfterToWire(await accountOf(c).cancelAfter())),
});

/** An order with its legs and with where its stop is now, as far as the account gave them. */
function viewToWire(view: OrderView): WireOrder {
  return orderToWire(view, view);
}

function orderIdOf(text: string): string {
  if (!isUuid(text)) throw new ApiFault({ reason: "order_id_missing" });
  return text.toLowerCase();
}

function cancelEntry(c: AppContext, { order, outcome }: CancelAllEntry) {
  if (outcome.ok) return { id: order.id, status: 200, body: orderToWire(order) };
  return { id: order.id, ...wireError(outcome.refusal, audienceOf(c)) };
}
