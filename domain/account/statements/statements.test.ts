import { describe, expect, test } from "vitest";
import { dayOf, HOUR, newYorkInstant } from "../../market/newYork.ts";
import type { Movement } from "../../portfolio/history/movement.ts";
import type { FillActivity } from "../activities/activity.ts";
import { Gains } from "./gains.ts";
import { daysOfMonth, statementOf } from "./month.ts";

const SHARE = 1_000_000;
const CENT = 100;

test("AC-88: a month ends with its last trading day", () => {
  expect(daysOfMonth(2026, 12)).toEqual({ before: dayOf(2026, 11, 30), last: dayOf(2026, 12, 31) });
  expect(daysOfMonth(2028, 2)).toEqual({ before: dayOf(2028, 1, 31), last: dayOf(2028, 2, 29) });
});

describe("AC-88: a statement", () => {
  const days = daysOfMonth(2026, 11);
  const day = (date: number): number => dayOf(2026, 11, date);
  const movement = (at: number, cash: number, fees: number, more: Partial<Movement>): Movement => {
    return { at, cash, fees, flows: [], trades: [], ...more };
  };
  // Before: 1,000 dollars and 2 shares at 90. In the month 500 in, 1 share bought at 100 with a fee of 1, half of the first
  // two sold at 120 with a fee of 2, 3 shares journalled in. Afterwards everything sold.
  const movements = [
    movement(day(2), 500 * 10_000, 0, { flows: [{ type: "CSD", symbol: null, amount: 500 * 10_000, cost: 0 }] }),
    movement(day(3), -101 * 10_000, 10_000, {
      trades: [{ symbol: "AAPL", qty: SHARE, bought: 1_000_000, sold: 0, realized: 0, fees: 10_000 }],
    }),
    movement(day(30), 118 * 10_000 - 50 * 10_000, 20_000, {
      trades: [{ symbol: "AAPL", qty: -SHARE, bought: 0, sold: 1_200_000, realized: 280_000, fees: 20_000 }],
      flows: [
        { type: "JNLS", symbol: "MSFT", amount: 3 * SHARE, cost: 60_000 },
        { type: "CSW", symbol: null, amount: -50 * 10_000, cost: 0 },
      ],
    }),
    movement(dayOf(2026, 12, 1), 3_000_000, 0, {
      trades: [
        { symbol: "AAPL", qty: -2 * SHARE, bought: 0, sold: 2_400_000, realized: 490_000, fees: 0 },
        { symbol: "MSFT", qty: -3 * SHARE, bought: 0, sold: 600_000, realized: 540_000, fees: 0 },
      ],
    }),
  ];
  const cash = (1_000 + 500 - 101 + 118 - 50 + 300) * 10_000;
  const prices = new Map([
    ["AAPL", { series: { at: Float64Array.of(day(3)), price: Float64Array.of(1_100_000) }, before: 950_000 }],
    ["MSFT", { series: { at: Float64Array.of(), price: Float64Array.of() }, before: 25 * CENT }],
  ]);
  const { opening, closing, totals } = statementOf({ days, cash, positions: [], movements, prices });

  test("has what there was at the end of the month before, at the closes of that day", () => {
    const position = { symbol: "AAPL", qty: 2 * SHARE, price: 950_000, value: 1_900_000, cost: 1_800_000 };
    expect(opening).toEqual({ day: dayOf(2026, 10, 31), cash: 10_000_000, positions: [position], total: 11_900_000 });
  });

  test("and at its end, with the basis of what was left", () => {
    expect(closing).toEqual({
      day: day(30),
      cash: 14_670_000,
      positions: [
        { symbol: "AAPL", qty: 2 * SHARE, price: 1_100_000, value: 2_200_000, cost: 1_910_000 },
        { symbol: "MSFT", qty: 3 * SHARE, price: 2_500, value: 7_500, cost: 60_000 },
      ],
      total: 16_877_500,
    });
  });

  test("and what changed the cash in between", () => {
    expect(totals).toEqual({
      deposits: 5_000_000,
      withdrawals: 500_000,
      journalled: 0,
      bought: 1_000_000,
      sold: 1_200_000,
      fees: 30_000,
      realised: 280_000,
    });
    const { deposits, withdrawals, bought, sold, fees } = totals;
    expect(opening.cash + deposits - withdrawals - bought + sold - fees).toBe(closing.cash);
  });
});

describe("AC-89: realised gains of a tax year", () => {
  const at = (year: number, month: number, date: number, hour = 12) =>
    newYorkInstant(dayOf(year, month, date), hour * HOUR);
  const sale = (tradedAt: number, more: Partial<FillActivity>): FillActivity => ({
    type: "FILL",
    at: tradedAt + 1,
    tradedAt,
    orderId: "o",
    symbol: "AAPL",
    side: "sell",
    price: 1,
    qty: SHARE,
    cumQty: SHARE,
    leavesQty: 0,
    status: "filled",
    cash: 100,
    tradeId: 1,
    liquidity: "taker",
    fees: [],
    lots: [],
    disposalId: 1,
    washSales: [],
    ...more,
  });
  const part = (lotId: number, acquiredAt: number, proceeds: number, cost: number) => {
    return { lotId, acquiredAt, quantity: SHARE / 2, cost, proceeds };
  };

  test("each lot that was sold, by the trade's date in New York, short or long", () => {
    const gains = new Gains(2026);
    gains.add(sale(at(2025, 12, 31, 23), { lots: [part(1, 0, 1, 1)] }));
    const lots = [part(1, at(2025, 3, 1), 70, 50), part(2, at(2025, 3, 2), 30, 40)];
    gains.add(sale(at(2026, 3, 2), { lots }));
    gains.add(sale(at(2026, 12, 31, 23), { symbol: "MSFT", lots: [part(1, at(2026, 1, 1), 5, 1)] }));
    gains.add(sale(at(2027, 1, 1, 1), { lots: [part(3, 0, 1, 1)] }));
    const { lines, short, long, unlisted } = gains.report();
    expect(lines.map(({ symbol, lotId, gain, term }) => [symbol, lotId, gain, term])).toEqual([
      ["AAPL", 1, 20, "long"],
      ["AAPL", 2, -10, "short"],
      ["MSFT", 1, 4, "short"],
    ]);
    expect(short).toEqual({ proceeds: 35, cost: 41, gain: -6, disallowed: 0 });
    expect(long).toEqual({ proceeds: 70, cost: 50, gain: 20, disallowed: 0 });
    expect(unlisted).toEqual([]);
  });

  test("a loss that is replaced later, also in the next year, is flagged at its lot alone", () => {
    const gains = new Gains(2026);
    const own = { disposalId: 7, lotId: 2, replacedBy: 3, quantity: 100, disallowed: 4 };
    const lots = [part(1, 0, 70, 50), part(2, 0, 30, 40)];
    gains.add(sale(at(2026, 12, 20), { disposalId: 7, lots, washSales: [own] }));
    gains.add(sale(at(2026, 12, 21), { symbol: "MSFT", disposalId: 7, lots: [part(2, 0, 1, 2)] }));
    const later = { ...own, replacedBy: 4, quantity: 50, disallowed: 2 };
    const unknown = { ...own, disposalId: 6 };
    gains.add(sale(at(2027, 1, 5), { side: "buy", disposalId: null, washSales: [later, unknown] }));
    expect(
      gains.report().lines.map((line) => [line.symbol, line.lotId, line.washSaleQuantity, line.disallowed]),
    ).toEqual([
      ["AAPL", 1, 0, 0],
      ["AAPL", 2, 150, 6],
      ["MSFT", 2, 0, 0],
    ]);
    expect(gains.report().short.disallowed + gains.report().long.disallowed).toBe(6);
  });

  test("a sale without recorded lots is listed apart", () => {
    const gains = new Gains(2026);
    gains.add(sale(at(2026, 5, 5), { disposalId: null }));
    expect(gains.report()).toMatchObject({ lines: [], unlisted: [{ symbol: "AAPL", qty: SHARE, cash: 100 }] });
  });
});
