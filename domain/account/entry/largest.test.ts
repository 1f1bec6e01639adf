/** RK-11: the largest size that a refusal names passes, and one lot more does not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatDecimal } from "../../decimal.ts";
import { FEE_PLAN_NAMES } from "../../fees/planNames.ts";
import { InstrumentList } from "../../market/instruments.ts";
import { requireInstrument, SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { NO_LIMITS } from "../../risk/limits.ts";
import { applyEntry } from "../apply.ts";
import { decideFeePlan } from "../fees/feePlanEntry.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { fundedAccount, orderWith, recorder, ticketWith } from "../testing.ts";
import { decideSubmit } from "./decide.ts";
import { decideReplace } from "./decideReplace.ts";
import type { Refusal } from "./refusal.ts";
import { validateOrder } from "./validateOrder.ts";
import { validateReplace } from "./validateReplace.ts";

const NOW = Date.UTC(2026, 10, 24, 17);
const MARKET = { marketPrice: 1_000_000, lastPrice: 1_000_000 };
const FACTS = { ...MARKET, known: () => undefined, hours: sessionRules("always", NOW), late: false };
const AAPL = requireInstrument("AAPL");
const AMOUNTS = ["insufficient_buying_power", "insufficient_settled_cash", "insufficient_qty", "order_limit"];

test("RK-11, PF-61: a largest size of coins is what settled cash pays for", () => {
  const state = fundedAccount("a", 1_000_000, { AAPL: 3_000_000 });
  const out = recorder();
  applyEntry(state, { kind: "settlement_began" }, NOW, out);
  const submit = (changes: object, orderId: string) => {
    const ticket = ticketWith(changes);
    const facts = { ...FACTS, order: () => undefined, orderId };
    const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    for (const entry of entries) applyEntry(state, entry, NOW, out);
    return outcome;
  };
  // Proceeds of $200 that have not settled, beside $100 that have.
  expect(submit({ side: "sell", qty: "2", limitPrice: "100" }, "o1").ok).toBe(true);
  const fill = { tradeId: 1, price: 1_000_000, qty: 2_000_000, liquidity: "taker", at: NOW } as const;
  applyReport(state, { kind: "fill", orderId: "o1", ...fill }, NOW, out);
  const coin = { symbol: "BTC/USD", timeInForce: "gtc", limitPrice: "100" };
  const refused = submit({ ...coin, qty: "5" }, "o2");
  const largest = { symbol: "BTC/USD", qty: 10 ** requireInstrument("BTC/USD").qtyDecimals };
  expect(refused).toMatchObject({ refusal: { reason: "insufficient_buying_power", largest } });
  expect(submit({ ...coin, qty: "1.00001" }, "o3")).toMatchObject({ refusal: { reason: "insufficient_settled_cash" } });
  expect(submit({ ...coin, qty: "1" }, "o4").ok).toBe(true);
});

const shares = (lots: number): string => formatDecimal(lots, AAPL.qtyDecimals);

function listedWith(lot: number) {
  return new InstrumentList([...SEEDED.all, { ...AAPL, lot, version: 9 }]);
}

/** The largest size that a refusal of an amount names; null when the order passes or is refused for another reason. */
function largestOf(refusal: Refusal | null): { qty?: number; notional?: number } | null {
  if (refusal === null || !AMOUNTS.includes(refusal.reason)) return null;
  const largest = "largest" in refusal ? refusal.largest : undefined;
  expect(largest).toMatchObject({ symbol: "AAPL" });
  return largest ?? null;
}

interface Given {
  readonly cash: number;
  readonly owned: number;
  readonly plan: (typeof FEE_PLAN_NAMES)[number];
  readonly limits: object;
  /** The cash that has not settled, out of 4 parts, in an account that is restricted to settled cash; null: it is not. */
  readonly unsettled: number | null;
}

function setUp({ cash, owned, plan, limits, unsettled }: Given): AccountState {
  // Proceeds of MSFT at $100.
  const proceeds = Math.floor((cash * (unsettled ?? 0)) / 4);
  const state = fundedAccount("a", cash - proceeds, {
    ...(owned > 0 && { AAPL: owned }),
    ...(proceeds > 0 && { MSFT: proceeds }),
  });
  const out = recorder();
  if (unsettled !== null) {
    applyEntry(state, { kind: "settlement_began" }, NOW, out);
    if (state.settlement !== null) state.settlement.record.violations = { newest: [], restrictedThrough: 30_000 };
  }
  if (proceeds > 0) {
    const sale = orderWith("s", { symbol: "MSFT", side: "sell", qty: proceeds, rules: 2 });
    applyEntry(state, { kind: "accepted", order: sale, origin: NO_ORIGIN }, NOW, out);
    const fill = { kind: "fill", orderId: "s", tradeId: 9, price: 1_000_000, liquidity: "maker", at: NOW } as const;
    applyReport(state, { ...fill, qty: proceeds }, NOW, out);
  }
  const entries = [...decideFeePlan(state, plan, { by: "admin" }, NO_ORIGIN).entries];
  for (const entry of entries) applyEntry(state, entry, NOW, out);
  const changes = { limits: { ...NO_LIMITS, ...limits } };
  applyEntry(state, { kind: "settings_changed", changes, origin: NO_ORIGIN }, NOW, out);
  return state;
}

const account = {
  cash: fc.integer({ min: 0, max: 100_000_000 }),
  unsettled: fc.constantFrom(null, 1, 2, 3, 4),
  owned: fc.constantFrom(0, 1, 500_000, 1_234_567, 3_000_000),
  plan: fc.constantFrom(...FEE_PLAN_NAMES),
  lot: fc.constantFrom(1, 1_000, 250_000, 1_000_000),
  limits: fc.constantFrom(
    {},
    { orderValue: 5_000_000 },
    { positionValue: 7_777_777 },
    { symbols: [{ symbol: "AAPL", orderQty: 1_500_001, orderValue: null, positionQty: 2_000_000 }] },
  ),
};
const price = fc.constantFrom("0.01", "1.01", "33.33", "100", "99999.99");

test("RK-11: of a new order", () => {
  const order = fc.record({
    ...account,
    price,
    side: fc.constantFrom("buy", "sell"),
    qty: fc.integer({ min: 1, max: 20_000_000 }),
  });
  let [refusals, settled] = [0, 0];
  fc.assert(
    fc.property(order, ({ lot, price: limitPrice, side, qty, ...given }) => {
      const state = setUp(given);
      const instruments = listedWith(lot);
      const submit = (lots: number): Refusal | null => {
        const ticket = ticketWith({ side, qty: shares(lots), limitPrice });
        const facts = { ...FACTS, order: () => undefined, orderId: "o" };
        const { outcome } = decideSubmit(state, ticket, validateOrder(ticket, instruments), facts, NO_ORIGIN);
        return outcome.ok ? null : outcome.refusal;
      };
      const refusal = submit(qty - (qty % lot) + lot);
      const largest = largestOf(refusal);
      if (largest === null) return;
      refusals++;
      if (refusal?.reason === "insufficient_settled_cash") settled++;
      const { qty: most = Number.NaN } = largest;
      if (most > 0) expect(submit(most)).toBe(null);
      const more = most % lot === 0 ? most + lot : most + 1;
      expect(submit(more)).not.toBe(null);
    }),
    { numRuns: 500 },
  );
  expect(refusals).toBeGreaterThan(100);
  expect(settled).toBeGreaterThan(0);
});

test("RK-11: of a notional", () => {
  const order = fc.record({ ...account, cents: fc.integer({ min: 100, max: 2_000_000 }) });
  let [refusals, settled] = [0, 0];
  fc.assert(
    fc.property(order, ({ cents, ...given }) => {
      const state = setUp(given);
      const submit = (of: number): Refusal | null => {
        const notional = formatDecimal(of, 2);
        const ticket = ticketWith({ type: "market", timeInForce: "day", limitPrice: null, qty: null, notional });
        const facts = { ...FACTS, order: () => undefined, orderId: "o" };
        const { outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
        return outcome.ok ? null : outcome.refusal;
      };
      const refusal = submit(cents);
      const largest = largestOf(refusal);
      if (largest === null) return;
      refusals++;
      if (refusal?.reason === "insufficient_settled_cash") settled++;
      const most = (largest.notional ?? Number.NaN) / 100;
      if (most > 0) expect(submit(most)).toBe(null);
      expect(submit(most + 1)).not.toBe(null);
    }),
    { numRuns: 300 },
  );
  expect(refusals).toBeGreaterThan(30);
  expect(settled).toBeGreaterThan(0);
});

test("RK-11: of a replace, in all of its quantity", () => {
  const replace = fc.record({
    ...account,
    filled: fc.integer({ min: 0, max: 900_000 }),
    side: fc.constantFrom("buy" as const, "sell" as const),
    qty: fc.integer({ min: 1_000_001, max: 20_000_000 }),
  });
  let [refusals, settled] = [0, 0];
  fc.assert(
    fc.property(replace, ({ filled, side, qty, ...given }) => {
      const state = setUp({ ...given, cash: given.cash + 2_000_000, owned: given.owned + 1_000_000 });
      const out = recorder();
      const first = orderWith("o1", { side, rules: 2 });
      applyEntry(state, { kind: "accepted", order: first, origin: NO_ORIGIN }, NOW, out);
      applyReport(state, { kind: "accepted", orderId: "o1", at: NOW }, NOW, out);
      const fill = { kind: "fill", orderId: "o1", tradeId: 1, price: 1_000_000, liquidity: "maker", at: NOW } as const;
      if (filled > 0) applyReport(state, { ...fill, qty: filled }, NOW, out);
      const order = state.open.get("o1");
      const change = (lots: number): Refusal | null => {
        const none = { limitPrice: null, stopPrice: null, trail: null, timeInForce: null, clientOrderId: null };
        const ticket = { ...none, goodTil: null, qty: shares(lots) };
        const facts = { ...FACTS, order, newOrderId: "o2", instruments: SEEDED };
        const read = (old: Parameters<typeof validateReplace>[0]) => validateReplace(old, ticket, SEEDED);
        const { outcome } = decideReplace(state, "o1", ticket, read, facts, NO_ORIGIN);
        return outcome.ok ? null : outcome.refusal;
      };
      const refusal = change(qty);
      const largest = largestOf(refusal);
      if (largest === null) return;
      refusals++;
      if (refusal?.reason === "insufficient_settled_cash") settled++;
      const { qty: most = Number.NaN } = largest;
      // The quantity that the order has is no change.
      if (most > 1_000_000) expect(change(most)).toBe(null);
      if (most >= 1_000_000) expect(change(most + 1)).not.toBe(null);
    }),
    { numRuns: 300 },
  );
  expect(refusals).toBeGreaterThan(100);
  expect(settled).toBeGreaterThan(0);
});
