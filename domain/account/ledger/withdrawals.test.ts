import { SEEDED } from "../../market/listing.ts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyEntry } from "../apply.ts";
import { loadAccount, saveAccount } from "../state/save.ts";
import type { AccountState } from "../state/accountState.ts";
import type { Decision } from "../entry/decision.ts";
import { decideCancel, decideSubmit } from "../entry/decide.ts";
import { NO_ORIGIN } from "../state/events.ts";
import { holdMismatches } from "./holds.ts";
import { balances, CASH, checkLedger } from "./ledger.ts";
import { fundedAccount, recorder, ticketWith } from "../testing.ts";
import { validateOrder } from "../entry/validateOrder.ts";
import { applyTransferCommand } from "./postings.ts";
import { decideWithdrawal, type KnownWithdrawals, WITHDRAWALS_OPEN_MAX } from "./withdrawals.ts";
import { type Withdrawal } from "./withdrawal.ts";

const NOW = 1_760_000_000_000;
const ADMIN = "admin";
const OWNER = "a";
const TRANSFERS = { address: "transfers/world", ownerRoute: "route-a" };

/** An account with $1,000 that stores its withdrawals as its object does. */
function account() {
  const state = fundedAccount(OWNER, 10_000_000, {});
  const kept = new Map<string, Withdrawal>();
  const known: KnownWithdrawals = {
    byReference: (reference) => [...kept.values()].find((each) => each.reference === reference),
  };
  const out = recorder();
  const keep = () => {
    for (const each of out.withdrawals) kept.set(each.id, each);
  };
  const book = ({ entries, outcome }: Decision<Withdrawal>) => {
    for (const entry of entries) applyEntry(state, entry, NOW, out);
    keep();
    return outcome;
  };
  return {
    state,
    out,
    ask: (reference: string, amount: string) =>
      book(decideWithdrawal(state, { reference, amount }, known, OWNER, NOW, NO_ORIGIN, TRANSFERS)),
    /** The transfers actor's decision: the result that the account reports, and the withdrawal as it is then. */
    settle: (id: string, approve: boolean, by = ADMIN) => {
      const kind = approve ? "post_withdrawal" : "void_withdrawal";
      const command = { kind, transferId: id, withdrawalId: id, by, origin: NO_ORIGIN } as const;
      applyTransferCommand(state, TRANSFERS.address, command, NOW, out);
      keep();
      const notice = out.transfers.at(-1)?.notice;
      return { result: notice?.kind === "transfer_ended" ? notice.result : null, withdrawal: kept.get(id) };
    },
  };
}

function must<T>(outcome: { ok: true; value: T } | { ok: false; refusal: { reason: string } }): T {
  if (!outcome.ok) throw new Error(outcome.refusal.reason);
  return outcome.value;
}

function reason(outcome: { ok: boolean; refusal?: { reason: string } }): string {
  return outcome.ok ? "ok" : (outcome.refusal?.reason ?? "");
}

const cash = (state: AccountState) => {
  const { available, held, outside } = balances(state.ledger, CASH);
  return { available, held, outside };
};

describe("ID-66: a withdrawal holds its cash until it is decided", () => {
  test("held cash can be neither withdrawn again nor traded", () => {
    const { state, ask } = account();
    must(ask("rent", "900"));
    expect(cash(state)).toEqual({ available: 1_000_000, held: 9_000_000, outside: -10_000_000 });
    expect(reason(ask("more", "100.01"))).toBe("insufficient_buying_power");
    const ticket = ticketWith({ qty: "2" });
    const hours = { now: NOW, session: "always", expiry: () => null, accepts: () => false } as const;
    const facts = { known: () => undefined, order: () => undefined, orderId: "o1", hours, late: false };
    const prices = { marketPrice: null, lastPrice: null };
    const bought = decideSubmit(state, ticket, validateOrder(ticket, SEEDED), { ...facts, ...prices }, NO_ORIGIN);
    expect(reason(bought.outcome)).toBe("insufficient_buying_power");
    must(ask("all", "100"));
    expect(cash(state).available).toBe(0);
  });

  test("a settlement pays it out, a rejection releases it; both are audited with balances before and after", () => {
    const { state, out, ask, settle } = account();
    const [first, second] = [must(ask("one", "100.5")), must(ask("two", "200"))];
    expect(settle(first.id, true).result).toBe("posted");
    expect(settle(second.id, false).result).toBe("voided");
    expect(cash(state)).toEqual({ available: 8_995_000, held: 0, outside: -8_995_000 });
    const audited = out.audits.map(({ action, body, before, after }) => [
      action,
      body["amount"],
      before?.cash,
      after?.cash,
    ]);
    expect(audited).toEqual([
      ["withdrawal.requested", "100.5", "1000", "899.5"],
      ["withdrawal.requested", "200", "899.5", "699.5"],
      ["withdrawal.settled", "100.5", "699.5", "699.5"],
      ["withdrawal.rejected", "200", "699.5", "899.5"],
    ]);
    expect(out.audits.map(({ body }) => body["by"])).toEqual([OWNER, OWNER, ADMIN, ADMIN]);
  });

  test.each(["", "0", "-1", "1e3", "0.00001", "NaN", "100000000001"])("%s is an invalid amount", (amount) => {
    expect(reason(account().ask("x", amount))).toBe("withdrawal_invalid");
  });

  test(`an account has at most ${WITHDRAWALS_OPEN_MAX} that wait`, () => {
    const { ask, settle } = account();
    const asked = Array.from({ length: WITHDRAWALS_OPEN_MAX }, (_, n) => must(ask(`w${n}`, "1")));
    expect(reason(ask("one more", "1"))).toBe("too_many_withdrawals");
    settle(asked[0]?.id ?? "", false);
    must(ask("one more", "1"));
  });
});

describe("ID-67: a withdrawal happens once", () => {
  test("the same reference is the same withdrawal, also after it is decided; another amount is refused", () => {
    const { out, ask, settle } = account();
    const asked = must(ask("rent", "100"));
    expect(must(ask("rent", "100.00")).id).toBe(asked.id);
    expect(reason(ask("rent", "101"))).toBe("withdrawal_reference_taken");
    settle(asked.id, true);
    expect(must(ask("rent", "100")).state).toBe("settled");
    expect(out.audits).toHaveLength(2);
  });

  test("a decision after the first changes nothing, nor does one about an unknown withdrawal", () => {
    const { state, out, ask, settle } = account();
    const { id } = must(ask("rent", "100"));
    settle(id, false);
    for (const approve of [false, true]) {
      expect(settle(id, approve, "another").withdrawal).toMatchObject({ state: "rejected", decidedBy: ADMIN });
    }
    settle("another id", true);
    expect(cash(state)).toEqual({ available: 10_000_000, held: 0, outside: -10_000_000 });
    expect(out.audits).toHaveLength(2);
  });

  test("the requester cannot have it paid out, but may reject it", () => {
    const { state, ask, settle } = account();
    expect(settle(must(ask("rent", "100")).id, true, OWNER)).toMatchObject({
      result: "refused",
      withdrawal: { state: "rejected" },
    });
    expect(settle(must(ask("food", "100")).id, false, OWNER)).toMatchObject({
      result: "voided",
      withdrawal: { state: "rejected" },
    });
    expect(cash(state).available).toBe(10_000_000);
  });
});

test("ID-66: pending withdrawals are in the snapshot, and a snapshot without any loads", () => {
  const { state, ask, settle } = account();
  const { id } = must(ask("rent", "100"));
  const loaded = loadAccount(structuredClone(saveAccount(state)));
  expect(loaded.withdrawals).toEqual(state.withdrawals);
  settle(id, true);
  const { withdrawals: _, ...old } = saveAccount(state);
  expect(loadAccount(structuredClone(old)).withdrawals.size).toBe(0);
});

test("ID-66: whatever is requested, decided and traded, cash is conserved, and holds equal what is pending", () => {
  const step = fc.record({ what: fc.nat(3), which: fc.nat(20), amount: fc.integer({ min: 1, max: 4_000_000 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { state, ask, settle } = account();
      const asked: string[] = [];
      let left = 0;
      for (const [n, { what, which, amount }] of steps.entries()) {
        const id = asked[which % Math.max(1, asked.length)] ?? "";
        if (what === 0) {
          const made = ask(`w${n}`, (amount / 10_000).toFixed(4));
          if (made.ok) asked.push(made.value.id);
        } else if (what === 1) {
          const waited = state.withdrawals.get(id)?.amount ?? 0;
          settle(id, which % 2 === 0);
          if (which % 2 === 0) left += waited;
        } else if (what === 2) {
          const ticket = ticketWith({ clientOrderId: `c${n}`, limitPrice: String(1 + (which % 50)) });
          const hours = { now: NOW, session: "always", expiry: () => null, accepts: () => false } as const;
          const facts = { known: () => undefined, order: () => undefined, orderId: `o${n}`, hours, late: false };
          const prices = { marketPrice: null, lastPrice: null };
          const { entries } = decideSubmit(
            state,
            ticket,
            validateOrder(ticket, SEEDED),
            { ...facts, ...prices },
            NO_ORIGIN,
          );
          for (const entry of entries) applyEntry(state, entry, NOW, recorder());
        } else {
          const order = [...state.open.keys()][which % Math.max(1, state.open.size)] ?? "";
          for (const entry of decideCancel(state, order, () => undefined, NO_ORIGIN).entries) {
            applyEntry(state, entry, NOW, recorder());
          }
        }
        checkLedger(state.ledger);
        expect(holdMismatches(state)).toEqual([]);
        const { available, held } = cash(state);
        expect(available).toBeGreaterThanOrEqual(0);
        expect(available + held + left).toBe(10_000_000);
      }
    }),
    { numRuns: 200 },
  );
});
