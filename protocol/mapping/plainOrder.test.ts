import fc from "fast-check";
import { expect, test } from "vitest";
import { SEEDED } from "../../domain/market/listing.ts";
import { orderRequest, replaceRequest } from "../wire/orderRequest.ts";
import { replaceTicketBySchema, ticketBySchema } from "./orderRequest.ts";
import { batchBySchema, plainBatch } from "./orderCommands.ts";
import { plainReplaceTicket, plainTicket } from "./plainOrder.ts";

/** Values that fields may have, valid and invalid ones. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("AAPL", "BTCUSD", "buy", "limit", "day", "1", "100.25", "my-order", "") },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, 0, -1, 1e-7, 1e21, Number.POSITIVE_INFINITY) },
  { weight: 2, arbitrary: fc.double() },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  fc.constantFrom(" 1 ", "1e-7", ".5", "-", "a\u0000b", "a\u200bc", "\u007f", "é", "👩‍🚀", "\ud800"),
  fc.integer({ min: 60, max: 70 }).map((length) => "1".repeat(length)),
  fc.integer({ min: 250, max: 260 }).map((length) => "x".repeat(length)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Bodies with these fields, each mostly left out, and now and then another field. */
const bodies = (fields: readonly string[]) =>
  fc.oneof(
    { weight: 20, arbitrary: fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 7 }) },
    fc.dictionary(fc.constantFrom(...fields, "quantity", "__proto__", "constructor"), value, { maxKeys: 4 }),
    fc.jsonValue({ maxDepth: 2 }),
  );

const ORDER = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "1", limit_price: 268.5 };

/** As text, because refused tickets are stored as text: the order of the fields counts too. */
const text = (ticket: unknown): string => JSON.stringify(ticket);

test("WS-1: an order request is read to the same ticket with and without its schema", () => {
  const fields = Object.keys(orderRequest.shape);
  let plain = 0;
  fc.assert(
    fc.property(bodies(fields), fc.boolean(), (some, complete) => {
      const body = complete && typeof some === "object" && !Array.isArray(some) ? { ...ORDER, ...some } : some;
      const ticket = plainTicket(body, SEEDED);
      if (ticket === null) return;
      plain++;
      expect(text({ ok: true, value: ticket })).toBe(text(ticketBySchema(body, SEEDED)));
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(100);
});

test("WS-1: a replace request is read to the same ticket with and without its schema", () => {
  const fields = Object.keys(replaceRequest.shape);
  let plain = 0;
  fc.assert(
    fc.property(bodies(fields), (body) => {
      const ticket = plainReplaceTicket(body);
      if (ticket === null) return;
      plain++;
      expect(text({ ok: true, value: ticket })).toBe(text(replaceTicketBySchema(body)));
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(100);
});

test("WS-1: ordinary requests do not need the schema", () => {
  for (const body of [
    ORDER,
    { ...ORDER, client_order_id: "my-order", extended_hours: false },
    { symbol: "BTC/USD", side: "sell", type: "market", time_in_force: "gtc", qty: 0.25, client_order_id: null },
  ]) {
    expect(plainTicket(body, SEEDED)).not.toBeNull();
  }
  expect(plainReplaceTicket({ qty: "2", limit_price: "10.01", client_order_id: "next" })).not.toBeNull();
});

test.each([
  ["no symbol", { ...ORDER, symbol: "" }],
  ["a field that the schema does not have", { ...ORDER, quantity: "1" }],
  ["an amount that is no finite number", { ...ORDER, qty: Number.POSITIVE_INFINITY }],
  ["an invisible character", { ...ORDER, client_order_id: "a\u200bb" }],
  ["a text that is too long", { ...ORDER, side: "x".repeat(257) }],
  ["a list", [ORDER]],
  ["nothing", null],
])("WS-1: the schema reads, and refuses, an order with %s", (_what, body) => {
  expect(plainTicket(body, SEEDED)).toBeNull();
  expect(ticketBySchema(body, SEEDED).ok).toBe(false);
});

const ORDER_ID = "5A8F2D0E-1B2C-4D3E-8F90-0123456789AB";

test("GW-12: a batch is read to the same commands with and without its schema", () => {
  const id = fc.constantFrom<unknown>(ORDER_ID, ORDER_ID.toLowerCase(), "no-id", "", null, 7, false);
  const command = fc.oneof(
    bodies(Object.keys(orderRequest.shape)).map((body) => ({ ...ORDER, ...Object(body), action: "place" })),
    fc.record({ client_order_id: value }, { requiredKeys: [] }).map((body) => ({ ...ORDER, ...body, action: "place" })),
    fc.record({ order_id: id, qty: value, client_order_id: value }, { requiredKeys: ["order_id"] }).map((body) => ({
      ...body,
      action: "replace",
    })),
    fc.record({ action: fc.constant("cancel"), order_id: id, client_order_id: id }, { requiredKeys: ["action"] }),
    {
      weight: 4,
      arbitrary: fc.constantFrom<object>(
        { ...ORDER, action: "place" },
        { action: "replace", order_id: ORDER_ID, qty: 2 },
        { action: "cancel", order_id: ORDER_ID },
      ),
    },
    fc.constantFrom<unknown>(null, {}, []),
  );
  const commands = fc.oneof(
    { weight: 20, arbitrary: fc.array<unknown>(command, { minLength: 1, maxLength: 2 }) },
    fc.constantFrom<unknown>(
      null,
      [],
      {},
      Array.from({ length: 101 }, () => ({ ...ORDER, action: "place" })),
    ),
  );
  const batch = fc.record(
    { commands, all_or_none: fc.constantFrom<unknown>(true, false, null, 1), other: fc.constant(1) },
    { requiredKeys: ["commands"] },
  );
  let plain = 0;
  fc.assert(
    fc.property(batch, fc.constantFrom(null, "key"), (body, key) => {
      const read = plainBatch(body, SEEDED, key);
      if (read === null) return;
      plain++;
      expect(text({ ok: true, value: read })).toBe(text(batchBySchema(body, SEEDED, key)));
    }),
    { numRuns: 4_000 },
  );
  expect(plain).toBeGreaterThan(100);
});
