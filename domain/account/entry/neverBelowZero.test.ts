/** RK-13: whatever is asked in whatever sequence, cash and shares are spent once. */
import fc from "fast-check";
import { test, expect } from "vitest";
import { SEEDED } from "../../market/listing.ts";
import { sessionRules } from "../../market/sessionRules.ts";
import { applyEntry } from "../apply.ts";
import { decideDeposit } from "../ledger/deposits.ts";
import { holdMismatches } from "../ledger/holds.ts";
import { balances, CASH, checkLedger } from "../ledger/ledger.ts";
import { decideWithdrawal } from "../ledger/withdrawals.ts";
import { applyReport } from "../orders/reports.ts";
import type { AccountEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { Order } from "../state/order.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideCancel, decideSubmit } from "./decide.ts";
import { validateOrder } from "./validateOrder.ts";

const NOW = Date.UTC(2026, 10, 24, 17);
const TO = crypto.randomUUID();
const MARKET = { marketPrice: 1_000_000, lastPrice: 1_000_000 };
const NONE = { byReference: () => undefined };

const act = fc.oneof(
  fc.record({
    kind: fc.constant("buy" as const),
    qty: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 1, max: 120 }),
  }),
  fc.record({
    kind: fc.constant("sell" as const),
    qty: fc.integer({ min: 1, max: 9 }),
    price: fc.integer({ min: 121, max: 140 }),
  }),
  fc.record({ kind: fc.constant("notional" as const), cents: fc.integer({ min: 100, max: 100_000 }) }),
  fc.record({ kind: fc.constant("withdraw" as const), cents: fc.integer({ min: 1, max: 60_000 }), own: fc.boolean() }),
  fc.record({ kind: fc.constant("deposit" as const), cents: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({ kind: fc.constant("fill" as const), which: fc.nat(20), part: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant("cancel" as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant("settle" as const), which: fc.nat(20), wanted: fc.boolean() }),
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Carries out one act; returns whether it was accepted. */
function trader() {
  const state = fundedAccount("a", 10_000_000, { AAPL: 5_000_000 });
  const out = recorder();
  let ids = 0;
  const apply = (entries: readonly AccountEntry[]) => {
    for (const entry of entries) applyEntry(state, entry, NOW, out);
  };
  const submit = (changes: object): boolean => {
    const ticket = ticketWith(changes);
    const orderId = `o${++ids}`;
    const hours = sessionRules("always", NOW);
    const facts = { ...MARKET, known: () => undefined, order: () => undefined, orderId, hours, late: false };
    const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
    apply(entries);
    if (outcome.ok) applyReport(state, { kind: "accepted", orderId, at: NOW }, NOW, out);
    return outcome.ok;
  };
  const fill = (order: Order, part: number): void => {
    const left = order.qty - order.filledQty;
    const price = order.notional ? 1_000_000 : order.protectionPrice;
    const spent = Number((BigInt(order.filledValue) + 999_999n) / 1_000_000n);
    const cash = order.notional ? Math.floor(((order.notional - spent) * 1_000_000) / price) : left;
    const qty = Math.min(left, cash, Math.max(1, Math.floor(left / part)));
    if (qty < 1) return;
    const trade = { orderId: order.id, tradeId: ++ids, price, qty, liquidity: "taker", at: NOW } as const;
    applyReport(state, { kind: "fill", ...trade }, NOW, out);
  };
  const of = <T>(all: Iterable<T>, which: number): T | undefined => {
    const list = [...all];
    return list[which % list.length];
  };
  const carryOut = (asked: Act): boolean => {
    switch (asked.kind) {
      case "buy":
      case "sell":
        return submit({ side: asked.kind, qty: String(asked.qty), limitPrice: String(asked.price) });
      case "notional": {
        const notional = String(asked.cents / 100);
        return submit({ type: "market", timeInForce: "day", qty: null, limitPrice: null, notional });
      }
      case "withdraw": {
        const request = { reference: `w${++ids}`, amount: String(asked.cents / 100), ...(asked.own ? { to: TO } : {}) };
        const address = { address: "transfers/world", ownerRoute: null };
        const { entries, outcome } = decideWithdrawal(state, request, NONE, "a", NOW, NO_ORIGIN, address);
        apply(entries);
        return outcome.ok;
      }
      case "deposit": {
        const deposit = { reference: `d${++ids}`, symbol: null, amount: String(asked.cents / 100) };
        apply(decideDeposit(state, deposit, undefined, { by: "admin" }, NO_ORIGIN, SEEDED).entries);
        return true;
      }
      case "fill": {
        const order = of(state.open.values(), asked.which);
        if (order !== undefined) fill(order, asked.part);
        return true;
      }
      case "cancel": {
        const order = of(state.open.values(), asked.which);
        if (order === undefined) return true;
        apply(decideCancel(state, order.id, () => undefined, NO_ORIGIN).entries);
        applyReport(state, { kind: "closed", orderId: order.id, cause: "canceled", at: NOW }, NOW, out);
        return true;
      }
      case "settle": {
        const withdrawal = of(state.withdrawals.values(), asked.which);
        if (withdrawal === undefined) return true;
        const kind = asked.wanted ? "withdrawal_settled" : "withdrawal_rejected";
        apply([{ kind, id: withdrawal.id, by: "admin", origin: NO_ORIGIN }]);
        return true;
      }
    }
  };
  return { state, carryOut };
}

test("RK-13, AC-4, AC-8: orders, withdrawals, own transfers and fills in any sequence leave nothing below zero", () => {
  let refusals = 0;
  fc.assert(
    fc.property(fc.array(act, { minLength: 50, maxLength: 150 }), (acts) => {
      const { state, carryOut } = trader();
      for (const asked of acts) {
        if (!carryOut(asked)) refusals++;
        checkLedger(state.ledger);
        expect(balances(state.ledger, CASH).available).toBeGreaterThanOrEqual(0);
        expect(balances(state.ledger, "AAPL").available).toBeGreaterThanOrEqual(0);
        expect(holdMismatches(state)).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
  expect(refusals).toBeGreaterThan(100);
});
