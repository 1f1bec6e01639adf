import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { notional, notionalCeil } from "../../market/instrument.ts";
import { requireInstrument } from "../../market/listing.ts";
import type { BookReport } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { NewOrder } from "../state/order.ts";
import type { AccountState } from "../state/accountState.ts";
import { balances, CASH, owned } from "../ledger/ledger.ts";
import { applyReport } from "./reports.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import type { Recorder } from "../testing.ts";

const AAPL = requireInstrument("AAPL");

function acceptOrder(state: AccountState, order: NewOrder, out = recorder()): void {
  applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, 5, out);
}

function filled(orderId: string, price: number, qty: number, tradeId = 1): BookReport {
  return { kind: "fill", orderId, tradeId, price, qty, liquidity: "taker", at: 7 };
}

/** Applies fills of order `o1` in sequence. */
function fill(state: AccountState, fills: readonly (readonly [price: number, qty: number])[], out: Recorder): void {
  for (const [index, [price, qty]] of fills.entries()) {
    applyReport(state, filled("o1", price, qty, index + 1), 8, out);
  }
}

describe("AC-7, AC-8: a buy", () => {
  test("pays the trade's notional and releases the excess hold", () => {
    const state = fundedAccount("a", 3_000_000, {});
    const out = recorder();
    acceptOrder(state, orderWith("o1", { qty: 2_000_000 }));
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 2_000_000, available: 1_000_000 });
    fill(state, [[990_000, 500_000]], out);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 1_500_000, available: 1_005_000, venue: 495_000 });
    expect(owned(state.ledger, "AAPL")).toBe(500_000);
    expect(state.open.get("o1")).toMatchObject({ status: "partially_filled", filledQty: 500_000, held: 1_500_000 });
    fill(state, [[1_000_000, 1_500_000]], out);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, available: 1_005_000, venue: 1_995_000 });
    expect(state.open.size + state.openByClientId.size).toBe(0);
    expect(out.closedOrders).toMatchObject([{ id: "o1", status: "filled", held: 0, filledQty: 2_000_000 }]);
    expect(out.updates.map(({ event, positionQty }) => [event, positionQty])).toEqual([
      ["partial_fill", 500_000],
      ["fill", 2_000_000],
    ]);
  });

  test("may owe one unit of rounding while it is open, which the end of the order returns", () => {
    // 100 lots at $1 cost one unit, which is all there is; 60 of them cost 0.6, rounded 1, and 40 need 0.4, held as 1.
    const state = fundedAccount("a", 1, {});
    acceptOrder(state, orderWith("o1", { qty: 100, limitPrice: 10_000 }));
    fill(state, [[10_000, 60]], recorder());
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 1, available: -1, venue: 1 });
    fill(state, [[10_000, 40]], recorder());
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, available: 0, venue: 1 });
  });

  test("of any size in any pieces holds what is left at the limit, and rounding takes at most half a unit a fill", () => {
    const pieces = fc.array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 1, max: 999 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 30_000 }), pieces, (limit, cuts) => {
        const qty = cuts.reduce((sum, [, piece]) => sum + piece, 0);
        const cost = notionalCeil(AAPL, limit, qty);
        const state = fundedAccount("a", cost, {});
        acceptOrder(state, orderWith("o1", { qty, limitPrice: limit }));
        let left = qty;
        for (const [index, [better, piece]] of cuts.entries()) {
          const order = state.open.get("o1");
          applyReport(state, filled("o1", Math.max(1, limit - better), piece, index + 1), 8, recorder());
          left -= piece;
          const fills = index + 1;
          const { available, held } = balances(state.ledger, CASH);
          expect(held).toBe(notionalCeil(AAPL, limit, left));
          expect(order?.held).toBe(held);
          // While the order is open, its rounded-up hold exceeds the need by less than one unit.
          expect(available).toBeGreaterThan(-fills / 2 - 1);
          if (left === 0) expect(available).toBeGreaterThanOrEqual(-fills / 2);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe("AC-8, AC-11: a sell", () => {
  test("moves its held lots out and the notional in", () => {
    const state = fundedAccount("a", 0, { AAPL: 3_000_000 });
    acceptOrder(state, orderWith("o1", { side: "sell", qty: 2_000_000 }));
    fill(state, [[1_010_000, 500_000]], recorder());
    expect(balances(state.ledger, "AAPL")).toMatchObject({ held: 1_500_000, available: 1_000_000, venue: 500_000 });
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, available: 505_000, venue: -505_000 });
  });

  test("reduces the cost basis in proportion, rounded half-even; the last lot takes the rest", () => {
    const state = fundedAccount("a", 0, { AAPL: 3 }, true);
    state.costBasis.set("AAPL", 10);
    acceptOrder(state, orderWith("o1", { side: "sell", qty: 3 }));
    const basis = [1, 1, 1].map((qty) => {
      fill(state, [[1_000_000, qty]], recorder());
      return state.costBasis.get("AAPL");
    });
    // 10 × 1/3 = 3.33 → 3 goes, 7 stays; 7 × 1/2 = 3.5 → 4 goes (the even one), 3 stays; the last lot takes it.
    expect(basis).toEqual([7, 3, undefined]);
  });

  test("never leaves a negative basis, nor a basis without lots", () => {
    const sales = fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(sales, fc.nat(10 ** 12), (pieces, cost) => {
        const qty = pieces.reduce((sum, piece) => sum + piece, 0);
        const state = fundedAccount("a", 0, { AAPL: qty }, true);
        state.costBasis.set("AAPL", cost);
        acceptOrder(state, orderWith("o1", { side: "sell", qty }));
        let before = cost;
        for (const piece of pieces) {
          fill(state, [[1_000_000, piece]], recorder());
          const after = state.costBasis.get("AAPL") ?? 0;
          expect(after).toBeGreaterThanOrEqual(0);
          expect(after).toBeLessThanOrEqual(before);
          before = after;
        }
        expect(state.costBasis.has("AAPL")).toBe(false);
      }),
    );
  });
});

describe("AC-11: a buy", () => {
  test("adds exactly what was paid to the cost basis", () => {
    const state = fundedAccount("a", 10_000_000, {}, true);
    acceptOrder(state, orderWith("o1", { qty: 1_000_003 }));
    fill(
      state,
      [
        [999_900, 333_333],
        [1_000_000, 666_670],
      ],
      recorder(),
    );
    expect(state.costBasis.get("AAPL")).toBe(notional(AAPL, 999_900, 333_333) + notional(AAPL, 1_000_000, 666_670));
    expect(state.costBasis.get("AAPL")).toBe(balances(state.ledger, CASH).venue);
  });
});

describe("AC-8: the end of an order", () => {
  test.each(["canceled", "expired"] as const)("that is %s releases the hold and keeps what was traded", (cause) => {
    const state = fundedAccount("a", 2_000_000, {});
    const out = recorder();
    acceptOrder(state, orderWith("o1", { qty: 2_000_000 }));
    fill(state, [[1_000_000, 700_000]], recorder());
    applyReport(state, { kind: "closed", orderId: "o1", cause, at: 9 }, 10, out);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, available: 1_300_000 });
    const times = cause === "canceled" ? { canceledAt: 9, expiredAt: null } : { canceledAt: null, expiredAt: 9 };
    expect(out.closedOrders).toMatchObject([{ status: cause, held: 0, filledQty: 700_000, filledAt: 7, ...times }]);
    expect(out.updates).toMatchObject([{ event: cause, order: { status: cause }, price: null }]);
    expect(out.audits).toMatchObject([{ action: `order.${cause}`, body: { filled_qty: "0.7" } }]);
  });

  test("a pending cancel does not hide a fill, and a fill does not hide the pending cancel", () => {
    const state = fundedAccount("a", 2_000_000, {});
    const out = recorder();
    acceptOrder(state, orderWith("o1", { qty: 2_000_000 }));
    applyEntry(state, { kind: "cancel_requested", orderId: "o1", origin: NO_ORIGIN }, 6, out);
    applyReport(state, { kind: "accepted", orderId: "o1", at: 6 }, 6, out);
    fill(state, [[1_000_000, 500_000]], out);
    expect(state.open.get("o1")).toMatchObject({ status: "pending_cancel", filledQty: 500_000 });
    fill(state, [[1_000_000, 1_500_000]], out);
    expect(out.closedOrders).toMatchObject([{ status: "filled" }]);
    expect(out.updates.map(({ event }) => event)).toEqual(["pending_cancel", "new", "partial_fill", "fill"]);
  });

  test("a report for an order that is not open is a defect and throws", () => {
    expect(() => applyReport(fundedAccount("a", 0, {}), filled("o1", 1, 1), 8, recorder())).toThrow(/not open/);
  });
});

test("the average price comes from the exact sum of price × lots, also beyond 2^53", () => {
  const state = fundedAccount("a", 2 ** 52, {});
  const out = recorder();
  acceptOrder(state, orderWith("o1", { qty: 4_000_000_000, limitPrice: 1_000_000_000 }));
  fill(
    state,
    [
      [999_999_900, 3_999_999_999],
      [1_000_000_000, 1],
    ],
    out,
  );
  expect(out.closedOrders[0]?.filledValue).toBe(String(999_999_900n * 3_999_999_999n + 1_000_000_000n));
});

test("AU-1: acceptance, each fill and each refusal are one audit record in the account's order, each with its own id", () => {
  const state = fundedAccount("a", 5_000_000, {});
  const out = recorder();
  const origin = { requestId: "r", ip: "::1", userAgent: "test" };
  applyEntry(state, { kind: "accepted", order: orderWith("o1", { qty: 2_000_000 }), origin }, 5, out);
  fill(
    state,
    [
      [1_000_000, 500_000],
      [1_000_000, 1_500_000],
    ],
    out,
  );
  const ticket = ticketWith({ symbol: "X".repeat(300), qty: null });
  applyEntry(state, { kind: "refused", ticket, refusal: { reason: "invalid_side" }, origin }, 6, out);
  expect(out.audits.map(({ action, result }) => [action, result])).toEqual([
    ["order.accepted", "ok"],
    ["order.filled", "ok"],
    ["order.filled", "ok"],
    ["order.refused", "refused"],
  ]);
  expect(out.audits[0]).toMatchObject({ ...origin, at: 5, accountId: "a", body: { qty: "2", held: "200" } });
  expect(out.audits[1]?.body).toMatchObject({ price: "100", qty: "0.5", notional: "50", leaves_qty: "1.5" });
  const asked = { ...ticket, symbol: "X".repeat(64) };
  expect(out.audits[3]?.body).toEqual({ reason: "invalid_side", ticket: asked });
  expect(new Set(out.audits.map(({ eventId }) => eventId)).size).toBe(4);
});

test("AK-1: a saved and loaded account is the same account", () => {
  const state = fundedAccount("a", 5_000_000, { AAPL: 500, "BTC/USD": 7 });
  acceptOrder(state, orderWith("o1", { qty: 2_000_000 }));
  acceptOrder(state, orderWith("o2", { side: "sell", symbol: "BTC/USD", qty: 7 }));
  fill(state, [[999_000, 300]], recorder());
  expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
});
