import { ORDER_INSTRUCTIONS } from "../../domain/order/instructions.ts";
import { advancedInstructions, wireInstructions } from "../wire/advancedInstructions.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { findInstrument, SEEDED } from "../../domain/market/listing.ts";
import { plainDecimal } from "../wire/decimalInput.ts";
import { CHOSEN_LOTS_MAX } from "../../domain/order/chosenLotsMax.ts";
import { closingOf } from "./closing.ts";
import { batchFromBody } from "./orderCommands.ts";
import { readCommand } from "./streamCommands.ts";
import { replaceTicketFromBody, ticketFromBody } from "./orderRequest.ts";

const NUMBERS: readonly [number | string, string][] = [
  [1, "1"],
  [1.5, "1.5"],
  ["1.0", "1.0"],
  [" 5 ", "5"],
  [1e-7, "0.0000001"],
  [1.25e-7, "0.000000125"],
  [1e21, "1000000000000000000000"],
  ["1e-07", "0.0000001"],
  ["-1.5E+2", "-150"],
  ["1.234e1", "12.34"],
  ["1e31", "1e31"],
  ["1e9999999", "1e9999999"],
  [".5", "0.5"],
  ["-.5", "-0.5"],
  ["5.", "5"],
  [".5e1", "5"],
  [".5e-1", "0.05"],
  [".", "."],
  ["-", "-"],
  ["e5", "e5"],
  [".e5", ".e5"],
  ["1.2.3", "1.2.3"],
  ["abc", "abc"],
  ["", ""],
];

test.each(NUMBERS)("WS-1: the amount %j is read as %j", (amount, text) => {
  expect(plainDecimal(amount)).toBe(text);
});

test("WS-1: a number of ordinary size is read as the decimal it shows, without exponent", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-20, max: 1e25, noNaN: true }), (number) => {
      const text = plainDecimal(number);
      expect(text).toMatch(/^\d+(\.\d+)?$/);
      expect(Number(text)).toBe(number);
    }),
  );
});

const BODY = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "1", limit_price: 268.5 };

test("WS-1: an order request is read into a ticket, numbers and strings alike", () => {
  expect(ticketFromBody(BODY, SEEDED)).toEqual({
    ok: true,
    value: {
      symbol: "AAPL",
      side: "buy",
      type: "limit",
      timeInForce: "day",
      qty: "1",
      notional: null,
      limitPrice: "268.5",
      stopPrice: null,
      orderClass: "",
      extendedHours: false,
      clientOrderId: null,
    },
  });
});

test("WS-1: coins are found without their slash, assets by their id; other names are returned unchanged", () => {
  const symbolOf = (symbol: string): unknown => ticketFromBody({ ...BODY, symbol }, SEEDED);
  expect(symbolOf("BTCUSD")).toMatchObject({ value: { symbol: "BTC/USD" } });
  expect(symbolOf(findInstrument("AAPL")?.id ?? "")).toMatchObject({ value: { symbol: "AAPL" } });
  expect(symbolOf("NOPE")).toMatchObject({ value: { symbol: "NOPE" } });
});

test("WS-1: null is the same as absent", () => {
  const nulls = { notional: null, stop_price: null, client_order_id: null, take_profit: null, legs: null };
  expect(ticketFromBody({ ...BODY, ...nulls, order_class: null, extended_hours: null }, SEEDED)).toEqual(
    ticketFromBody(BODY, SEEDED),
  );
  expect(ticketFromBody({ ...BODY, client_order_id: "" }, SEEDED)).toEqual(ticketFromBody(BODY, SEEDED));
});

const WRONG: readonly [unknown, string][] = [
  [null, ""],
  ["text", ""],
  [[BODY], ""],
  [{}, "symbol"],
  [{ ...BODY, symbol: 5 }, "symbol"],
  [{ ...BODY, symbol: "" }, "symbol"],
  [{ ...BODY, symbol: "X".repeat(257) }, "symbol"],
  [{ ...BODY, client_order_id: "a\u0000b" }, "client_order_id"],
  [{ ...BODY, client_order_id: "\ud800" }, "client_order_id"],
  [{ ...BODY, qty: true }, "qty"],
  [{ ...BODY, qty: { $gt: 0 } }, "qty"],
  [{ ...BODY, qty: Number.POSITIVE_INFINITY }, "qty"],
  [{ ...BODY, qty: "1".repeat(65) }, "qty"],
  [{ ...BODY, limit_price: ["1"] }, "limit_price"],
  [{ ...BODY, extended_hours: "yes" }, "extended_hours"],
  [{ ...BODY, side: 1 }, "side"],
];

test.each(WRONG)("WS-2: the order request %o has a wrong field: %j", (body, field) => {
  expect(ticketFromBody(body, SEEDED)).toEqual({ ok: false, error: { reason: "body_field", field } });
});

test("AC-1: exit legs, trails and stop prices are never ignored", () => {
  const given = { stop_price: 1, trail_price: "2", trail_percent: 0.5, position_intent: "buy_to_open" };
  const exits = { take_profit: { limit_price: 300 }, stop_loss: { stop_price: "200", limit_price: null } };
  expect(ticketFromBody({ ...BODY, ...given, ...exits, order_class: "bracket" }, SEEDED)).toMatchObject({
    value: {
      orderClass: "bracket",
      stopPrice: "1",
      trailPrice: "2",
      trailPercent: "0.5",
      positionIntent: "buy_to_open",
      takeProfit: { limitPrice: "300" },
      stopLoss: { stopPrice: "200", limitPrice: null },
    },
  });
  expect(ticketFromBody({ ...BODY, legs: [] }, SEEDED)).toMatchObject({ value: { orderClass: "mleg" } });
});

test("AC-20: instructions that Alpaca lacks are read from advanced_instructions", () => {
  const advanced_instructions = {
    display_qty: 1,
    hidden: false,
    min_qty: "0.5",
    all_or_none: true,
    post_only: true,
    peg: { to: "mid", offset: 0.01 },
    self_trade_prevention: "cancel_oldest",
    expires_at: "2026-12-01T16:00:00-05:00",
  };
  expect(ticketFromBody({ ...BODY, advanced_instructions }, SEEDED)).toMatchObject({
    value: {
      instructions: {
        displayQty: "1",
        hidden: false,
        minQty: "0.5",
        allOrNone: true,
        postOnly: true,
        peg: { to: "mid", offset: "0.01" },
        selfTrade: "cancel_oldest",
        expiresAt: Date.parse("2026-12-01T21:00:00Z"),
      },
    },
  });
  const alpacas = { algorithm: "DMA", destination: "NASDAQ", display_qty: "100" };
  expect(ticketFromBody({ ...BODY, advanced_instructions: alpacas }, SEEDED)).toMatchObject({
    value: { instructions: { displayQty: "100" } },
  });
  expect(ticketFromBody({ ...BODY, advanced_instructions: { peg: { to: "mid" } } }, SEEDED)).toMatchObject({
    value: { instructions: { peg: { to: "mid", offset: null }, displayQty: null } },
  });
});

test.each<[unknown, string]>([
  [{ algorithm: "VWAP" }, "advanced_instructions.algorithm"],
  [{ post_only: "yes" }, "advanced_instructions.post_only"],
  [{ expires_at: "tomorrow" }, "advanced_instructions.expires_at"],
  [{ expires_at: "2026-12-01" }, "advanced_instructions.expires_at"],
  [{ expires_at: 1_796_000_000 }, "advanced_instructions.expires_at"],
])("AC-20: an instruction that is not known or of a wrong type is refused, not ignored: %o", (asked, field) => {
  expect(ticketFromBody({ ...BODY, advanced_instructions: asked }, SEEDED)).toMatchObject({
    ok: false,
    error: { reason: "body_field", field },
  });
});

test.each<[object, string, string | null]>([
  [{ order_clas: "bracket" }, "order_clas", "order_class"],
  [{ takeProfit: { limit_price: 300 } }, "takeProfit", "take_profit"],
  [{ post_only: true }, "post_only", "advanced_instructions.post_only"],
  [{ reduce_only: true }, "reduce_only", null],
  [{ order_clas: null }, "order_clas", "order_class"],
  [{ take_profit: { price: 300 } }, "take_profit.price", "take_profit.limit_price"],
  [{ stop_loss: { stop_price: 200, limitPrice: 199 } }, "stop_loss.limitPrice", "stop_loss.limit_price"],
  [{ advanced_instructions: { max_percentage: "0.5" } }, "advanced_instructions.max_percentage", null],
  [{ advanced_instructions: { peg: { to: "mid", behind: 1 } } }, "advanced_instructions.peg.behind", null],
])(
  "GW-9: an order with the unknown field of %o is refused, and the nearest known one is named",
  (with_, name, nearest) => {
    const refused = { ok: false, error: { reason: "unknown_field", name, nearest } };
    expect(ticketFromBody({ ...BODY, ...with_ }, SEEDED)).toEqual(refused);
  },
);

test("GW-9: an unknown field is reported before missing ones", () => {
  const { symbol, ...rest } = BODY;
  expect(ticketFromBody({ ...rest, simbol: symbol }, SEEDED)).toMatchObject({
    error: {
      reason: "unknown_field",
      name: "simbol",
      nearest: "symbol",
      fields: [{ field: "symbol" }, { field: "simbol" }],
    },
  });
});

test("GW-9: a replace accepts order_id, which clients send, and refuses other unknown fields", () => {
  const order_id = "61e69015-8549-4bfd-b9c3-01e75843f47d";
  expect(replaceTicketFromBody({ order_id, qty: 2 })).toEqual(replaceTicketFromBody({ qty: 2 }));
  expect(replaceTicketFromBody({ stop_prise: 2 })).toEqual({
    ok: false,
    error: { reason: "unknown_field", name: "stop_prise", nearest: "stop_price" },
  });
  for (const field of ["symbol", "side", "type", "notional", "trail_price"]) {
    expect(replaceTicketFromBody({ qty: 2, [field]: "x" }), field).toMatchObject({
      error: { reason: "unknown_field" },
    });
  }
});

test("AC-20: null is the same as absent at every depth", () => {
  const nothing = { take_profit: null, stop_loss: null, advanced_instructions: null, position_intent: null };
  expect(ticketFromBody({ ...BODY, ...nothing, legs: null }, SEEDED)).toEqual(ticketFromBody(BODY, SEEDED));
  expect(ticketFromBody({ ...BODY, take_profit: {} }, SEEDED)).toMatchObject({
    value: { takeProfit: { limitPrice: null } },
  });
});

test("AC-28: a replace request is read, numbers and strings alike; absent fields are null", () => {
  const nothing = {
    qty: null,
    limitPrice: null,
    stopPrice: null,
    trail: null,
    timeInForce: null,
    clientOrderId: null,
    goodTil: null,
  };
  expect(replaceTicketFromBody({})).toEqual({ ok: true, value: nothing });
  expect(replaceTicketFromBody({ qty: 2, limit_price: "1.5", time_in_force: "", client_order_id: "" })).toEqual({
    ok: true,
    value: { ...nothing, qty: "2", limitPrice: "1.5" },
  });
  expect(
    replaceTicketFromBody({
      stop_price: 3,
      trail: 0.5,
      time_in_force: "gtd",
      client_order_id: "mine",
      advanced_instructions: { expires_at: "2026-12-01T21:00:00Z" },
    }),
  ).toEqual({
    ok: true,
    value: {
      ...nothing,
      stopPrice: "3",
      trail: "0.5",
      timeInForce: "gtd",
      clientOrderId: "mine",
      goodTil: Date.parse("2026-12-01T21:00:00Z"),
    },
  });
  expect(replaceTicketFromBody({ qty: [] })).toEqual({ ok: false, error: { reason: "body_field", field: "qty" } });
});

/** Instructions that are fields of the order itself. */
const OWN_FIELDS: ReadonlySet<string> = new Set(["extended_hours", "notional"]);

test.each(ORDER_INSTRUCTIONS.filter((instruction) => !OWN_FIELDS.has(instruction)))(
  "AC-23: requests may have %s, and orders show it",
  (instruction) => {
    expect(advancedInstructions.shape).toHaveProperty(instruction);
    expect(wireInstructions.shape).toHaveProperty(instruction);
  },
);

test("PF-16: orders, replaces, commands of batches and of streams, and closings may name tax lots", () => {
  const named = [
    { lot_id: 3, qty: 1.5 },
    { lot_id: 1, qty: "2" },
  ];
  const lots = [
    { lotId: 3, qty: "1.5" },
    { lotId: 1, qty: "2" },
  ];
  expect(ticketFromBody({ ...BODY, side: "sell", tax_lots: named }, SEEDED)).toMatchObject({ value: { lots } });
  expect(replaceTicketFromBody({ tax_lots: named })).toMatchObject({ value: { lots } });
  const order_id = "61e69015-8549-4bfd-b9c3-01e75843f47d";
  const commands = [
    { action: "place", ...BODY, tax_lots: named },
    { action: "replace", order_id, tax_lots: named },
  ];
  const batch = batchFromBody({ commands }, SEEDED, null);
  const tickets = batch.ok ? batch.value.commands.map((command) => "ticket" in command && command.ticket.lots) : [];
  expect(tickets).toEqual([lots, lots]);
  for (const command of commands) {
    expect(readCommand(command, "f", 0, SEEDED)).toMatchObject({ read: { value: { ticket: { lots } } } });
  }
  const closing = (query: object) => closingOf("AAPL", { cancel_orders: false, ...query }, null);
  expect(closing({ tax_lots: "3:1.5,1:2" })).toMatchObject({ value: { qty: null, lots } });
  for (const wrong of ["", "3", "3:", "0:1", "3:1;1:2", "3:-1", "3:1,"]) {
    expect(closing({ tax_lots: wrong }), wrong).toMatchObject({ error: { parameter: "tax_lots" } });
  }
  expect(closing({ tax_lots: "3:1", percentage: "5" })).toMatchObject({ error: { parameter: "tax_lots" } });
});

test.each([
  [[], "tax_lots"],
  [{ lot_id: 1, qty: "1" }, "tax_lots"],
  [[{ lot_id: 0, qty: "1" }], "tax_lots.0.lot_id"],
  [[{ lot_id: "1", qty: "1" }], "tax_lots.0.lot_id"],
  [[{ lot_id: 1 }], "tax_lots.0.qty"],
  [Array.from({ length: CHOSEN_LOTS_MAX + 1 }, (_, nth) => ({ lot_id: nth + 1, qty: "1" })), "tax_lots"],
])("PF-16: tax lots of another form are refused: %j", (tax_lots, field) => {
  expect(ticketFromBody({ ...BODY, tax_lots }, SEEDED)).toMatchObject({ error: { reason: "body_field", field } });
});
