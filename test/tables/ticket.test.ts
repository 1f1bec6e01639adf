import { SEEDED } from "../../domain/market/listing.ts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import { cell, readTable, textOf } from "./table.ts";
import type { Row } from "./table.ts";

function ticketOf(row: Row): OrderTicket {
  const text = (column: string) => textOf(cell(row, column));
  return {
    symbol: text("symbol") ?? "",
    side: text("side") ?? "",
    type: text("type") ?? "",
    timeInForce: text("tif") ?? "",
    orderClass: text("class") ?? "",
    clientOrderId: text("client_id"),
    extendedHours: cell(row, "ext") === "yes",
    qty: text("qty"),
    notional: text("notional"),
    limitPrice: text("limit"),
    stopPrice: text("stop"),
  };
}

/** The result of a validation, as the table's last column writes it. */
function result(ticket: OrderTicket): string {
  const read = validateOrder(ticket, SEEDED);
  return read.ok ? `ok:${read.value.qty}@${read.value.limitPrice ?? "-"}` : read.refusal.reason;
}

test.each(readTable(new URL("ticket.txt", import.meta.url)))("AC-1, AC-2: $at", (row) => {
  expect(result(ticketOf(row))).toBe(cell(row, "result"));
});

const GOOD: OrderTicket = {
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "day",
  orderClass: "",
  clientOrderId: "a",
  extendedHours: false,
  qty: "1",
  notional: null,
  limitPrice: "268",
  stopPrice: null,
};

/** One way to fail each rule, in the sequence of SPEC AC-1. */
const FAULTS: readonly (readonly [Partial<OrderTicket>, string])[] = [
  [{ symbol: "XXXX" }, "asset_not_found"],
  [{ side: "hold" }, "invalid_side"],
  [{ type: "LIMIT" }, "invalid_order_type"],
  [{ timeInForce: "gtx" }, "invalid_time_in_force"],
  [{ orderClass: "mleg" }, "unsupported_order_class"],
  [{ clientOrderId: "x".repeat(129) }, "client_order_id_too_long"],
  [{ positionIntent: "sell_to_open" }, "position_intent_mismatch"],
  [{ orderClass: "oco", timeInForce: "ioc" }, "class_for_time_in_force"],
  [{ extendedHours: true, timeInForce: "fok" }, "extended_hours_type"],
  [{ instructions: { postOnly: true, peg: { to: "mid", offset: null } } }, "conditions_conflict"],
  [{ qty: "-1" }, "qty_not_positive"],
  [{ limitPrice: "268.001" }, "price_increment"],
  [{ takeProfit: { limitPrice: "270" } }, "exits_without_class"],
];

test("AC-1: of several rules that fail, the refusal names the first one", () => {
  fc.assert(
    fc.property(fc.subarray([...FAULTS], { minLength: 1 }), (faults) => {
      const ticket = faults.reduceRight((spoilt, [fault]) => ({ ...spoilt, ...fault }), GOOD);
      expect(result(ticket)).toBe(faults[0]?.[1]);
    }),
    { numRuns: 512 },
  );
});

test("AC-1: a quantity is validated before a price, a price before the notional", () => {
  expect(result({ ...GOOD, qty: "1000001", limitPrice: "10000000.01" })).toBe("qty_too_large");
  expect(result({ ...GOOD, qty: "1000000", limitPrice: "10000000.01" })).toBe("price_too_large");
  expect(result({ ...GOOD, qty: "1000000", limitPrice: "10000000" })).toBe("notional_too_large");
});

test("AC-1: a refusal for an unknown symbol has a text of bounded length", () => {
  const read = validateOrder({ ...GOOD, symbol: "X".repeat(100_000) }, SEEDED);
  expect(read).toEqual({ ok: false, refusal: { reason: "asset_not_found", symbol: "X".repeat(32) } });
});

test("AC-3: client order ids with the same UTF-8 bytes are the same id, in memory and on disk", () => {
  const ids = ["a\ud800", "a\ud801", "a\udc00", "a\ufffd"].map((clientOrderId) => {
    const read = validateOrder({ ...GOOD, clientOrderId }, SEEDED);
    return read.ok ? read.value.clientOrderId : read.refusal.reason;
  });
  expect(new Set(ids)).toEqual(new Set(["a\ufffd"]));
  const pair = validateOrder({ ...GOOD, clientOrderId: "🦆" }, SEEDED);
  expect(pair).toMatchObject({ value: { clientOrderId: "🦆" } });
});

test("an instrument may be named by its asset id or its symbol", () => {
  const read = validateOrder(GOOD, SEEDED);
  if (!read.ok) throw new Error(read.refusal.reason);
  expect(validateOrder({ ...GOOD, symbol: read.value.instrument.id }, SEEDED)).toEqual(read);
});
