import { expect, test } from "vitest";
import { account, trade } from "./fakes.ts";
import { ORDER, REPLACED, TICKET, TRADER } from "./samples.ts";

const BATCH = "/v1/orders/batch";
const PLACE = { action: "place", ...TICKET, client_order_id: "mine" };
const REPLACE = { action: "replace", order_id: ORDER.id.toUpperCase(), qty: "2" };
const CANCEL = { action: "cancel", order_id: ORDER.id.toUpperCase() };

const send = (commands: readonly unknown[], more: object = {}, headers: Record<string, string> = {}) =>
  trade("POST", BATCH, { commands, ...more }, headers);

test("GW-12: a batch goes to the account in one call, as the tickets of single requests", async () => {
  const before = Date.now();
  const reply = await send([PLACE, REPLACE, CANCEL, { action: "cancel", client_order_id: "theirs" }]);
  expect(reply.status).toBe(207);
  expect(account.executeCommands).toHaveBeenCalledOnce();
  const [principal, commands, options, origin, validUntil] = account.executeCommands.mock.calls[0] ?? [];
  expect(principal).toEqual(TRADER);
  expect(options).toEqual({ allOrNone: false });
  expect(origin?.requestId).toBe(reply.headers.get("X-Request-ID"));
  expect(validUntil).toBeGreaterThanOrEqual(before + 10_000);
  await trade("POST", "/v2/orders", { ...TICKET, client_order_id: "mine" });
  await trade("PATCH", `/v2/orders/${ORDER.id}`, { qty: "2" });
  expect(commands).toEqual([
    { kind: "place", ticket: account.submitOrder.mock.calls[0]?.[1] },
    { kind: "replace", orderId: ORDER.id, ticket: account.replaceOrder.mock.calls[0]?.[2] },
    { kind: "cancel", orderId: ORDER.id },
    { kind: "cancel", clientOrderId: "theirs" },
  ]);
});

test("GW-12: each command has its own outcome, in the form of the single request's answer", async () => {
  account.executeCommands.mockResolvedValueOnce([
    { ok: true, value: ORDER },
    { ok: false, refusal: { reason: "insufficient_buying_power", buyingPower: 10_000, costBasis: 2_680_000 } },
    { ok: true, value: REPLACED },
    { ok: true, value: null },
    { ok: false, refusal: { reason: "batch_not_executed" } },
  ]);
  const reply = await send([PLACE, PLACE, REPLACE, CANCEL, CANCEL]);
  const single = await trade("POST", "/v2/orders", TICKET);
  expect(reply.body).toEqual([
    { index: 0, status: 200, body: single.body },
    {
      index: 1,
      status: 403,
      body: expect.objectContaining({ code: 40310000, reason: "insufficient_buying_power", buying_power: "1" }),
    },
    { index: 2, status: 200, body: expect.objectContaining({ id: REPLACED.id }) },
    { index: 3, status: 204, body: null },
    { index: 4, status: 422, body: expect.objectContaining({ code: 42210000, reason: "batch_not_executed" }) },
  ]);
});

test("GW-12: an unavailable book is the outcome of its command, an unavailable account that of the batch", async () => {
  account.executeCommands.mockResolvedValueOnce([{ ok: false, refusal: { reason: "book_unavailable" } }]);
  const reply = await send([PLACE]);
  expect(reply.body).toEqual([{ index: 0, status: 503, body: expect.objectContaining({ code: 50310000 }) }]);
  account.executeCommands.mockRejectedValueOnce(new Error("away"));
  expect(await send([PLACE])).toMatchObject({ status: 503, body: { reason: "unavailable" } });
});

test("GW-13: a batch has 1 to 100 commands and no unknown field; a wrong one refuses all of it and names it", async () => {
  const field = (name: string) => ({ status: 422, body: { reason: "body_field", detail: `invalid ${name}` } });
  expect(await send([])).toMatchObject(field("commands: expected at least 1 item"));
  expect(await send(Array.from({ length: 101 }, () => CANCEL))).toMatchObject(
    field("commands: expected at most 100 items"),
  );
  expect(await trade("POST", BATCH, [])).toMatchObject({ status: 422, body: { reason: "body_field" } });
  expect(await send([PLACE, { action: "buy" }])).toMatchObject(
    field("commands.1.action: expected one of place, replace, cancel"),
  );
  expect(await send([PLACE, { ...PLACE, qty: {} }])).toMatchObject(field("commands.1.qty"));
  expect(await send([{ action: "replace", qty: "2" }])).toMatchObject(field("commands.0.order_id"));
  expect(await send([{ action: "cancel" }])).toMatchObject(field("commands.0.order_id"));
  expect(await send([CANCEL, { ...CANCEL, client_order_id: "both" }])).toMatchObject(field("commands.1.order_id"));
  expect(await send([{ action: "cancel", order_id: "123" }])).toMatchObject(field("commands.0.order_id"));
  expect(await send([PLACE, { ...PLACE, limitPrice: "1" }])).toMatchObject({
    status: 422,
    body: {
      reason: "unknown_field",
      detail: "unknown field commands.1.limitPrice; did you mean commands.1.limit_price?",
    },
  });
  expect(await send([CANCEL], { atomic: true })).toMatchObject({ body: { reason: "unknown_field" } });
  expect(await trade("POST", `${BATCH}?dry=true`, { commands: [CANCEL] })).toMatchObject({ status: 422 });
  expect(account.executeCommands).not.toHaveBeenCalled();
  expect((await send(Array.from({ length: 100 }, () => CANCEL))).status).toBe(207);
});

test("GW-13: a batch body has at most 128 KiB", async () => {
  const large = (size: number) => `${JSON.stringify({ commands: [CANCEL] }).slice(0, -1)}${" ".repeat(size)}}`;
  expect((await trade("POST", BATCH, large(100_000))).status).toBe(207);
  expect((await trade("POST", BATCH, large(131_072))).status).toBe(413);
});

test("GW-14: an Idempotency-Key gives each place and replace without a client_order_id one of its own", async () => {
  const { client_order_id: _, ...unnamed } = PLACE;
  await send([unnamed, PLACE, REPLACE, CANCEL], { all_or_none: true }, { "Idempotency-Key": '"k"' });
  const [, commands, options] = account.executeCommands.mock.calls[0] ?? [];
  expect(options).toEqual({ allOrNone: true });
  expect(commands?.map((command) => ("ticket" in command ? command.ticket.clientOrderId : null))).toEqual([
    "k-0",
    "mine",
    "k-2",
    null,
  ]);
});

test("GW-14: a key that leaves no room for the place of a command refuses the batch, and nothing is carried out", async () => {
  const { client_order_id: _, ...unnamed } = PLACE;
  const keyed = (length: number) => send([unnamed], {}, { "Idempotency-Key": "k".repeat(length) });
  expect(await keyed(126)).toMatchObject({ status: 400, body: { code: 40010002, reason: "idempotency_key_invalid" } });
  expect(await send([CANCEL], {}, { "Idempotency-Key": "schlüssel" })).toMatchObject({ status: 400 });
  expect(account.executeCommands).not.toHaveBeenCalled();
  expect((await keyed(125)).status).toBe(207);
  const [, commands] = account.executeCommands.mock.calls[0] ?? [];
  expect(commands).toMatchObject([{ ticket: { clientOrderId: `${"k".repeat(125)}-0` } }]);
});
