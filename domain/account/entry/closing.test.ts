import { describe, expect, test } from "vitest";
import { InstrumentList } from "../../market/instruments.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import type { Order } from "../state/order.ts";
import { fundedAccount, orderWith } from "../testing.ts";
import { type Closing, closingTicket, isClosing } from "./closing.ts";

const ALL: Closing = { symbol: "AAPL", qty: null, percentage: null, clientOrderId: null };
/** 1 % in the units of a closing. */
const PERCENT = 10 ** 9;
const owning = (lots: number, symbol = "AAPL") => fundedAccount("a", 0, lots === 0 ? {} : { [symbol]: lots });

function qtyOf(lots: number, closing: Partial<Closing>, instruments = SEEDED): string | null {
  const made = closingTicket(owning(lots), { ...ALL, ...closing }, instruments);
  if (!made.ok) throw new Error(made.refusal.reason);
  return made.value.qty;
}

describe("AC-49: the order that closes a position", () => {
  test("is a market order for all that is owned, for the day, or until canceled where there are no days", () => {
    expect(closingTicket(owning(3_000_001), { ...ALL, clientOrderId: "close-1" }, SEEDED)).toEqual({
      ok: true,
      value: {
        symbol: "AAPL",
        side: "sell",
        type: "market",
        timeInForce: "day",
        qty: "3.000001",
        notional: null,
        limitPrice: null,
        stopPrice: null,
        orderClass: "",
        extendedHours: false,
        positionIntent: "sell_to_close",
        clientOrderId: "close-1",
      },
    });
    const coin = closingTicket(owning(100_000_000, "BTC/USD"), { ...ALL, symbol: "BTCUSD" }, SEEDED);
    expect(coin).toMatchObject({ ok: true, value: { symbol: "BTC/USD", timeInForce: "gtc", qty: "1" } });
  });

  test.each<[number, string]>([
    [100 * PERCENT, "3.000001"],
    [50 * PERCENT, "1.5"],
    [33_333_333_333, "1"],
    [99_999_999_999, "3.000000"],
    [1, "0"],
  ])("for %i billionths of a percent of 3.000001 shares sells %s", (percentage, qty) => {
    expect(Number(qtyOf(3_000_001, { percentage }))).toBe(Number(qty));
  });

  test("rounds a percentage down to the lot size, but sells all at 100 %", () => {
    const wide = new InstrumentList([{ ...requireInstrument("AAPL"), lot: 1_000_000 }]);
    expect(qtyOf(7_500_000, { percentage: 50 * PERCENT }, wide)).toBe("3");
    expect(qtyOf(7_500_000, { percentage: 100 * PERCENT }, wide)).toBe("7.5");
  });

  test("has the quantity as it was asked, which order entry validates", () => {
    expect(qtyOf(3_000_001, { qty: "9" })).toBe("9");
  });

  test("does not exist without a position, or of a symbol that was never listed", () => {
    const refusal = { ok: false, refusal: { reason: "position_not_found" } };
    expect(closingTicket(owning(1), { ...ALL, symbol: "MSFT" }, SEEDED)).toEqual(refusal);
    expect(closingTicket(owning(1), { ...ALL, symbol: "USD" }, SEEDED)).toEqual(refusal);
    expect(closingTicket(owning(0), ALL, SEEDED)).toEqual(refusal);
  });
});

test("AC-49: a repeat finds the order that its client order id has placed, and no other one", () => {
  const sold: Order = {
    ...orderWith("o", { side: "sell", type: "market", limitPrice: null, qty: 2_000_000 }),
    sequence: 1,
    submittedAt: 0,
    status: "filled",
    filledQty: 2_000_000,
    filledValue: "0",
    held: 0,
    updatedAt: 0,
    filledAt: 0,
    canceledAt: null,
    expiredAt: null,
  };
  expect(isClosing(sold, ALL, SEEDED)).toBe(true);
  expect(isClosing(sold, { ...ALL, percentage: PERCENT }, SEEDED)).toBe(true);
  expect(isClosing(sold, { ...ALL, qty: "2.0" }, SEEDED)).toBe(true);
  expect(isClosing({ ...sold, qty: 1_000_000, askedQty: 2_000_000 }, { ...ALL, qty: "2" }, SEEDED)).toBe(true);
  expect(isClosing(sold, { ...ALL, qty: "1" }, SEEDED)).toBe(false);
  expect(isClosing(sold, { ...ALL, symbol: "MSFT" }, SEEDED)).toBe(false);
  // An order knows what it closes, so that the same key with another percentage is another request.
  const half = { ...sold, closing: PERCENT * 50 };
  expect(isClosing(half, { ...ALL, percentage: PERCENT * 50 }, SEEDED)).toBe(true);
  expect(isClosing(half, { ...ALL, percentage: PERCENT * 25 }, SEEDED)).toBe(false);
  expect(isClosing(half, ALL, SEEDED)).toBe(false);
  expect(isClosing(half, { ...ALL, qty: "2" }, SEEDED)).toBe(false);
  expect(isClosing({ ...sold, closing: 0 }, { ...ALL, qty: "2" }, SEEDED)).toBe(true);
  expect(isClosing({ ...sold, closing: 0 }, ALL, SEEDED)).toBe(false);
  expect(isClosing({ ...sold, closing: 100 * PERCENT }, ALL, SEEDED)).toBe(true);
  expect(isClosing({ ...sold, side: "buy" }, ALL, SEEDED)).toBe(false);
  expect(isClosing({ ...sold, type: "limit" }, ALL, SEEDED)).toBe(false);
});

test("PF-16, AC-49: a closing of named tax lots is for all that is named of them, and is repeated by the same lots only", () => {
  const lots = [
    { lotId: 2, qty: "1.5" },
    { lotId: 1, qty: "0.25" },
  ];
  expect(closingTicket(owning(3_000_000), { ...ALL, lots }, SEEDED)).toMatchObject({ value: { qty: "1.75", lots } });
  expect(qtyOf(3_000_000, { lots, qty: "2" })).toBe("2");
  expect(qtyOf(3_000_000, { lots: [{ lotId: 2, qty: "x" }] })).toBe("x");
  const chosen = [
    { lotId: 2, quantity: 1_500_000 },
    { lotId: 1, quantity: 250_000 },
  ];
  const placed = (changes: object): Order =>
    ({ ...orderWith("o", { side: "sell", type: "market", qty: 1_750_000, closing: 0 }), ...changes }) as Order;
  expect(isClosing(placed({ lots: chosen }), { ...ALL, lots }, SEEDED)).toBe(true);
  expect(isClosing(placed({ lots: chosen.toReversed() }), { ...ALL, lots }, SEEDED)).toBe(false);
  expect(isClosing(placed({}), { ...ALL, lots }, SEEDED)).toBe(false);
  expect(isClosing(placed({ lots: chosen }), { ...ALL, qty: "1.75" }, SEEDED)).toBe(false);
});
