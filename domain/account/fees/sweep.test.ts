import { expect, test } from "vitest";
import { ZERO_SCHEDULE, type FeeSchedule } from "../../fees/schedule.ts";
import { US_EQUITY_FEES } from "../../fees/regulatory.ts";
import { saveFeePlan } from "../../fees/savedPlan.ts";
import { endOfTradingDay, tradingDayOf } from "../../market/session.ts";
import { applyEntry } from "../apply.ts";
import { balances, CASH, checkLedger } from "../ledger/ledger.ts";
import { applyReport } from "../orders/reports.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";
import { dueSweep, owedFees, SWEEP_SPREAD_MS, sweepsAt } from "./sweep.ts";

/** A Tuesday at noon in New York, and the days after it. */
const NOW = Date.UTC(2026, 7, 25, 17);
const DAY = 86_400_000;
const TUESDAY = tradingDayOf(NOW);
const HOUSE = "house/world-3";

/** Takers pay 10 basis points, makers get 5; the fees of regulators are passed on. */
const SCHEDULE: FeeSchedule = {
  ...ZERO_SCHEDULE,
  name: "rebates",
  tiers: [{ from: 0, maker: -500, taker: 1_000, auction: 0 }],
  regulatory: US_EQUITY_FEES,
};

/** An account with such a plan, whose commits sweep what is due first, as the machine's do. */
function account(schedule = SCHEDULE) {
  const state = fundedAccount("a", 100_000_000, { AAPL: 1_000_000_000 });
  const out = recorder();
  const plan = { name: "custom", version: 1, schedules: { us_equity: schedule, crypto: schedule } };
  const sweep = (at: number) => {
    const due = dueSweep(state, at, HOUSE);
    if (due !== null) applyEntry(state, due, at, out);
    return due;
  };
  sweep(NOW);
  applyEntry(state, { kind: "fee_plan_set", plan: saveFeePlan(plan), by: "admin", origin: NO_ORIGIN }, NOW, out);
  let trades = 0;
  const fill = (side: "buy" | "sell", liquidity: "maker" | "taker", at: number, shares = 10) => {
    sweep(at);
    const [id, lots] = [`o${++trades}`, shares * 1_000_000];
    const order = { ...orderWith(id, { side, qty: lots }), feePlan: 1, feeReserve: shares * 10_000 };
    applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, at, out);
    const what = { orderId: id, tradeId: trades, price: 1_000_000, qty: lots, liquidity, at };
    applyReport(state, { kind: "fill", ...what }, at, out);
    checkLedger(state.ledger);
  };
  const messages = () => out.swept.map(({ swept }) => swept);
  return { state, out, sweep, fill, messages };
}

test("PF-52: the first commit after a trading day sends its fees, once, by kind", () => {
  const { state, out, sweep, fill, messages } = account();
  fill("sell", "taker", NOW);
  fill("buy", "taker", NOW + 1);
  // Two takers of $1,000 each, and the fees of regulators on the sale.
  expect(owedFees(state)).toBe(10_000 + 10_000 + 300 + 100);
  const end = endOfTradingDay(NOW);
  expect(sweep(end - 1)).toBeNull();
  expect(sweep(end)).toEqual({ kind: "fees_swept", day: TUESDAY, to: HOUSE });
  const sent = { kind: "fees_swept", day: TUESDAY, amount: 20_400, regulatory: [["sec", 300], ["taf", 100]] } as const; // prettier-ignore
  expect(out.swept).toEqual([{ to: HOUSE, swept: sent }]);
  expect([owedFees(state), balances(state.ledger, CASH).house]).toEqual([0, 20_400]);
  for (const at of [end, end + DAY / 2, end + DAY, end + 5 * DAY]) expect(sweep(at)).toBeNull();
  expect(out.audits.at(-1)).toMatchObject({
    action: "fees.swept",
    body: {
      day: "2026-08-25",
      amount: "2.04",
      house: HOUSE,
      regulatory: [
        { code: "sec", amount: "0.03" },
        { code: "taf", amount: "0.01" },
      ],
    },
  });
  fill("buy", "taker", end + 5 * DAY);
  fill("buy", "taker", end + 6 * DAY);
  // The day of the fees, however late the commit is that sends them.
  sweep(end + 20 * DAY);
  expect(messages().map(({ day, amount }) => [day - TUESDAY, amount])).toEqual([
    [0, 20_400],
    [6, 10_000],
    [7, 10_000],
  ]);
});

test("PF-52: rebates are sent as a negative amount, and also what a rebate equals", () => {
  const { state, sweep, fill, messages } = account();
  fill("buy", "maker", NOW);
  sweep(endOfTradingDay(NOW));
  expect(messages()).toEqual([{ kind: "fees_swept", day: TUESDAY, amount: -5_000, regulatory: [] }]);
  const tiers = [{ from: 0, maker: -40, taker: 40, auction: 0 }];
  const even = account({ ...SCHEDULE, tiers });
  even.fill("sell", "maker", NOW);
  expect(owedFees(even.state)).toBe(0);
  expect(even.sweep(endOfTradingDay(NOW))).not.toBeNull();
  expect(even.messages()).toMatchObject([{ amount: 0, regulatory: [["sec", 300], ["taf", 100]] }]); // prettier-ignore
  expect([sweepsAt(even.state), sweepsAt(state)]).toEqual([null, null]);
});

test("PF-52: an account wakes for its sweep at a time of its own, and sleeps when it has nothing to send", () => {
  const { state, fill } = account();
  expect(sweepsAt(state)).toBeNull();
  fill("buy", "taker", NOW);
  expect(sweepsAt({ ...state, type: "paper" })).toBeNull();
  const end = endOfTradingDay(NOW);
  const hours = new Map<number, number>();
  for (let n = 0; n < 4_000; n++) {
    const after = (sweepsAt({ ...state, accountId: `account ${n}` }) ?? 0) - end;
    expect(after >= 0 && after < SWEEP_SPREAD_MS).toBe(true);
    hours.set(Math.floor(after / 3_600_000), (hours.get(Math.floor(after / 3_600_000)) ?? 0) + 1);
  }
  expect([...hours.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 3]);
  for (const count of hours.values()) expect(count).toBeGreaterThan(900);
});

test("PF-52: an account that was closed sends what it still has to send", () => {
  const { state, sweep, fill, messages } = account();
  fill("buy", "taker", NOW);
  applyEntry(state, { kind: "closed", origin: NO_ORIGIN }, NOW + 1, recorder());
  expect(sweepsAt(state)).not.toBeNull();
  sweep(endOfTradingDay(NOW));
  expect(messages()).toMatchObject([{ amount: 10_000 }]);
});

test("PF-52: a snapshot knows what was sent; one of an earlier release has sent nothing, and all of it is the exchange's", () => {
  const { state, sweep, fill, messages } = account();
  fill("sell", "taker", NOW);
  expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
  const saved = saveAccount(state);
  const { swept: _, regulatory: __, ...fees } = saved.fees ?? { current: 0, plans: [], volume: [] };
  const old = loadAccount(JSON.parse(JSON.stringify({ ...saved, fees })));
  const out = recorder();
  const end = endOfTradingDay(NOW);
  const due = dueSweep(old, end, HOUSE);
  if (due !== null) applyEntry(old, due, end, out);
  expect(out.swept.map(({ swept }) => [swept.amount, swept.regulatory])).toEqual([[10_400, []]]);
  sweep(end);
  expect(messages()).toMatchObject([{ amount: 10_400 }]);
  expect(loadAccount(JSON.parse(JSON.stringify(saveAccount(state))))).toEqual(state);
  expect(saveAccount(fundedAccount("b", 1, {})).fees).toEqual({ current: 0, plans: [], volume: [] });
});
