import { expect, test } from "vitest";
import type { Order } from "../../domain/account/state/order.ts";
import { account, app, env, keyId, lines, trade } from "./fakes.ts";
import { ORDER, TICKET, TRADER } from "./samples.ts";

const LEG = "7b8f2d0e-1b2c-4d3e-8f90-0123456789ab";

test("WS-1: an order goes to the account as a ticket, with its client info", async () => {
  const headers = { "CF-Connecting-IP": "2001:db8::1", "User-Agent": "u".repeat(300), "X-Request-ID": "forged" };
  const reply = await trade("POST", "/v2/orders", TICKET, headers);
  expect(reply).toMatchObject({ status: 200, body: { id: ORDER.id, qty: "1", limit_price: "268" } });
  const [principal, ticket, origin] = account.submitOrder.mock.calls[0] ?? [];
  expect(principal).toEqual(TRADER);
  expect(ticket).toMatchObject({ symbol: "AAPL", qty: "1", limitPrice: "268" });
  const requestId = reply.headers.get("X-Request-ID");
  expect(requestId).not.toBe("forged");
  expect(origin).toEqual({ requestId, ip: "2001:db8::1", userAgent: "u".repeat(256) });
});

test("WS-3: JSON is read with any content type, and anything else is refused", async () => {
  for (const type of ["text/plain", "application/json", "application/x-www-form-urlencoded"]) {
    expect((await trade("POST", "/v2/orders", TICKET, { "Content-Type": type })).status).toBe(200);
  }
  for (const body of ["", "{", "{'a':1}", "qty=1", '{"a":1}x', "\u0000"]) {
    expect(await trade("POST", "/v2/orders", body)).toMatchObject({
      status: 400,
      body: { code: 40010000, message: "request body format is invalid" },
    });
  }
});

test("WS-3: a body over 64 KiB is 413, declared or not", async () => {
  const large = JSON.stringify({ ...TICKET, client_order_id: "x".repeat(65_536) });
  expect((await trade("POST", "/v2/orders", large)).status).toBe(413);
  const chunk = new TextEncoder().encode(" ".repeat(10_000));
  const endless = new ReadableStream({ pull: (controller) => controller.enqueue(chunk) });
  const request = new Request("http://exchange.test/v2/orders", {
    method: "POST",
    headers: { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": "right" },
    body: endless,
    duplex: "half",
  } as RequestInit);
  const response = await app.request(request, undefined, env());
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ code: 41300000 });
});

test("WS-2: a refusal has its status and facts, with ccxt's texts for ccxt", async () => {
  const refusal = { reason: "insufficient_buying_power", buyingPower: 10_000, costBasis: 2_680_000 } as const;
  account.submitOrder.mockResolvedValueOnce({ ok: false, refusal }).mockResolvedValueOnce({ ok: false, refusal });
  expect(await trade("POST", "/v2/orders", TICKET)).toMatchObject({
    status: 403,
    body: { code: 40310000, message: "insufficient buying power", buying_power: "1", cost_basis: "268" },
  });
  expect(await trade("POST", "/v2/orders", TICKET, { "APCA-PARTNER-ID": "ccxt" })).toMatchObject({
    body: { message: "insufficient balance for USD (requested: 268, available: 1)" },
  });
});

test("WS-2: an object that fails is 503 with Retry-After; its message is logged only", async () => {
  account.submitOrder.mockRejectedValueOnce(new Error("table journal is on fire"));
  const reply = await trade("POST", "/v2/orders", TICKET);
  expect(reply).toMatchObject({ status: 503, body: { code: 50310000 } });
  expect(reply.headers.get("Retry-After")).toBe("1");
  expect(JSON.stringify(reply.body)).not.toContain("fire");
  expect(lines.join("\n")).toContain("on fire");
});

test("WS-2: a defect is 500 without its details", async () => {
  account.order.mockResolvedValueOnce({ ...ORDER, qty: undefined as never });
  const reply = await trade("GET", `/v2/orders/${ORDER.id}`);
  expect(reply).toMatchObject({ status: 500, body: { code: 50010000, message: "internal server error" } });
});

test("WS-2: orders are found by id and by client_order_id, or are 404", async () => {
  expect((await trade("GET", `/v2/orders/${ORDER.id.toUpperCase()}`)).status).toBe(200);
  expect((await trade("GET", "/v2/orders:by_client_order_id?client_order_id=mine")).status).toBe(200);
  expect(account.orderByClientOrderId).toHaveBeenCalledWith("mine", false);
  account.order.mockResolvedValueOnce(null);
  expect(await trade("GET", `/v2/orders/${ORDER.id}`)).toMatchObject({
    status: 404,
    body: { code: 40410000, message: `order not found for ${ORDER.id}` },
  });
  expect(await trade("GET", "/v2/orders/123")).toMatchObject({
    status: 422,
    body: { code: 40010001, message: "order_id is missing" },
  });
  expect((await trade("GET", "/v2/orders:by_client_order_id")).status).toBe(422);
});

test("AC-36: a replace goes to the account as a ticket, with the key of its request, and is answered with the new order", async () => {
  const body = { qty: 2, limit_price: "269", client_order_id: "other" };
  expect(await trade("PATCH", `/v2/orders/${ORDER.id.toUpperCase()}`, body)).toMatchObject({
    status: 200,
    body: { replaces: ORDER.id },
  });
  const [principal, orderId, ticket, origin, validUntil] = account.replaceOrder.mock.calls[0] ?? [];
  expect([principal, orderId]).toEqual([TRADER, ORDER.id]);
  expect(ticket).toMatchObject({ qty: "2", limitPrice: "269", stopPrice: null, clientOrderId: "other" });
  expect(origin).toHaveProperty("requestId");
  expect(validUntil).toBeGreaterThan(Date.now());
  await trade("PATCH", `/v2/orders/${ORDER.id}`, { qty: 3 }, { "Idempotency-Key": "k1" });
  expect(account.replaceOrder.mock.calls[1]?.[2]).toMatchObject({ clientOrderId: "k1" });
  account.replaceOrder.mockResolvedValueOnce({ ok: false, refusal: { reason: "order_not_open" } });
  expect(await trade("PATCH", `/v2/orders/${ORDER.id}`, { qty: 3 })).toMatchObject({
    status: 422,
    body: { code: 42210000, message: "unable to replace order, order is not open" },
  });
  expect((await trade("PATCH", `/v2/orders/${ORDER.id}`, { qty: {} })).status).toBe(422);
});

test("AC-41: legs are nested in their order, and a trailing stop has the stop price of the book", async () => {
  const trailing: Order = {
    ...ORDER,
    type: "trailing_stop",
    limitPrice: null,
    terms: { trigger: { kind: "trail", amount: 10_000 } },
  };
  const live = { stopPrice: 2_700_000, best: 2_690_000 };
  const group = { ...ORDER, orderClass: "bracket", legs: [{ ...ORDER, id: LEG, status: "held" }] } as const;
  account.orders.mockResolvedValueOnce([{ ...trailing, live }, group]);
  expect((await trade("GET", "/v2/orders?nested=true")).body).toMatchObject([
    { stop_price: "270", hwm: "269", legs: null },
    { order_class: "bracket", legs: [{ id: LEG, status: "held" }] },
  ]);
  expect(account.orders).toHaveBeenCalledWith(expect.objectContaining({ nested: true }));
  await trade("GET", `/v2/orders/${ORDER.id}?nested=True`);
  expect(account.order).toHaveBeenLastCalledWith(ORDER.id, true);
  account.submitOrder.mockResolvedValueOnce({ ok: true, value: group });
  expect((await trade("POST", "/v2/orders", TICKET)).body).toMatchObject({ legs: [{ id: LEG }] });
});

test("AC-45: a list after an unknown order is 404", async () => {
  account.orders.mockResolvedValueOnce({ unknown: ORDER.id });
  const reply = await trade("GET", `/v2/orders?status=all&after_order_id=${ORDER.id}`);
  expect(reply).toMatchObject({ status: 404, body: { code: 40410000, reason: "order_not_found" } });
  expect((reply.body as { message: string }).message).toBe(`order not found for ${ORDER.id}`);
  expect(account.orders.mock.calls[0]?.[0]).toMatchObject({ afterOrderId: ORDER.id, knownIds: true });
});

test("AC-9: a cancel is 204 without a body; cancelling all is 207 with an entry for each order", async () => {
  expect(await trade("DELETE", `/v2/orders/${ORDER.id}`)).toMatchObject({ status: 204, body: null });
  expect(await trade("DELETE", "/v2/orders")).toMatchObject({
    status: 207,
    body: [
      { id: ORDER.id, status: 200, body: { id: ORDER.id } },
      { id: ORDER.id, status: 422, body: { code: 42210000, message: 'order is already in "filled" state' } },
    ],
  });
});

test("WS-4: positions are found by symbol, by its short form or by asset id", async () => {
  expect(await trade("GET", "/v2/positions")).toMatchObject({ status: 200, body: [{ symbol: "BTCUSD", qty: "1" }] });
  expect((await trade("GET", "/v2/positions/AAPL")).status).toBe(404);
  expect((await trade("GET", "/v2/positions/NOPE")).status).toBe(404);
});

test("UI-13: the answer of an account says how long it took at the edge and at the account", async () => {
  const call = account.metered.getMockImplementation();
  account.metered.mockImplementationOnce(async (...args) => {
    const answer = await call?.(...args);
    if (answer === undefined || answer.refused) throw new Error("refused");
    return { ...answer, times: { in: 1_000, out: 1_007 } };
  });
  const reply = await trade("POST", "/v2/orders", TICKET);
  expect(reply.headers.get("Server-Timing")).toMatch(/^edge;dur=\d+, account;dur=7$/);
  expect((await trade("GET", `/v2/orders/${ORDER.id}`)).headers.get("Server-Timing"), "of an earlier core").toBeNull();
});
