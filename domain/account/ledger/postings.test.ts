import { describe, expect, test } from "vitest";
import type { TransferCommand } from "../../transfers/messages.ts";
import { TRANSFER_EXPIRES_MS } from "../../transfers/transfer.ts";
import { applyEntry } from "../apply.ts";
import { newAccount } from "../state/accountState.ts";
import { NO_ORIGIN } from "../state/origin.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import { fundedAccount, recorder } from "../testing.ts";
import { holdMismatches } from "./holds.ts";
import { balances, CASH, checkLedger } from "./ledger.ts";
import { applyTransferCommand, postingEnded } from "./postings.ts";
import { hasUnannounced } from "./withdrawals.ts";

const NOW = 1_760_000_000_000;
const FROM = "transfers/world";
const ORIGIN = { requestId: "r", ip: "v1.ip", userAgent: "v1.agent" };
const ORDERED: TransferCommand = {
  kind: "post_deposit",
  transferId: "t1",
  reference: "wire",
  symbol: null,
  amount: "5",
  requestedBy: "ann",
  approvedBy: "ben",
  origin: NO_ORIGIN,
};

/** An account with $1,000 and a withdrawal of $300 that waits. */
function account() {
  const state = fundedAccount("a", 10_000_000, {});
  const out = recorder();
  const asked = { kind: "withdrawal_requested", id: "w1", reference: "rent", amount: 3_000_000, by: "a" } as const;
  applyEntry(state, { ...asked, origin: ORIGIN, transfers: FROM, ownerRoute: "route-a" }, NOW, out);
  const withdrawal = (kind: "post_withdrawal" | "void_withdrawal", by = "ben") =>
    applyTransferCommand(state, FROM, { kind, transferId: "t9", withdrawalId: "w1", by, origin: NO_ORIGIN }, NOW, out);
  const cash = () => {
    checkLedger(state.ledger);
    expect(holdMismatches(state)).toEqual([]);
    const { available, held } = balances(state.ledger, CASH);
    return [available, held];
  };
  return { state, out, withdrawal, cash, last: () => out.transfers.at(-1) };
}

describe("ID-121: an account and its transfers actor", () => {
  test("the entry that holds a withdrawal sends it, with its deadline", () => {
    const { out, cash } = account();
    expect(cash()).toEqual([7_000_000, 3_000_000]);
    expect(out.transfers).toEqual([
      {
        to: FROM,
        notice: {
          kind: "withdrawal_requested",
          withdrawalId: "w1",
          accountId: "a",
          ownerId: "a",
          reference: "rent",
          amount: "300",
          requestedBy: "a",
          requestedRoute: "route-a",
          requestedAt: NOW,
          expiresAt: NOW + TRANSFER_EXPIRES_MS,
          origin: ORIGIN,
        },
      },
    ]);
  });

  test("posted, the cash leaves; voided, it is released; either is answered, and done once", () => {
    const posted = account();
    posted.withdrawal("post_withdrawal");
    expect(posted.cash()).toEqual([7_000_000, 0]);
    const ended = { kind: "transfer_ended", transferId: "t9", refusal: null };
    expect(posted.last()).toEqual({ to: FROM, notice: { ...ended, result: "posted" } });
    expect(posted.out.withdrawals.at(-1)).toMatchObject({ state: "settled", decidedBy: "ben" });
    posted.withdrawal("post_withdrawal");
    expect(posted.cash()).toEqual([7_000_000, 0]);
    expect(posted.last()).toEqual({ to: FROM, notice: { ...ended, result: "posted" } });
    const voided = account();
    voided.withdrawal("void_withdrawal", "");
    expect(voided.cash()).toEqual([10_000_000, 0]);
    expect(voided.last()).toMatchObject({ notice: { result: "voided" } });
    expect(voided.out.withdrawals.at(-1)).toMatchObject({ state: "rejected", decidedBy: null });
  });

  test("an approval by the requester or the owner releases the cash instead of paying it out", () => {
    const { withdrawal, cash, last } = account();
    withdrawal("post_withdrawal", "a");
    expect(cash()).toEqual([10_000_000, 0]);
    expect(last()).toMatchObject({ notice: { result: "refused", refusal: "approval_own" } });
  });

  test("a deposit waits in the state until it is decided, also over a snapshot, and is answered once", () => {
    const { state, out, last } = account();
    const before = out.transfers.length;
    applyTransferCommand(state, FROM, ORDERED, NOW, out);
    expect(out.transfers).toHaveLength(before);
    const again = loadAccount(JSON.parse(JSON.stringify(saveAccount(state))));
    expect([...again.postings.values()]).toEqual([{ from: FROM, command: ORDERED }]);
    const refused = { ok: false, refusal: { reason: "account_closed" } } as const;
    applyEntry(again, postingEnded("t1", refused), NOW, out);
    expect(again.postings.size).toBe(0);
    const notice = { kind: "transfer_ended", transferId: "t1", result: "refused", refusal: "account_closed" };
    expect(last()).toEqual({ to: FROM, notice });
    applyEntry(again, postingEnded("t1", refused), NOW, out);
    expect(out.transfers).toHaveLength(before + 1);
    expect(postingEnded("t1", { ok: true, value: { replayed: true } })).toMatchObject({
      result: "posted",
      replayed: true,
    });
  });

  test("an account that nobody has opened takes nothing, and says so", () => {
    const [state, out] = [newAccount(), recorder()];
    applyTransferCommand(state, FROM, ORDERED, NOW, out);
    expect(state.postings.size).toBe(0);
    expect(out.transfers).toMatchObject([{ to: FROM, notice: { result: "refused", refusal: "account_not_found" } }]);
  });
});

describe("ID-120: withdrawals that an earlier release holds", () => {
  test("their entries send nothing; they are announced once, with seven days from then", () => {
    const { state, out } = account();
    expect(hasUnannounced(state)).toBe(false);
    const old = fundedAccount("a", 10_000_000, {});
    const asked = { kind: "withdrawal_requested", id: "w1", reference: "rent", amount: 3_000_000, by: "a" } as const;
    applyEntry(old, { ...asked, origin: ORIGIN }, NOW, out);
    const before = out.transfers.length;
    expect(hasUnannounced(old)).toBe(true);
    const entry = { kind: "withdrawals_announced", transfers: FROM } as const;
    applyEntry(old, entry, NOW + 9, out);
    applyEntry(old, entry, NOW + 99, out);
    expect(hasUnannounced(old)).toBe(false);
    const sent = out.transfers.slice(before);
    const expiresAt = NOW + 9 + TRANSFER_EXPIRES_MS;
    expect(sent).toMatchObject([{ to: FROM, notice: { withdrawalId: "w1", requestedAt: NOW, expiresAt } }]);
    expect(hasUnannounced(loadAccount(JSON.parse(JSON.stringify(saveAccount(old)))))).toBe(false);
  });

  test("a decision by an earlier release is reported to the transfers actor, if it has the withdrawal", () => {
    const settled = { kind: "withdrawal_settled", id: "w1", by: "ben", origin: NO_ORIGIN } as const;
    const { state, out, cash, last } = account();
    applyEntry(state, settled, NOW, out);
    expect(cash()).toEqual([7_000_000, 0]);
    expect(last()).toMatchObject({ notice: { kind: "transfer_ended", transferId: "w1", result: "posted" } });
    const old = fundedAccount("a", 10_000_000, {});
    const silent = recorder();
    const asked = { kind: "withdrawal_requested", id: "w1", reference: "rent", amount: 3_000_000, by: "a" } as const;
    applyEntry(old, { ...asked, origin: ORIGIN }, NOW, silent);
    applyEntry(old, settled, NOW, silent);
    expect(silent.transfers).toEqual([]);
  });
});
