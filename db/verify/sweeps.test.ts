import { expect, test } from "vitest";
import { applyFees, applyHouseEntry, newHouse } from "../../domain/house/houseAccount.ts";
import type { FeesSwept } from "../../domain/house/messages.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { recorder } from "../../domain/account/testing.ts";
import { applyEntry } from "../../domain/account/apply.ts";
import { applyReport } from "../../domain/account/orders/reports.ts";
import { dueSweep } from "../../domain/account/fees/sweep.ts";
import { FEE_PLANS } from "../../domain/fees/catalogue.ts";
import { saveFeePlan } from "../../domain/fees/savedPlan.ts";
import { newAccount } from "../../domain/account/state/accountState.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import { orderWith } from "../../domain/account/testing.ts";
import { auditText, lineStart } from "../../protocol/audit/line.ts";
import { houseAccountId } from "../../protocol/ids/residency.ts";
import { AccountsVerifier } from "./accounts.ts";

const NOW = Date.UTC(2026, 7, 25, 17);
const DAY = 86_400_000;
const HOUSE = houseAccountId("world-0");
const [ADA, BEN] = ["11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"];
const record = (audits: AuditRecord[]) => ({ audit: (_: string, each: AuditRecord) => void audits.push(each) });

/** The events of two accounts that trade on each of some days with fees, and of the house account. */
function events(days: number): AuditRecord[] {
  const audits: AuditRecord[] = [];
  const out = { ...recorder(), ...record(audits) };
  const house = newHouse();
  const houseOut = { ...record(audits), received: () => undefined };
  applyHouseEntry(house, { kind: "house_opened", accountId: HOUSE, auditAddress: "audit/0" }, NOW, houseOut);
  const accounts = [ADA, BEN].map((accountId) => {
    const state = newAccount();
    const owner = { accountId, userId: accountId, auditAddress: "audit/0" };
    applyEntry(state, { kind: "opened", ...owner, lots: true, origin: NO_ORIGIN }, NOW, out);
    for (const [asset, amount] of [
      ["USD", 100_000_000],
      ["AAPL", 500_000_000],
    ] as const) {
      // prettier-ignore
      const deposit = { kind: "deposited", reference: asset, asset, amount, cost: 0, by: "x", origin: NO_ORIGIN } as const; // prettier-ignore
      applyEntry(state, deposit, NOW, out);
    }
    const plan = saveFeePlan(FEE_PLANS.maker_taker);
    applyEntry(state, { kind: "fee_plan_set", plan, by: "x", origin: NO_ORIGIN }, NOW, out);
    return state;
  });
  for (let day = 0; day <= days; day++) {
    const now = NOW + day * DAY;
    for (const [nth, state] of accounts.entries()) {
      const due = dueSweep(state, now, "house/world-0");
      const fees = (_: string, swept: FeesSwept) => applyFees(house, state.accountId, swept, now, houseOut);
      if (due !== null) applyEntry(state, due, now, { ...out, fees });
      const side = nth === day % 2 ? "sell" : "buy";
      const id = `${day}-${nth}`;
      const reserve = side === "sell" ? {} : { feeReserve: 2_500 };
      const order = { ...orderWith(id, { side }), feePlan: 1, ...reserve };
      applyEntry(state, { kind: "accepted", order, origin: NO_ORIGIN }, now, out);
      const fill = { kind: "fill", orderId: id, tradeId: day + 1, price: 1_000_000, qty: 1_000_000, at: now } as const;
      applyReport(state, { ...fill, liquidity: side === "sell" ? "taker" : "maker" }, now, out);
    }
  }
  return audits;
}

function verify(records: readonly AuditRecord[]) {
  const verifier = new AccountsVerifier();
  for (const [nth, each] of records.entries()) {
    const seq = nth + 1;
    verifier.add(0, { seq, line: lineStart(0, seq) + auditText(each), hash: "" });
  }
  const wrong = verifier.differences.map(({ detail }) => detail);
  return { wrong, open: [...verifier.sweeps.open.values()], imbalances: verifier.imbalances(), verifier };
}

/** The events with a change of the body of the n-th event of an action. */
function changed(records: readonly AuditRecord[], action: string, nth: number, change: object): AuditRecord[] {
  let seen = 0;
  return records.map((each) =>
    each.action === action && seen++ === nth ? { ...each, body: { ...each.body, ...change } } : each,
  );
}

test("PF-53: what accounts have sent is what the house has received", () => {
  const { wrong, open, imbalances, verifier } = verify(events(3));
  expect([wrong, open, imbalances]).toEqual([[], [], []]);
  // A taker's 25 basis points and the fees of regulators, and a maker's 15.
  expect(verifier.accounts.get(HOUSE)?.fold.cash).toBe(3 * (2_500 + 1_500 + 200));
});

test("PF-53: fees in flight are told as such, and everything still sums to zero", () => {
  const all = events(2);
  const last = all.findLastIndex(({ action }) => action === "fees.received");
  const { wrong, open, imbalances, verifier } = verify(all.toSpliced(last, 1));
  expect([wrong, imbalances]).toEqual([[], []]);
  expect(open).toMatchObject([{ side: "sent", accountId: BEN, day: "2026-08-26", house: "house/world-0" }]);
  expect(verifier.sweeps.inFlight).toBe(open[0]?.amount);
});

test.each([
  ["fees.swept", 0, { amount: "0.01" }, "it sends 100, and 2700 is pending"],
  ["fees.swept", 2, { day: "2026-08-25" }, "fees of 2026-08-25 were sent before"],
  ["fees.swept", 2, { regulatory: [{ code: "sec", amount: "9" }] }, "its fees of regulators are not "],
  ["fees.swept", 0, { house: "house/world-1" }, "2700 (sec 100,taf 100) was sent, and 2700"],
  ["fees.received", 0, { amount: "9" }, "its after says cash"],
  [
    "fees.received",
    1,
    { regulatory: [{ code: "sec", amount: "0.01" }] },
    "1500 () was sent, and 1500 (sec 100) was received",
  ],
])("AU-20: a wrong %s (%s) %s is a contradiction", (action, nth, change, says) => {
  const { wrong } = verify(changed(events(3), action, nth, change));
  expect(wrong.join("\n")).toContain(says);
});

test("PF-53: fees that were received, and that no account has sent, are left over; only house accounts receive", () => {
  const all = events(1);
  const sent = all.findIndex(({ action }) => action === "fees.swept");
  const { open } = verify(all.toSpliced(sent, 1));
  expect(open.filter(({ side }) => side === "received")).toMatchObject([{ accountId: ADA, day: "2026-08-25" }]);
  const twice = verify(changed(all, "fees.received", 1, { from_account_id: ADA })).open;
  expect(twice.map(({ side, accountId }) => [side, accountId])).toEqual([["received", ADA], ["sent", BEN]]); // prettier-ignore
  const forged = all.map((each) => (each.action === "fees.swept" ? { ...each, action: "fees.received" } : each));
  expect(verify(forged).wrong.join()).toContain(`${ADA} is no house account`);
});
