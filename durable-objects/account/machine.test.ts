import { expect, test } from "vitest";
import { applyEntry } from "../../domain/account/apply.ts";
import { beginSettlement } from "../../domain/account/settlement/accountSettlement.ts";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { fundedAccount, recorder } from "../../domain/account/testing.ts";
import { houseOf, newUserId } from "../../protocol/ids/residency.ts";
import { accountMachine, paperAccountMachine } from "./machine.ts";

test("ID-120: the first commit after an upgrade announces withdrawals that wait, to the actor of the account's region", () => {
  for (const region of ["world", "eu"] as const) {
    const state = { ...fundedAccount(newUserId(region), 10_000, {}), activitiesSince: 1 };
    beginSettlement(state, 0);
    applyEntry(state, { kind: "liquidations_audited" }, 0, recorder());
    expect(accountMachine.upgradeEntries?.(state, 0)).toEqual([]);
    const asked = { kind: "withdrawal_requested", id: "w", reference: "r", amount: 1, by: "a" } as const;
    applyEntry(state, { ...asked, origin: NO_ORIGIN }, 0, recorder());
    const [entry, ...more] = accountMachine.upgradeEntries?.(state, 0) ?? [];
    expect(entry).toEqual({ kind: "withdrawals_announced", transfers: `transfers/${region}` });
    expect(more).toEqual([]);
    if (entry !== undefined) applyEntry(state, entry, 0, recorder());
    expect(accountMachine.upgradeEntries?.(state, 0)).toEqual([]);
  }
});

test("PF-52: a live account sweeps to the house account of its region, a paper account never", () => {
  const state = { ...fundedAccount(newUserId("eu"), 10_000, {}), activitiesSince: 1, dayEnd: 5 };
  beginSettlement(state, 0);
  applyEntry(state, { kind: "liquidations_audited" }, 0, recorder());
  state.fees.swept = -100;
  const [sweep, ...more] = accountMachine.upgradeEntries?.(state, 5) ?? [];
  expect(sweep).toEqual({ kind: "fees_swept", day: -1, to: `house/${houseOf(state.accountId)}` });
  expect([more, houseOf(state.accountId).slice(0, 3)]).toEqual([[], "eu-"]);
  expect(accountMachine.upgradeEntries?.(state, 4)).toEqual([]);
  expect(paperAccountMachine.upgradeEntries?.({ ...state, type: "paper" }, 5)).toEqual([]);
});
