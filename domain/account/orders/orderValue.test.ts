import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notional } from "../../market/instrument.ts";
import { assetOf } from "../../market/asset.ts";
import type { BookReport } from "../../matching/messages.ts";
import type { NewOrder } from "../state/order.ts";
import { applyEntry } from "../apply.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { balances, CASH } from "../ledger/ledger.ts";
import { applyReport } from "./reports.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";
import { costOfRest } from "./orderValue.ts";

const BTC = "BTC/USD";
const COIN = 100_000_000;

/** An account with one order that is filled in parts; returns the cash that its fills have moved so far. */
function traded(order: Partial<NewOrder>, fills: readonly (readonly [price: number, qty: number])[], cash = 10 ** 12) {
  const state = fundedAccount("a", cash, { [BTC]: 1_000 * COIN });
  const placed = orderWith("o", { symbol: BTC, rules: 2, ...order });
  applyEntry(state, { kind: "accepted", order: placed, origin: NO_ORIGIN }, 5, recorder());
  const moved: number[] = [];
  for (const [tradeId, [price, qty]] of fills.entries()) {
    const report: BookReport = { kind: "fill", orderId: "o", tradeId, price, qty, liquidity: "taker", at: 7 };
    applyReport(state, report, 8, recorder());
    moved.push(Math.abs(balances(state.ledger, CASH).venue));
    expect(balances(state.ledger, CASH).available).toBeGreaterThanOrEqual(0);
    const open = state.open.get("o");
    if (open?.side === "buy") expect(open.held).toBe(costOfRest(open));
  }
  return { state, moved };
}

describe("AC-7: the sum over an order's fills is rounded once", () => {
  test("a buyer pays for the smallest quantity of a coin, and never twice for the same unit", () => {
    // 50 lots at $100 are worth half a unit of cash, which would round to nothing for each fill.
    expect(notional(assetOf(BTC), 1_000_000, 50)).toBe(0);
    const buy = { qty: COIN, limitPrice: 1_000_000 };
    const piece = [1_000_000, 50] as const;
    expect(traded(buy, [piece, piece, piece, piece]).moved).toEqual([1, 1, 2, 2]);
  });

  test("a seller gets no more than what is sold is worth", () => {
    const sell = { side: "sell", qty: COIN, limitPrice: 1_000_000 } as const;
    const piece = [1_000_000, 50] as const;
    expect(traded(sell, [piece, piece, piece, [1_000_000, 149]]).moved).toEqual([0, 1, 1, 2]);
  });

  test("any number of partial fills costs the same as one fill", () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000_000 }), fc.integer({ min: 1, max: 5_000 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(fills, fc.constantFrom("buy" as const, "sell" as const), (pieces, side) => {
        const qty = pieces.reduce((sum, [, lots]) => sum + lots, 0);
        const { moved } = traded({ side, qty, limitPrice: side === "buy" ? 3_000_000 : 1 }, pieces);
        const exact = pieces.reduce((sum, [price, lots]) => sum + price * lots, 0) / COIN;
        expect(moved.at(-1)).toBe(side === "buy" ? Math.ceil(exact) : Math.floor(exact));
      }),
    );
  });

  test("an order of earlier rules rounds each fill", () => {
    const piece = [1_000_000, 50] as const;
    const { moved } = traded({ qty: COIN, limitPrice: 1_000_000, rules: undefined as never }, [piece, piece]);
    expect(moved).toEqual([0, 0]);
  });
});

test("AC-4, AC-31: a notional order holds its notional, spends no more, and all available cash suffices", () => {
  const asked = { type: "market", timeInForce: "day", limitPrice: null, notional: 1_000_000 } as const;
  const order = { symbol: "AAPL", qty: 10 ** 12, protectionPrice: 3_120_000, ...asked };
  const { state, moved } = traded(
    order,
    [
      [3_000_000, 10_000],
      [3_100_000, 312_903],
    ],
    1_000_000,
  );
  expect(moved).toEqual([30_000, 1_000_000]);
  expect(balances(state.ledger, CASH)).toMatchObject({ available: 0, held: 0 });
});
