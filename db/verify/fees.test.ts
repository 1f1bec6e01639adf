import fc from "fast-check";
import { expect, test } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import { decideCancel, decideSubmit } from "../../domain/account/entry/decide.ts";
import { decideReplace } from "../../domain/account/entry/decideReplace.ts";
import { sessionRules } from "../../domain/market/sessionRules.ts";
import { validateOrder } from "../../domain/account/entry/validateOrder.ts";
import { validateReplace } from "../../domain/account/entry/validateReplace.ts";
import { decideFeePlan } from "../../domain/account/fees/feePlanEntry.ts";
import { holdMismatches } from "../../domain/account/ledger/holds.ts";
import { balances, CASH, checkLedger } from "../../domain/account/ledger/ledger.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import type { AccountEntry } from "../../domain/account/state/entries.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { loadAccount, saveAccount } from "../../domain/account/state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../../domain/account/testing.ts";
import { FEE_PLAN_NAMES } from "../../domain/fees/planNames.ts";
import { SEEDED } from "../../domain/market/listing.ts";
import type { BookReport } from "../../domain/matching/messages.ts";
import { AccountFold } from "./accountFold.ts";
import type { Facts } from "./balanceFold.ts";

/** A Tuesday at noon in New York. */
const BEGIN = Date.UTC(2026, 10, 24, 17);
const DAY = 86_400_000;

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("order"), side: fc.constantFrom("buy", "sell"), qty: fc.integer({ min: 1, max: 60 }), price: fc.integer({ min: 1, max: 12_000 }) }) }, // prettier-ignore
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("fill"), which: fc.nat(9), part: fc.integer({ min: 1, max: 10 }), better: fc.nat(300), maker: fc.boolean() }) }, // prettier-ignore
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("replace"), which: fc.nat(9), qty: fc.integer({ min: 1, max: 90 }), price: fc.integer({ min: 1, max: 12_000 }), taken: fc.boolean() }) }, // prettier-ignore
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel"), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("plan"), name: fc.constantFrom(...FEE_PLAN_NAMES) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("day") }) },
);

type Step = {
  readonly kind: string;
  readonly side?: string;
  readonly qty?: number;
  readonly price?: number;
  readonly which?: number;
  readonly part?: number;
  readonly better?: number;
  readonly maker?: boolean;
  readonly taken?: boolean;
  readonly name?: string;
};

/** An account with little cash whose book answers at once, except that fills come between a replace and its answer. */
function world() {
  const state = fundedAccount("a", 5_000_000, { AAPL: 400_000_000 });
  const out = recorder();
  const fold = new AccountFold();
  fold.cash = 5_000_000;
  fold.holding("AAPL").available = 400_000_000;
  const [told, now] = [{ count: 0 }, { at: BEGIN }];
  let [orders, trades] = [0, 0];
  const check = () => {
    checkLedger(state.ledger);
    expect(holdMismatches(state)).toEqual([]);
    expect(balances(state.ledger, CASH).available).toBeGreaterThanOrEqual(0);
    for (; told.count < out.audits.length; told.count++) {
      const facts = JSON.parse(JSON.stringify(out.audits[told.count])) as Facts;
      expect([facts.action, fold.apply(facts)]).toEqual([facts.action, null]);
    }
    const { available, held, house } = balances(state.ledger, CASH);
    expect([fold.cash, fold.held, fold.house]).toEqual([available, held, house]);
    expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
  };
  const apply = (entries: readonly AccountEntry[]) => {
    for (const entry of entries) applyEntry(state, entry, now.at, out);
  };
  const report = (facts: object) => applyReport(state, { at: now.at, ...facts } as BookReport, now.at, out);
  const prices = { marketPrice: null, lastPrice: null };
  const hours = () => sessionRules("always", now.at);
  const pick = (which = 0) => {
    const open = [...state.open.values()].filter(({ status }) => status === "new" || status === "partially_filled");
    return open[which % Math.max(1, open.length)];
  };
  const steps: Record<string, (asked: Step) => void> = {
    order: ({ side = "buy", qty = 1, price = 1 }) => {
      const ticket = ticketWith({
        side,
        qty: String(qty),
        limitPrice: String(price / 100),
        selfTrade: "cancel_oldest",
      } as object);
      const orderId = `o${++orders}`;
      const facts = { known: () => undefined, order: () => undefined, orderId, hours: hours(), late: false, ...prices };
      const { entries, outcome } = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), facts, NO_ORIGIN);
      apply(entries);
      if (outcome.ok) report({ kind: "accepted", orderId });
    },
    fill: ({ which, part = 1, better = 0, maker = false }) => {
      const order = pick(which);
      if (order === undefined) return;
      const qty = Math.max(1, Math.floor(((order.qty - order.filledQty) * part) / 10));
      const limit = order.limitPrice ?? 0;
      const price = Math.max(1, order.side === "buy" ? limit - better : limit + better);
      const liquidity = maker ? "maker" : "taker";
      report({ kind: "fill", orderId: order.id, tradeId: ++trades, price, qty, liquidity });
    },
    replace: ({ which, qty = 1, price = 1, taken = false }) => {
      const order = pick(which);
      if (order === undefined) return;
      const newOrderId = `o${++orders}`;
      const ticket = { qty: String(qty), limitPrice: String(price / 100), stopPrice: null, trail: null, timeInForce: null, goodTil: null, clientOrderId: null } as const; // prettier-ignore
      const facts = { known: () => undefined, order, newOrderId, hours: hours(), instruments: SEEDED, late: false };
      const read = (old: typeof order) => validateReplace(old, ticket, SEEDED);
      const made = decideReplace(state, order.id, ticket, read, { ...facts, ...prices }, NO_ORIGIN);
      apply(made.entries);
      if (!made.outcome.ok) return;
      check();
      const left = order.qty - order.filledQty;
      const lots = Math.floor(left / 2);
      const filled = {
        kind: "fill",
        orderId: order.id,
        tradeId: ++trades,
        price: order.limitPrice,
        liquidity: "taker",
      };
      if (taken && lots > 0 && order.filledQty + lots < qty * 1_000_000) {
        report({ ...filled, qty: lots });
      }
      if (order.filledQty < qty * 1_000_000) report({ kind: "replaced", orderId: order.id, newOrderId });
      else report({ kind: "replace_rejected", orderId: order.id, newOrderId });
    },
    cancel: ({ which }) => {
      const order = pick(which);
      if (order === undefined) return;
      apply(decideCancel(state, order.id, () => undefined, NO_ORIGIN).entries);
      report({ kind: "closed", orderId: order.id, cause: "canceled" });
    },
    plan: ({ name = "zero" }) => apply(decideFeePlan(state, name, { by: "admin" }, NO_ORIGIN).entries),
    day: () => {
      now.at += DAY;
    },
  };
  return {
    play: (asked: Step) => {
      steps[asked.kind]?.(asked);
      check();
    },
    out,
  };
}

test("PF-43, PF-45, PF-48, AU-20: whatever happens, cash is never below zero and the trail gives every fee", () => {
  let fees = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 30, maxLength: 80 }), (all) => {
      const { play, out } = world();
      play({ kind: "plan", name: "maker_taker" });
      for (const one of all) play(one);
      fees += out.audits.filter(({ body }) => body["fee"] !== undefined).length;
    }),
    { numRuns: 150 },
  );
  expect(fees).toBeGreaterThan(500);
});

test("AU-20: a fee that its items do not sum to, or that exceeds what was held for it, is a contradiction", () => {
  const { play, out } = world();
  play({ kind: "plan", name: "maker_taker" });
  play({ kind: "order", side: "buy", qty: 2, price: 10_000 });
  play({ kind: "fill", part: 10 });
  const facts = out.audits.map((record) => JSON.parse(JSON.stringify(record)) as Facts);
  const wrongOf = (change: (body: Record<string, unknown>) => void) => {
    const fold = new AccountFold();
    fold.cash = 5_000_000;
    fold.holding("AAPL").available = 400_000_000;
    return facts
      .map((fact) => {
        const body = structuredClone(fact.body) as Record<string, unknown>;
        if (fact.action === "order.filled") change(body);
        return fold.apply({ ...fact, body });
      })
      .find((wrong) => wrong !== null);
  };
  expect(wrongOf(() => undefined)).toBeUndefined();
  expect(wrongOf((body) => (body["fee"] = "0.4"))).toBe("its fee is 0.4, and its items sum to 5000");
  expect(wrongOf((body) => (body["fees"] = []))).toContain("its items sum to 0");
  const twice = { fee: "1", fees: [{ code: "taker", amount: "1" }] };
  expect(wrongOf((body) => Object.assign(body, twice))).toBe("its fees exceed its cash");
  expect(wrongOf((body) => delete body["fee"] && delete body["fees"])).toContain("its after says cash");
});
