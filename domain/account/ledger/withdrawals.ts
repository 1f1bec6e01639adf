/**
 * Withdrawals. A request holds the cash at once, so that it cannot be spent as well; the transfers actor decides it
 * (postings.ts).
 */
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { type AccountId, uuidFromText, type UserId } from "../../ids.ts";
import { ORDER_QTY_LOTS_MAX } from "../../market/instrument.ts";
import type { TransferNotice } from "../../transfers/messages.ts";
import { TRANSFER_EXPIRES_MS } from "../../transfers/transfer.ts";
import type { Decision } from "../entry/decision.ts";
import type { Outcome, Refusal } from "../entry/refusal.ts";
import { nextSettlement, withdrawable } from "../settlement/cashLimits.ts";
import type { AccountState } from "../state/accountState.ts";
import { balanceSnapshot, type BalanceSnapshot } from "../state/balanceSnapshot.ts";
import type { WithdrawalEntry } from "../state/entries.ts";
import { NO_ORIGIN } from "../state/events.ts";
import type { Origin } from "../state/events.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { audit } from "../state/record.ts";
import { recordBooking } from "../activities/record.ts";
import { recordPayment } from "./previousClose.ts";
import { balances, CASH, move } from "./ledger.ts";
import type { Withdrawal } from "./withdrawal.ts";

/** Most pending withdrawals of one account: bounds the state, and the work of administrators. */
export const WITHDRAWALS_OPEN_MAX = 10;
/** Largest withdrawal in 1/10,000 dollar: the same as of a deposit. */
const WITHDRAWAL_MAX = ORDER_QTY_LOTS_MAX;
const REFERENCE_LENGTH_MAX = 128;
/** References of transfers to own accounts begin with it, so that they differ from those of withdrawals. */
export const OWN_TRANSFER_PREFIX = "own/";

/** A withdrawal as a client requests it. The amount is a decimal of dollars. */
export interface WithdrawalRequest {
  readonly reference: string;
  readonly amount: string;
  /** The owner's account that gets the cash; left out: the cash leaves the exchange. */
  readonly to?: AccountId;
}

/** Finds a withdrawal, pending or decided, by its reference. */
export interface KnownWithdrawals {
  byReference(reference: string): Withdrawal | undefined;
}

/** Decides a withdrawal request. The same reference with the same amount succeeds and changes nothing. */
export function decideWithdrawal(
  state: Readonly<AccountState>,
  { reference: given, amount: text, to }: WithdrawalRequest,
  known: KnownWithdrawals,
  by: UserId,
  now: number,
  origin: Origin,
  transfers: { readonly address: string; readonly ownerRoute: string | null },
): Decision<Withdrawal> {
  const amount = parseDecimal(text, PRICE_DECIMALS);
  const named = given !== "" && given.length <= REFERENCE_LENGTH_MAX && to !== state.accountId;
  if (!named || typeof amount !== "number" || amount <= 0 || amount > WITHDRAWAL_MAX) {
    return refused({ reason: to === undefined ? "withdrawal_invalid" : "transfer_invalid" });
  }
  const reference = to === undefined ? given : OWN_TRANSFER_PREFIX + given;
  const before = known.byReference(reference);
  if (before !== undefined) {
    const repeated = before.amount === amount && before.to === to;
    return repeated ? same(before) : refused({ reason: "withdrawal_reference_taken" });
  }
  if (state.withdrawals.size >= WITHDRAWALS_OPEN_MAX) {
    return refused({ reason: "too_many_withdrawals", limit: WITHDRAWALS_OPEN_MAX });
  }
  const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
  if (amount > buyingPower) return refused({ reason: "insufficient_buying_power", buyingPower, costBasis: amount });
  const available = withdrawable(state, now);
  if (amount > available) {
    return refused({
      reason: "insufficient_settled_cash",
      needed: amount,
      available,
      through: nextSettlement(state, now),
    });
  }
  const id = uuidFromText(`withdrawal:${state.accountId}:${reference}`);
  const entry = {
    kind: "withdrawal_requested",
    id,
    reference,
    amount,
    by,
    origin,
    transfers: transfers.address,
    ownerRoute: transfers.ownerRoute,
    ...(to === undefined ? {} : { to }),
  } as const;
  return { entries: [entry], outcome: { ok: true, value: requested(entry, now) } };
}

/** Applies an entry: a requested withdrawal holds its cash; settled, the cash has left; rejected, it is released. */
export function applyWithdrawalEntry(
  state: AccountState,
  entry: WithdrawalEntry,
  now: number,
  out: AccountOutputs,
): void {
  if (entry.kind === "withdrawals_announced") return announce(state, entry.transfers, now, out);
  if (entry.kind !== "withdrawal_requested") {
    const withdrawal = state.withdrawals.get(entry.id);
    if (withdrawal === undefined) throw new Error(`withdrawal ${entry.id} is not open`);
    const wanted = entry.kind === "withdrawal_settled" ? "settled" : "rejected";
    endWithdrawal(state, withdrawal, { wanted, by: entry.by, origin: entry.origin }, now, out);
    if (withdrawal.transfers === undefined) return;
    const result = wanted === "settled" ? "posted" : "voided";
    return out.transfer(withdrawal.transfers, {
      kind: "transfer_ended",
      transferId: withdrawal.id,
      result,
      refusal: null,
    });
  }
  const before = balanceSnapshot(state, null, null);
  const withdrawal = requested(entry, now);
  move(state.ledger, CASH, "available", "held", withdrawal.amount);
  state.withdrawals.set(withdrawal.id, withdrawal);
  out.withdrawal(withdrawal);
  record(state, "requested", withdrawal, entry, before, now, out);
  if (entry.transfers !== undefined) {
    const route = entry.ownerRoute ?? null;
    out.transfer(entry.transfers, noticeOf(state, withdrawal, route, entry.origin, now));
  }
}

/** Ends a pending withdrawal: its cash leaves, or is released. */
export function endWithdrawal(
  state: AccountState,
  withdrawal: Withdrawal,
  decision: { readonly wanted: "settled" | "rejected"; readonly by: UserId; readonly origin: Origin },
  now: number,
  out: AccountOutputs,
): void {
  const { wanted } = decision;
  const before = balanceSnapshot(state, null, null);
  const { id, amount } = withdrawal;
  move(state.ledger, CASH, "held", wanted === "settled" ? "outside" : "available", amount);
  if (wanted === "settled") {
    recordPayment(state, CASH, -amount, now, out);
    const { to } = withdrawal;
    const what = { type: to === undefined ? "CSW" : "JNLC", at: now, cash: -amount, reference: id } as const;
    const description = to === undefined ? `Withdrawal ${withdrawal.reference}` : `Transfer to ${to}`;
    recordBooking(state, { ...what, description }, out);
  }
  state.withdrawals.delete(id);
  out.withdrawal(decided(withdrawal, wanted, decision.by, now));
  record(state, wanted, withdrawal, decision, before, now, out);
}

/** Whether a pending withdrawal of an earlier release was not sent to the transfers actor yet. */
export function hasUnannounced({ withdrawals }: Readonly<AccountState>): boolean {
  return withdrawals.size > 0 && [...withdrawals.values()].some(({ transfers }) => transfers === undefined);
}

function announce(state: AccountState, transfers: string, now: number, out: AccountOutputs): void {
  for (const withdrawal of state.withdrawals.values()) {
    if (withdrawal.transfers !== undefined) continue;
    state.withdrawals.set(withdrawal.id, { ...withdrawal, transfers });
    out.withdrawal({ ...withdrawal, transfers });
    out.transfer(transfers, noticeOf(state, withdrawal, null, NO_ORIGIN, now));
  }
}

function noticeOf(
  state: AccountState,
  { id, reference, amount, requestedBy, requestedAt, to }: Withdrawal,
  requestedRoute: string | null,
  origin: Origin,
  now: number,
): TransferNotice {
  return {
    kind: "withdrawal_requested",
    withdrawalId: id,
    accountId: state.accountId,
    ownerId: state.userId,
    reference,
    amount: formatDecimal(amount, PRICE_DECIMALS),
    requestedBy,
    requestedRoute,
    requestedAt,
    expiresAt: now + TRANSFER_EXPIRES_MS,
    origin,
    ...(to === undefined ? {} : { to }),
  };
}

function record(
  state: AccountState,
  what: "requested" | "settled" | "rejected",
  { id, reference, amount, to }: Withdrawal,
  { by, origin }: { readonly by: UserId; readonly origin: Origin },
  before: BalanceSnapshot,
  now: number,
  out: AccountOutputs,
): void {
  const receiver = to === undefined ? {} : { to_account_id: to };
  const body = { withdrawal_id: id, reference, amount: formatDecimal(amount, PRICE_DECIMALS), by, ...receiver };
  const action = `${to === undefined ? "withdrawal" : "transfer"}.${what}`;
  const resource = `account/${state.accountId}`;
  audit(state, { action, resource, body, before, after: balanceSnapshot(state, null, null) }, origin, now, out);
}

function requested(
  { id, reference, amount, by, transfers, to }: Extract<WithdrawalEntry, { kind: "withdrawal_requested" }>,
  now: number,
): Withdrawal {
  const asked = { id, reference, amount, requestedBy: by, requestedAt: now };
  const receiver = to === undefined ? {} : { to };
  const withdrawal = { ...asked, state: "pending", decidedBy: null, decidedAt: null, ...receiver } as const;
  return transfers === undefined ? withdrawal : { ...withdrawal, transfers };
}

function decided(withdrawal: Withdrawal, state: "settled" | "rejected", by: UserId, now: number): Withdrawal {
  return { ...withdrawal, state, decidedBy: by === "" ? null : by, decidedAt: now };
}

function same(withdrawal: Withdrawal): Decision<Withdrawal> {
  const outcome: Outcome<Withdrawal> = { ok: true, value: withdrawal };
  return { entries: [], outcome };
}

function refused(refusal: Refusal): Decision<Withdrawal> {
  return { entries: [], outcome: { ok: false, refusal } };
}
