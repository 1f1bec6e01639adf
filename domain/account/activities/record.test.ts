import { expect, test } from "vitest";
import type { BookReport } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { balances } from "../ledger/ledger.ts";
import { decideWithdrawal } from "../ledger/withdrawals.ts";
import { applyTransferCommand } from "../ledger/postings.ts";
import { applyReport } from "../orders/reports.ts";
import { newAccount } from "../state/accountState.ts";
import type { AccountEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import type { Order } from "../state/order.ts";
import { fundedAccount, orderWith, recorder } from "../testing.ts";
import { mustBeginActivities } from "./record.ts";
import { recordFill } from "./recordFill.ts";

const ID = "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab";
const SHARE = 1_000_000;

function opened(fields: { readonly activities?: true }) {
  const [state, out] = [newAccount(), recorder()];
  const entry = { kind: "opened", accountId: ID, userId: ID, auditAddress: "audit/0", origin: NO_ORIGIN } as const;
  applyEntry(state, { ...entry, ...fields }, 1_000, out);
  const apply = (...entries: AccountEntry[]) => entries.forEach((each) => applyEntry(state, each, 2_000, out));
  return { state, out, apply };
}

const deposit = (asset: string, amount: number, cost: number) =>
  ({ kind: "deposited", reference: `of ${asset}`, asset, amount, cost, by: ID, origin: NO_ORIGIN }) as const;

test("AC-80: each fill is an activity, with the cash that it moved and the order after it", () => {
  const { state, out, apply } = opened({ activities: true });
  apply(deposit("USD", 5_000_000, 0));
  apply({ kind: "accepted", order: { ...orderWith("o", { qty: 3 * SHARE, rules: 2 }) }, origin: NO_ORIGIN });
  const fill = { kind: "fill", orderId: "o", price: 990_001, liquidity: "maker" } as const;
  const reports: BookReport[] = [
    { ...fill, tradeId: 7, qty: SHARE / 2, at: 2_500 },
    { ...fill, tradeId: 8, qty: 2.5 * SHARE, at: 2_400 },
  ];
  const before = state.ledger.get("USD")?.available;
  for (const report of reports) applyReport(state, report, 3_000, out);
  const fills = out.activities.filter(({ type }) => type === "FILL");
  expect(fills).toMatchObject([
    {
      at: 3_000,
      tradedAt: 2_500,
      side: "buy",
      qty: SHARE / 2,
      cumQty: SHARE / 2,
      status: "partially_filled",
      tradeId: 7,
    },
    {
      at: 3_000,
      tradedAt: 2_400,
      qty: 2.5 * SHARE,
      cumQty: 3 * SHARE,
      leavesQty: 0,
      status: "filled",
      liquidity: "maker",
    },
  ]);
  expect(before).toBe(2_000_000);
  // 3 shares at 99.0001, rounded up once.
  expect(fills.reduce((sum, fill) => sum + ("cash" in fill ? fill.cash : 0), 0)).toBe(2_970_003);
});

test("AC-81: the fees of a fill are in it one by one, and an activity of their own moves their cash", () => {
  const { state, out } = opened({ activities: true });
  const order = { ...orderWith("o", { side: "sell" }), filledQty: SHARE, status: "filled" } as Order;
  const report = {
    kind: "fill",
    orderId: "o",
    tradeId: 7,
    price: 990_000,
    qty: SHARE,
    at: 2_500,
    liquidity: "maker",
  } as const;
  const items = [
    { code: "rebate", amount: -30 },
    { code: "sec", amount: 100 },
  ];
  recordFill(state, order, report, { cash: 990_000, fees: { items, total: 70 }, change: null }, 3_000, out);
  const even = { items: [items[0], { code: "taf", amount: 30 }] as typeof items, total: 0 };
  recordFill(state, order, report, { cash: 990_000, fees: even, change: null }, 3_000, out);
  expect(out.activities).toMatchObject([
    { type: "FILL", side: "sell", cash: 990_000, fees: items },
    { type: "FEE", cash: -70, symbol: "AAPL", qty: 0, reference: "o", description: "Fees of trade 7: rebate, sec" },
    { type: "FILL", fees: even.items },
  ]);
});

test("AC-81: deposits of cash and shares, and withdrawals that left, are activities; one that was voided is none", () => {
  const { state, out, apply } = opened({ activities: true });
  apply(deposit("USD", 5_000_000, 0), deposit("AAPL", 2 * SHARE, 777));
  for (const [nth, kind] of (["post_withdrawal", "void_withdrawal"] as const).entries()) {
    const asked = { reference: `w${nth}`, amount: "100" };
    const known = { byReference: () => undefined };
    const transfers = { address: "transfers/world", ownerRoute: null };
    const { entries } = decideWithdrawal(state, asked, known, ID, 2_000, NO_ORIGIN, transfers);
    apply(...entries);
    const withdrawalId = [...state.withdrawals.keys()][0] ?? "";
    const decision = { kind, transferId: withdrawalId, withdrawalId, by: "another", origin: NO_ORIGIN };
    applyTransferCommand(state, "transfers/world", decision, 4_000, out);
  }
  expect(out.activities).toMatchObject([
    { type: "CSD", at: 2_000, cash: 5_000_000, symbol: null, qty: 0, reference: "of USD" },
    { type: "JNLS", cash: 0, symbol: "AAPL", qty: 2 * SHARE, cost: 777, reference: "of AAPL" },
    { type: "CSW", at: 4_000, cash: -1_000_000, symbol: null, description: "Withdrawal w0" },
  ]);
});

test("AC-82: an account of an earlier release begins its record once, with what it has", () => {
  const old = fundedAccount(ID, 5_000_000, { MSFT: 3 * SHARE, AAPL: SHARE }, true);
  old.costBasis.set("AAPL", 99);
  old.ledger.set("TSLA", { ...balances(old.ledger, "TSLA") });
  // A snapshot of an earlier release lacks the field.
  const { activitiesSince: _, ...saved } = saveAccount(old);
  const state = loadAccount(saved);
  const out = recorder();
  applyEntry(state, deposit("USD", 1, 0), 8_000, out);
  expect(out.activities).toEqual([]);
  expect(mustBeginActivities(state)).toBe(true);
  applyEntry(state, { kind: "activities_began" }, 9_000, out);
  applyEntry(state, { kind: "activities_began" }, 9_500, out);
  expect(out.activities).toMatchObject([
    { type: "MISC", at: 9_000, symbol: "AAPL", qty: SHARE, cost: 99, cash: 0 },
    { type: "MISC", symbol: "MSFT", qty: 3 * SHARE, cost: 0, cash: 0 },
    { type: "MISC", symbol: null, qty: 0, cash: 5_000_001 },
  ]);
  expect(mustBeginActivities(state)).toBe(false);
  expect(loadAccount(saveAccount(state)).activitiesSince).toBe(9_000);
});

test("AC-82: neither a new account nor one that is not open has anything to carry forward", () => {
  expect(mustBeginActivities(newAccount())).toBe(false);
  const { state, out } = opened({ activities: true });
  expect([mustBeginActivities(state), out.activities]).toEqual([false, []]);
  expect(mustBeginActivities(opened({}).state)).toBe(true);
});
