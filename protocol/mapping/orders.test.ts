import fc from "fast-check";
import { expect, test } from "vitest";
import type { Order } from "../../domain/account/state/order.ts";
import { findInstrument } from "../../domain/market/listing.ts";
import { averagePrice, orderToWire } from "./orders.ts";

const ORDER: Order = {
  id: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  clientOrderId: "mine",
  sequence: 7,
  symbol: "AAPL",
  side: "buy",
  type: "limit",
  timeInForce: "day",
  qty: 2_500_000,
  limitPrice: 2_680_500,
  protectionPrice: 2_680_500,
  extendedHours: false,
  submittedAt: Date.parse("2026-11-20T15:00:00.123Z"),
  expiresAt: Date.parse("2026-11-21T01:00:00Z"),
  status: "partially_filled",
  filledQty: 1_500_000,
  filledValue: String(2_680_000n * 1_000_000n + 2_680_100n * 500_000n),
  held: 2_680_500,
  updatedAt: Date.parse("2026-11-20T15:00:01Z"),
  filledAt: null,
  canceledAt: null,
  expiredAt: null,
};

test("WS-1: times are written to the microsecond, whatever was written before", () => {
  const written = (micros: number) =>
    orderToWire({ ...ORDER, submittedAt: Math.floor(micros / 1_000), submittedMicros: micros, updatedAt: 0 });
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 4e15 }), { minLength: 1, maxLength: 4 }), (times) => {
      for (const micros of [...times, ...times.map((time) => time + 1), ...times.map((time) => time + 999_999)]) {
        const { created_at: created, submitted_at: submitted, updated_at: updated } = written(micros);
        expect(created).toBe(
          `${new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1)}${String(micros % 1_000).padStart(3, "0")}Z`,
        );
        expect([submitted, updated]).toEqual([created, created]);
      }
    }),
  );
});

test("WS-1: an order is written with every field of the API, amounts as strings", () => {
  expect(orderToWire(ORDER)).toEqual({
    id: ORDER.id,
    client_order_id: "mine",
    created_at: "2026-11-20T15:00:00.123000Z",
    updated_at: "2026-11-20T15:00:01.000000Z",
    submitted_at: "2026-11-20T15:00:00.123000Z",
    filled_at: null,
    expired_at: null,
    expires_at: "2026-11-21T01:00:00.000Z",
    canceled_at: null,
    failed_at: null,
    replaced_at: null,
    replaced_by: null,
    replaces: null,
    asset_id: findInstrument("AAPL")?.id,
    symbol: "AAPL",
    asset_class: "us_equity",
    notional: null,
    qty: "2.5",
    filled_qty: "1.5",
    filled_avg_price: "268.00333333",
    order_class: "",
    order_type: "limit",
    type: "limit",
    side: "buy",
    position_intent: "buy_to_open",
    time_in_force: "day",
    limit_price: "268.05",
    stop_price: null,
    trail_price: null,
    trail_percent: null,
    hwm: null,
    status: "partially_filled",
    extended_hours: false,
    legs: null,
    subtag: null,
    source: null,
  });
});

test("WS-1: an unfilled market order has no prices and a filled quantity of 0", () => {
  const order: Order = { ...ORDER, type: "market", side: "sell", limitPrice: null, filledQty: 0, filledValue: "0" };
  expect(orderToWire(order)).toMatchObject({
    limit_price: null,
    filled_qty: "0",
    filled_avg_price: null,
    position_intent: "sell_to_close",
  });
});

test("AC-29: a group is written with its legs, each an order of its own", () => {
  const bracket: Order = { ...ORDER, orderClass: "bracket", legIds: ["l1", "l2"] };
  const loss = { trigger: { kind: "stop", price: 2_600_000 } } as const;
  const legs: Order[] = [
    { ...ORDER, id: "l1", side: "sell", status: "held", orderClass: "bracket", parentId: ORDER.id },
    { ...ORDER, id: "l2", side: "sell", type: "stop", limitPrice: null, stopPrice: 2_600_000, terms: loss },
  ];
  expect(orderToWire(bracket, { legs })).toMatchObject({
    order_class: "bracket",
    legs: [
      { id: "l1", order_class: "bracket", side: "sell", status: "held", legs: null },
      { id: "l2", type: "stop", order_type: "stop", stop_price: "260", limit_price: null, trail_price: null },
    ],
  });
  expect(orderToWire(bracket, { legs: [] }).legs).toBeNull();
});

test("AC-29: a trailing stop shows its distance in the unit it was given in, and what the book knows of it", () => {
  const trail = (trigger: NonNullable<Order["terms"]>["trigger"]): Order => {
    return { ...ORDER, type: "trailing_stop", limitPrice: null, terms: trigger ? { trigger } : {} };
  };
  expect(orderToWire(trail({ kind: "trail", basisPoints: 150 }))).toMatchObject({
    trail_percent: "1.5",
    trail_price: null,
    stop_price: null,
    hwm: null,
  });
  const live = { best: 2_700_000, stopPrice: 2_695_000 };
  expect(orderToWire(trail({ kind: "trail", amount: 5_000 }), { live })).toMatchObject({
    trail_percent: null,
    trail_price: "0.5",
    stop_price: "269.5",
    hwm: "270",
  });
});

test("AC-29: a replaced order names its successor, which names it; a rejected one when it failed", () => {
  const replaced: Order = { ...ORDER, status: "replaced", replacedBy: "next", replacedAt: ORDER.updatedAt };
  expect(orderToWire(replaced)).toMatchObject({
    status: "replaced",
    replaced_by: "next",
    replaced_at: "2026-11-20T15:00:01.000000Z",
    failed_at: null,
  });
  expect(orderToWire({ ...ORDER, replaces: "before", notional: 1_000_500, status: "rejected" })).toMatchObject({
    replaces: "before",
    replaced_by: null,
    notional: "100.05",
    failed_at: "2026-11-20T15:00:01.000000Z",
  });
});

test("AC-29: instructions that Alpaca lacks are shown as requested, and only then", () => {
  const goodTil = Date.parse("2026-12-01T21:00:00Z");
  const peg = { to: "mid", offset: 100 } as const;
  const shown = orderToWire({
    ...ORDER,
    timeInForce: "gtd",
    goodTil,
    expiresAt: goodTil,
    status: "canceled",
    closeReason: "self_trade",
    terms: { display: 500_000, minQty: 1, allOrNone: true, postOnly: true, peg, selfTrade: "decrement" },
  });
  expect(shown).toMatchObject({ expires_at: "2026-12-01T21:00:00.000Z", close_reason: "self_trade" });
  expect(shown.advanced_instructions).toEqual({
    display_qty: "0.5",
    min_qty: "0.000001",
    all_or_none: true,
    post_only: true,
    peg: { to: "mid", offset: "0.01" },
    self_trade_prevention: "decrement",
    expires_at: "2026-12-01T21:00:00.000Z",
  });
  expect(orderToWire({ ...ORDER, terms: { display: 0 } }).advanced_instructions).toEqual({ hidden: true });
  expect(orderToWire({ ...ORDER, terms: { extended: true } })).not.toHaveProperty("advanced_instructions");
});

test("WS-1: an average price is within half of its last decimal of the exact one, and exact when it can be", () => {
  const lots = fc.integer({ min: 1, max: 1_000_000_000_000 });
  const price = fc.integer({ min: 1, max: 100_000_000_000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(price, lots), { minLength: 1, maxLength: 20 }), (fills) => {
      const value = fills.reduce((sum, [p, q]) => sum + BigInt(p) * BigInt(q), 0n);
      const total = fills.reduce((sum, [, q]) => sum + q, 0);
      const text = averagePrice(value, total) ?? "";
      expect(text).toMatch(/^\d+(\.\d{1,8})?$/);
      const [whole = "", fraction = ""] = text.split(".");
      const scaled = BigInt(whole + fraction.padEnd(8, "0"));
      const error = scaled * BigInt(total) - value * 10_000n;
      expect(2n * (error < 0n ? -error : error)).toBeLessThanOrEqual(BigInt(total));
    }),
  );
  expect(averagePrice(3n * 2_680_000n, 3)).toBe("268");
  expect(averagePrice(1n, 0)).toBeNull();
});

test("AC-45: times of an order have microseconds, and none is earlier than the order", () => {
  const micros = ORDER.submittedAt * 1_000 + 7;
  const [before, same, later] = [ORDER.submittedAt - 5, ORDER.submittedAt, ORDER.submittedAt + 1];
  const order: Order = { ...ORDER, submittedMicros: micros, updatedAt: same, replacedAt: later, status: "filled" };
  expect(orderToWire({ ...order, filledAt: before })).toMatchObject({
    created_at: "2026-11-20T15:00:00.123007Z",
    submitted_at: "2026-11-20T15:00:00.123007Z",
    updated_at: "2026-11-20T15:00:00.123007Z",
    filled_at: "2026-11-20T15:00:00.123007Z",
    replaced_at: "2026-11-20T15:00:00.124000Z",
  });
});

test.each<[Order["status"], string | null]>([
  ["filled", "2026-11-20T15:00:01.000000Z"],
  ...(["new", "partially_filled", "canceled", "expired", "replaced", "pending_cancel"] as const).map(
    (status): [Order["status"], null] => [status, null],
  ),
])("AC-29: filled_at of an order that is %s is %s, though it was filled in part", (status, filled_at) => {
  expect(orderToWire({ ...ORDER, status, filledAt: ORDER.updatedAt })).toMatchObject({ filled_at });
});

test("AC-41: a trailing stop is written as it was reported last, or as its book has it now", () => {
  const terms = { trigger: { kind: "trail", amount: 50_000 } } as const;
  const trail = { best: 2_700_000, stop: 2_650_000 };
  const closed: Order = { ...ORDER, type: "trailing_stop", limitPrice: null, terms, trail, status: "canceled" };
  expect(orderToWire(closed)).toMatchObject({ hwm: "270", stop_price: "265", trail_price: "5" });
  const live = { best: 2_710_000, stopPrice: 2_660_000 };
  expect(orderToWire({ ...closed, status: "new" }, { live })).toMatchObject({ hwm: "271", stop_price: "266" });
});
