/**
 * Money on its way out of an account. What is asked for is held at once, so that it cannot be spent as well; somebody else
 * decides whether it leaves.
 */
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { uuidFromText } from "../../ids.ts";
import { ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import type { Decision } from "../entry/decision.ts";
import type { Outcome, Refusal } from "../entry/refusal.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot } from "../state/balanceSnapshot.ts";
import type { WithdrawalEntry } from "../state/entries.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { recordPayment } from "./previousClose.ts";
import { balances, CASH, move } from "./ledger.ts";
import type { Withdrawal } from "./withdrawal.ts";

/** Withdrawals that wait for a decision at once: bounds the state, and the work of who decides. */
export const WITHDRAWALS_OPEN_MAX = 10;
/** Largest in 1/10,000 dollar: that of deposits. */
const WITHDRAWAL_MAX = ORDER_QTY_LOTS_MAX;
const REFERENCE_LENGTH_MAX = 128;

/** A withdrawal as it is asked for: the amount is a decimal of dollars. */
export interface WithdrawalRequest {
  readonly reference: string;
  readonly amount: string;
}

/** Finds a withdrawal, open or decided, by its reference or id. */
export interface KnownWithdrawals {
  byReference(reference: string): Withdrawal | undefined;
  byId(id: string): Withdrawal | undefined;
}

/** Decides a request; the same reference with the same amount is no error and does nothing again. */
export function decideWithdrawal(
  state: Readonly<AccountState>,
  { reference, amount: text }: WithdrawalRequest,
  known: KnownWithdrawals,
  by: string,
  now: number,
  origin: Origin,
): Decision<Withdrawal> {
  const amount = parseDecimal(text, PRICE_DECIMALS);
  const named = reference !== "" && reference.length <= REFERENCE_LENGTH_MAX;
  if (!named || typeof amount !== "number" || amount <= 0 || amount > WITHDRAWAL_MAX) {
    return refused({ reason: "withdrawal_invalid" });
  }
  const before = known.byReference(reference);
  if (before !== undefined) {
    return before.amount === amount ? same(before) : refused({ reason: "withdrawal_reference_taken" });
  }
  if (state.withdrawals.size >= WITHDRAWALS_OPEN_MAX) {
    return refused({ reason: "too_many_withdrawals", limit: WITHDRAWALS_OPEN_MAX });
  }
  const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
  if (amount > buyingPower) return refused({ reason: "insufficient_buying_power", buyingPower, costBasis: amount });
  const id = uuidFromText(`withdrawal:${state.accountId}:${reference}`);
  const entry = { kind: "withdrawal_requested", id, reference, amount, by, origin } as const;
  return { entries: [entry], outcome: { ok: true, value: requested(entry, now) } };
}

/**
 * Decides what becomes of a withdrawal. Who asked for it, or owns the account, may not let it go; the same decision again
 * is no error and does nothing.
 */
export function decideSettlement(
  state: Readonly<AccountState>,
  id: string,
  approve: boolean,
  known: KnownWithdrawals,
  by: string,
  now: number,
  origin: Origin,
): Decision<Withdrawal> {
  const withdrawal = state.withdrawals.get(id) ?? known.byId(id);
  if (withdrawal === undefined) return refused({ reason: "withdrawal_not_found" });
  const wanted = approve ? "settled" : "rejected";
  if (withdrawal.state !== "pending") {
    return withdrawal.state === wanted ? same(withdrawal) : refused({ reason: "withdrawal_decided" });
  }
  if (approve && (by === withdrawal.requestedBy || by === state.userId)) return refused({ reason: "approval_own" });
  const entry = { kind: `withdrawal_${wanted}`, id, by, origin } as const;
  return { entries: [entry], outcome: { ok: true, value: decided(withdrawal, wanted, by, now) } };
}

/** Books an entry: asked for, the cash is held; settled, it has left; rejected, it is free again. */
export function applyWithdrawalEntry(
  state: AccountState,
  entry: WithdrawalEntry,
  now: number,
  out: AccountOutputs,
): void {
  const before = balanceSnapshot(state, null, null);
  const withdrawal = entry.kind === "withdrawal_requested" ? requested(entry, now) : ended(state, entry, now);
  const { id, reference, amount } = withdrawal;
  if (withdrawal.state === "pending") {
    move(state.ledger, CASH, "available", "held", amount);
    state.withdrawals.set(id, withdrawal);
  } else {
    move(state.ledger, CASH, "held", withdrawal.state === "settled" ? "outside" : "available", amount);
    if (withdrawal.state === "settled") recordPayment(state, CASH, -amount);
    state.withdrawals.delete(id);
  }
  out.withdrawal(withdrawal);
  const facts = { withdrawal_id: id, reference, amount: formatDecimal(amount, PRICE_DECIMALS), by: entry.by };
  const action = entry.kind.replace("_", ".");
  const resource = `account/${state.accountId}`;
  audit(
    state,
    { action, resource, body: facts, before, after: balanceSnapshot(state, null, null) },
    entry.origin,
    now,
    out,
  );
}

function ended(
  state: AccountState,
  { kind, id, by }: Extract<WithdrawalEntry, { kind: "withdrawal_settled" | "withdrawal_rejected" }>,
  now: number,
): Withdrawal {
  const open = state.withdrawals.get(id);
  if (open === undefined) throw new Error(`withdrawal ${id} is not open`);
  return decided(open, kind === "withdrawal_settled" ? "settled" : "rejected", by, now);
}

function requested(
  { id, reference, amount, by }: Extract<WithdrawalEntry, { kind: "withdrawal_requested" }>,
  now: number,
): Withdrawal {
  const asked = { id, reference, amount, requestedBy: by, requestedAt: now };
  return { ...asked, state: "pending", decidedBy: null, decidedAt: null };
}

function decided(withdrawal: Withdrawal, state: "settled" | "rejected", by: string, now: number): Withdrawal {
  return { ...withdrawal, state, decidedBy: by === "" ? null : by, decidedAt: now };
}

function same(withdrawal: Withdrawal): Decision<Withdrawal> {
  const outcome: Outcome<Withdrawal> = { ok: true, value: withdrawal };
  return { entries: [], outcome };
}

function refused(refusal: Refusal): Decision<Withdrawal> {
  return { entries: [], outcome: { ok: false, refusal } };
}
