import { describe, expect, test } from "vitest";
import { FEE_PLANS } from "../../fees/catalogue.ts";
import { FEE_PLAN_NAMES, type FeePlanName } from "../../fees/planNames.ts";
import { loadFeePlan, saveFeePlan } from "../../fees/savedPlan.ts";
import { refuseSchedule } from "../../fees/schedule.ts";
import { SEEDED } from "../../market/listing.ts";
import { applyEntry } from "../apply.ts";
import { decideSubmit } from "../entry/decide.ts";
import type { OrderTicket } from "../entry/ticket.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { balances, CASH, checkLedger } from "../ledger/ledger.ts";
import { costBasisOf } from "../lots/accountLots.ts";
import { applyReport } from "../orders/reports.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { decideFeePlan } from "./feePlanEntry.ts";
import { newerPlan } from "./accountFees.ts";

/** A Tuesday at noon in New York. */
const NOW = Date.UTC(2026, 10, 24, 17);
const DAY = 86_400_000;
const dollars = (units: number) => String(units / 10_000);

/** An account with cash (dollars) and 1,000 AAPL under a plan. */
function account(plan: FeePlanName | null, cash = 10_000) {
  const state = fundedAccount("a", cash * 10_000, { AAPL: 1_000_000_000 });
  const out = recorder();
  const set = (name: string, at = NOW) => {
    const { entries, set: done } = decideFeePlan(state, name, { by: "admin" }, NO_ORIGIN);
    for (const entry of entries) applyEntry(state, entry, at, out);
    return done;
  };
  let trades = 0;
  return {
    state,
    out,
    set,
    submit: (id: string, changes: Partial<OrderTicket>, at = NOW) => {
      const ticket = ticketWith(changes);
      const hours = { now: at, session: "always", expiry: () => null, accepts: () => false } as const;
      const facts = { known: () => undefined, order: () => undefined, orderId: id, hours, late: false };
      const prices = { marketPrice: null, lastPrice: null };
      const made = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), { ...facts, ...prices }, NO_ORIGIN);
      for (const entry of made.entries) applyEntry(state, entry, at, out);
      return made.outcome.ok ? "ok" : made.outcome.refusal;
    },
    fill: (orderId: string, shares: number, price: number, liquidity: "maker" | "taker" = "taker", at = NOW) => {
      const lots = Math.round(shares * 1_000_000);
      const what = { orderId, tradeId: ++trades, price: Math.round(price * 10_000), qty: lots, liquidity, at };
      applyReport(state, { kind: "fill", ...what }, at, out);
      checkLedger(state.ledger);
      return out.audits.at(-1)?.body ?? {};
    },
    ...(plan === null ? {} : { planned: set(plan) }),
  };
}

const feesOf = (body: Readonly<Record<string, unknown>>) =>
  ((body["fees"] ?? []) as { code: string; amount: string }[])
    .map(({ code, amount }) => `${code} ${amount}`)
    .join(", ");

/** A trading day on which FINRA charges its fee: it does not from October to December 2026. */
const SEPTEMBER = Date.UTC(2026, 8, 15, 15);

const TABLE = `
plan        | order           | fill            | fees
zero        | buy 10 @ 100    | 10 @ 100 taker  |
regulatory  | buy 10 @ 100    | 10 @ 100 taker  |
regulatory  | sell 10 @ 100   | 10 @ 100 taker  | sec 0.03, taf 0.01
maker_taker | buy 10 @ 100    | 10 @ 99 taker   | taker 2.475
maker_taker | buy 10 @ 100    | 4 @ 100 maker   | maker 0.6
maker_taker | sell 10 @ 100   | 10 @ 100 maker  | maker 1.5, sec 0.03, taf 0.01
per_share   | buy 10 @ 100    | 10 @ 100 taker  | per_share 0.05, order_minimum 0.95
per_share   | buy 1 @ 50      | 1 @ 50 taker    | per_share 0.005, order_minimum 0.995, order_maximum -0.5
per_share   | sell 1000 @ 100 | 1000 @ 100 maker| per_share 5, sec 2.06, taf 0.2
`;

describe("PF-47: each fill is charged by the plan of its order, in its own entry", () => {
  for (const line of TABLE.trim().split("\n").slice(1)) {
    const [plan = "", order = "", fill = "", fees = ""] = line.split("|").map((cell) => cell.trim());
    test(`${plan}: ${order}, ${fill}`, () => {
      const { state, out, submit, fill: execute } = account(plan as FeePlanName, 200_000);
      const [side = "", qty = "", , limit = ""] = order.split(" ");
      expect(submit("o1", { side, qty, limitPrice: limit })).toBe("ok");
      const [shares, , price, liquidity] = fill.split(" ");
      const before = balances(state.ledger, CASH);
      const body = execute("o1", Number(shares), Number(price), liquidity as "maker" | "taker", SEPTEMBER);
      expect(feesOf(body)).toBe(fees);
      const after = balances(state.ledger, CASH);
      const fee = after.house - before.house;
      expect(dollars(fee)).toBe(body["fee"] ?? "0");
      const value = (side === "buy" ? 1 : -1) * Number(shares) * Number(price) * 10_000;
      expect(before.available + before.held - after.available - after.held).toBe(value + fee);
      // The fees of a purchase are basis.
      if (side === "buy") expect(costBasisOf(state, "AAPL")).toBe(value + fee);
      expect(out.audits.filter(({ action }) => action === "order.filled")).toHaveLength(1);
    });
  }

  test("an order keeps the plan that it was accepted under; the next one has the new plan", () => {
    const { state, set, submit, fill } = account("maker_taker");
    submit("o1", {});
    set("zero");
    submit("o2", {});
    expect(feesOf(fill("o1", 1, 100))).toBe("taker 0.25");
    expect(feesOf(fill("o2", 1, 100))).toBe("");
    expect([...state.fees.plans.keys()]).toEqual([1, 2]);
    // The next change drops the plan that no open order needs.
    set("per_share");
    expect([...state.fees.plans.keys()]).toEqual([3]);
  });

  test("a plan is stored as data and restored; the same plan again changes nothing, an unknown name is refused", () => {
    const { state, out, set, submit } = account("maker_taker");
    submit("o1", {});
    const loaded = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))));
    expect(loaded).toEqual(state);
    expect(loaded.fees.plans.get(1)).toEqual(loadFeePlan(saveFeePlan(FEE_PLANS.maker_taker)));
    const told = out.audits.length;
    expect(set("maker_taker")).toBe(true);
    expect(out.audits).toHaveLength(told);
    expect(set("constructor")).toBe(false);
    const set1 = out.audits.find(({ action }) => action === "account.fee_plan_set");
    expect(set1?.body).toMatchObject({ number: 1, by: "admin", plan: saveFeePlan(FEE_PLANS.maker_taker) });
  });

  test("an account takes the newer version of its plan once", () => {
    const { state } = account("maker_taker");
    expect(newerPlan(state)).toBeNull();
    state.fees.plans.set(1, { ...FEE_PLANS.maker_taker, version: 0 });
    expect(newerPlan(state)).toEqual(FEE_PLANS.maker_taker);
    applyEntry(
      state,
      { kind: "fee_plan_set", plan: saveFeePlan(FEE_PLANS.maker_taker), origin: NO_ORIGIN },
      NOW,
      recorder(),
    );
    expect(newerPlan(state)).toBeNull();
    expect(newerPlan(account(null).state)).toBeNull();
  });
});

describe("PF-48: a buy holds the most that its fees may be", () => {
  test("it is refused without cash for them, and what they do not need is released", () => {
    const { state, submit, fill } = account("maker_taker", 1_002);
    expect(submit("o1", { qty: "10" })).toEqual({
      reason: "insufficient_buying_power",
      buyingPower: 10_020_000,
      costBasis: 10_025_000,
      largest: { symbol: "AAPL", qty: 9_995_012 },
    });
    expect(submit("o2", { qty: "9" })).toBe("ok");
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 9_022_500, available: 997_500 });
    // A third at a better price, as a maker.
    fill("o2", 3, 99, "maker");
    expect(balances(state.ledger, CASH).held).toBe(6_000_000 + 22_500 - 4_455);
    fill("o2", 6, 100);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, house: 4_455 + 15_000 });
    expect(state.open.size).toBe(0);
  });

  test("the end of an order releases the rest of the reserve", () => {
    const { state, out, submit, fill } = account("per_share");
    submit("o1", { qty: "10" });
    fill("o1", 1, 100);
    applyReport(state, { kind: "closed", orderId: "o1", cause: "canceled", at: NOW }, NOW, out);
    expect(balances(state.ledger, CASH)).toMatchObject({ held: 0, house: 10_000 });
  });

  test("the fees of a sale that brings less are no more than it brings (PF-45)", () => {
    const { state, submit, fill } = account("per_share", 0);
    // At a cent a share the two regulatory fees, rounded up to a cent each, are twice what the sale brings.
    submit("o1", { side: "sell", qty: "100", limitPrice: "0.01" });
    expect(feesOf(fill("o1", 1, 0.01))).toBe(
      "per_share 0.005, order_minimum 0.995, order_maximum -0.9999, proceeds_limit -0.0001, sec 0.01",
    );
    expect(balances(state.ledger, CASH)).toMatchObject({ available: 0, house: 100 });
  });
});

test("PF-46: the tier of a day follows from the 30 days before it", () => {
  const { state, submit, fill } = account("maker_taker", 1_000_000);
  const buy = (id: string, shares: number, at: number) => {
    expect(submit(id, { qty: String(shares) }, at)).toBe("ok");
    return feesOf(fill(id, shares, 100, "taker", at));
  };
  expect(buy("o1", 1_000, NOW)).toBe("taker 250");
  // $100,000 on the day before: the second tier. On the same day the tier is that of its beginning.
  expect(buy("o2", 1, NOW)).toBe("taker 0.25");
  expect(buy("o3", 1, NOW + DAY)).toBe("taker 0.22");
  // 30 trading days are counted as days of the calendar.
  expect(buy("o4", 1, NOW + 40 * DAY)).toBe("taker 0.25");
  expect(state.fees.volume).toHaveLength(1);
});

test("PF-40: every plan of the catalogue is valid, charges no regulatory fee of a purchase, and pays no rebate", () => {
  for (const name of FEE_PLAN_NAMES) {
    const plan = FEE_PLANS[name];
    expect(plan.name).toBe(name);
    for (const schedule of Object.values(plan.schedules)) {
      expect(refuseSchedule(schedule)).toBeNull();
      // The reserve of a purchase counts them once, for one day.
      expect(schedule.regulatory.every(({ sides }) => sides === "sell")).toBe(true);
      // A rebate of one plan might exceed the fee of another.
      expect(schedule.tiers.every((tier) => Math.min(tier.maker, tier.taker, tier.auction) >= 0)).toBe(true);
    }
    expect(plan.schedules.crypto.regulatory).toEqual([]);
  }
});
