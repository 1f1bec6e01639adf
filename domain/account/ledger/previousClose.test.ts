import { expect, test } from "vitest";
import type { BookReport } from "../../matching/messages.ts";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { newAccount } from "../state/accountState.ts";
import type { AccountEntry } from "../state/entries.ts";
import type { AccountState } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { holdingsAtClose } from "./previousClose.ts";
import { applyReport } from "../orders/reports.ts";
import { orderWith, recorder } from "../testing.ts";

/** Friday noon in New York. A trading day ends at 20:00, which is 1:00 UTC of the next date in winter. */
const FRIDAY = Date.UTC(2026, 10, 20, 17);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FRIDAY_END = Date.UTC(2026, 10, 21, 1);

const OPENED = { kind: "opened", accountId: "a", userId: "a", auditAddress: "audit/0", origin: NO_ORIGIN } as const;

function deposit(asset: string, amount: number, reference = asset): AccountEntry {
  return { kind: "deposited", reference, asset, amount, cost: 0, by: "test", origin: NO_ORIGIN };
}

/** An account with $1,000 that was opened on Friday and has bought one share at $100 on that day. */
function setUp() {
  const out = recorder();
  const state = newAccount();
  const apply = (entry: AccountEntry, now: number) => applyEntry(state, entry, now, out);
  const report = (facts: object, now: number) => applyReport(state, { at: now, ...facts } as BookReport, now, out);
  const buy = (id: string, now: number) => {
    apply({ kind: "accepted", order: orderWith(id, {}), origin: NO_ORIGIN }, now);
    report({ kind: "accepted", orderId: id }, now);
  };
  const fill = (orderId: string, now: number) =>
    report({ kind: "fill", orderId, tradeId: 1, price: 1_000_000, qty: 1_000_000, liquidity: "maker" }, now);
  apply(OPENED, FRIDAY);
  apply(deposit("USD", 10_000_000), FRIDAY);
  return { state, apply, buy, fill };
}

const loaded = (state: AccountState) => loadAccount(JSON.parse(JSON.stringify(saveAccount(state))));

test("AC-48: on its first day the previous close is what was paid in, less what was paid out", () => {
  const { state, apply, buy, fill } = setUp();
  buy("o1", FRIDAY + HOUR);
  fill("o1", FRIDAY + HOUR);
  apply(deposit("MSFT", 5_000_000), FRIDAY + HOUR);
  const asked = { kind: "withdrawal_requested", id: "w", reference: "r", amount: 1_000_000, by: "a" } as const;
  apply({ ...asked, origin: NO_ORIGIN }, FRIDAY + HOUR);
  expect(holdingsAtClose(state, FRIDAY_END - 1)).toEqual({ cash: 10_000_000, lots: [["MSFT", 5_000_000]] });
  apply({ kind: "withdrawal_settled", id: "w", by: "b", origin: NO_ORIGIN }, FRIDAY + HOUR);
  expect(holdingsAtClose(state, FRIDAY_END - 1)).toEqual({ cash: 9_000_000, lots: [["MSFT", 5_000_000]] });
});

test("AC-48: after a close the previous close includes holds, and does not depend on when commits happen", () => {
  const { state, apply, buy, fill } = setUp();
  buy("o1", FRIDAY + HOUR);
  fill("o1", FRIDAY + HOUR);
  buy("o2", FRIDAY_END - 1);
  const friday = {
    cash: 9_000_000,
    lots: [["AAPL", 1_000_000]],
  };
  // A dormant account has no commit since.
  expect(holdingsAtClose(state, FRIDAY_END)).toEqual(friday);
  expect(holdingsAtClose(state, FRIDAY_END + 30 * DAY)).toEqual(friday);
  // The first commits of the next day are a fill and a deposit.
  fill("o2", FRIDAY_END);
  apply(deposit("USD", 7_000_000, "second"), FRIDAY_END + HOUR);
  expect(holdingsAtClose(state, FRIDAY_END + 2 * HOUR)).toEqual(friday);
  expect(holdingsAtClose(loaded(state), FRIDAY_END + 2 * HOUR)).toEqual(friday);
  expect(loaded(state)).toEqual(state);
  const saturday = { cash: 15_000_000, lots: [["AAPL", 2_000_000]] };
  expect(holdingsAtClose(state, FRIDAY_END + DAY)).toEqual(saturday);
  buy("o3", FRIDAY_END + 5 * DAY);
  fill("o3", FRIDAY_END + 5 * DAY);
  expect(holdingsAtClose(state, FRIDAY_END + 5 * DAY)).toEqual(saturday);
});

test("AC-48, AK-7: the previous close of an account from an earlier release is its current holdings", () => {
  const { state, buy, fill } = setUp();
  buy("o1", FRIDAY + HOUR);
  fill("o1", FRIDAY + HOUR);
  const { dayEnd: _, atClose: __, ...saved } = saveAccount(state);
  const old = loadAccount(JSON.parse(JSON.stringify(saved)));
  const now = { cash: 9_000_000, lots: [["AAPL", 1_000_000]] };
  expect(holdingsAtClose(old, FRIDAY + 2 * HOUR)).toEqual(now);
  applyEntry(old, deposit("USD", 1, "later"), FRIDAY + DAY, recorder());
  expect(holdingsAtClose(old, FRIDAY + DAY)).toEqual(now);
});
