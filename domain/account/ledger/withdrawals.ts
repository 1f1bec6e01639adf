/**
 * Withdrawals. A request holds the cash at once, so that it cannot be spent as well; the transfers actor decides it
 * (postings.ts).
 */
import { formatDecimal, parseDecimal, PRICE_DECIMALS } from "../../decimal.ts";
import { assetNamed, assetOf } from "../../market/asset.ts";
import type { SentLot } from "../../portfolio/lots.ts";
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
import { chooseShares, lotInTransfer, movedFacts, returnShares, sendShares } from "./sentShares.ts";
import type { Withdrawal } from "./withdrawal.ts";

/** Most pending withdrawals of one account: bounds the state, and the work of administrators. */
export const WITHDRAWALS_OPEN_MAX = 10;
/** Largest withdrawal in 1/10,000 dollar: the same as of a deposit. */
const WITHDRAWAL_MAX = ORDER_QTY_LOTS_MAX;
const REFERENCE_LENGTH_MAX = 128;
/** References of transfers to own accounts begin with it, so that they differ from those of withdrawals. */
export const OWN_TRANSFER_PREFIX = "own/";

/** A withdrawal as a client requests it. The amount is a decimal of dollars, or of shares of the symbol. */
export interface WithdrawalRequest {
  readonly reference: string;
  readonly amount: string;
  /** The owner's account that gets it; left out: the cash leaves the exchange. */
  readonly to?: AccountId;
  /** Shares to another account of the owner; null: cash. Left out for a withdrawal, and by an earlier release. */
  readonly symbol?: string | null;
}

/** Finds a withdrawal, pending or decided, by its reference. */
export interface KnownWithdrawals {
  byReference(reference: string): Withdrawal | undefined;
}

/** Decides a withdrawal request. The same reference with the same amount succeeds and changes nothing. */
export function decideWithdrawal(
  state: Readonly<AccountState>,
  asked: WithdrawalRequest,
  known: KnownWithdrawals,
  by: UserId,
  now: number,
  origin: Origin,
  transfers: { readonly address: string; readonly ownerRoute: string | null },
): Decision<Withdrawal> {
  const { reference: given, to, symbol = null } = asked;
  const asset = symbol === null ? undefined : assetNamed(symbol);
  const decimals = asset?.qtyDecimals ?? PRICE_DECIMALS;
  const amount = parseDecimal(asked.amount, decimals);
  const named = given !== "" && given.length <= REFERENCE_LENGTH_MAX && to !== state.accountId;
  const isMovable = symbol === null || (asset !== undefined && to !== undefined);
  if (!named || !isMovable || typeof amount !== "number" || amount <= 0 || amount > WITHDRAWAL_MAX) {
    return refused({ reason: to === undefined ? "withdrawal_invalid" : "transfer_invalid" });
  }
  const reference = to === undefined ? given : OWN_TRANSFER_PREFIX + given;
  const before = known.byReference(reference);
  if (before !== undefined) {
    const repeated = before.to === to && (before.shares?.symbol ?? null) === symbol && movedBy(before) === amount;
    return repeated ? same(before) : refused({ reason: "withdrawal_reference_taken" });
  }
  if (state.withdrawals.size >= WITHDRAWALS_OPEN_MAX) {
    return refused({ reason: "too_many_withdrawals", limit: WITHDRAWALS_OPEN_MAX });
  }
  const shares = asset === undefined ? undefined : chooseShares(state, asset, amount, now);
  if (shares !== undefined && "reason" in shares) return refused(shares);
  const refusal = shares === undefined ? refuseCash(state, amount, asked.symbol, now) : null;
  if (refusal !== null) return refused(refusal);
  const id = uuidFromText(`withdrawal:${state.accountId}:${reference}`);
  const entry = {
    kind: "withdrawal_requested",
    id,
    reference,
    amount: shares === undefined ? amount : 0,
    by,
    origin,
    transfers: transfers.address,
    ownerRoute: transfers.ownerRoute,
    ...(to === undefined ? {} : { to }),
    ...(shares === undefined ? {} : { shares }),
  } as const;
  return { entries: [entry], outcome: { ok: true, value: requested(entry, now, NO_LOTS) } };
}

const NO_LOTS: readonly SentLot[] = [];

/** What a withdrawal moves: cash in 1/10,000 dollar, or lots of its symbol. */
function movedBy({ amount, shares }: Withdrawal): number {
  return shares === undefined ? amount : shares.qty;
}

/** Only settled cash leaves an account. */
function refuseCash(
  state: Readonly<AccountState>,
  needed: number,
  symbol: null | string | undefined,
  now: number,
): Refusal | null {
  const buyingPower = Math.max(0, balances(state.ledger, CASH).available);
  const available = withdrawable(state, now);
  if (needed <= available) return null;
  const through = nextSettlement(state, now);
  // An earlier release does not know this refusal.
  if (symbol === null) {
    const { held } = balances(state.ledger, CASH);
    const amounts = { needed, available, most: available, held, unsettled: buyingPower - available };
    return { reason: "insufficient_transferable", asset: CASH, ...amounts, through };
  }
  if (needed > buyingPower) return { reason: "insufficient_buying_power", buyingPower, costBasis: needed };
  return { reason: "insufficient_settled_cash", needed, available, through };
}

/**
 * Applies an entry: a requested withdrawal holds its cash; settled, the cash has left; rejected, it is released. Shares
 * leave with the request; rejected, they are put back.
 */
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
  const { shares, to = "" } = entry;
  const before = balanceSnapshot(state, shares?.symbol ?? null, null);
  const lots = shares === undefined ? NO_LOTS : sendShares(state, shares, { id: entry.id, to }, now, out);
  const withdrawal = requested(entry, now, lots);
  move(state.ledger, CASH, "available", "held", withdrawal.amount);
  state.withdrawals.set(withdrawal.id, withdrawal);
  out.withdrawal(withdrawal);
  record(state, "requested", withdrawal, entry, before, now, out);
  if (entry.transfers !== undefined) {
    const route = entry.ownerRoute ?? null;
    out.transfer(entry.transfers, noticeOf(state, withdrawal, route, entry.origin, now));
  }
}

/** Ends a pending withdrawal: its cash leaves, or is released; shares that have left are put back if it was rejected. */
export function endWithdrawal(
  state: AccountState,
  withdrawal: Withdrawal,
  decision: {
    readonly wanted: "settled" | "rejected";
    readonly by: UserId;
    readonly origin: Origin;
    readonly refusal?: string;
  },
  now: number,
  out: AccountOutputs,
): void {
  const { wanted } = decision;
  const { id, amount, shares, to } = withdrawal;
  const before = balanceSnapshot(state, shares?.symbol ?? null, null);
  if (shares !== undefined && wanted === "rejected") returnShares(state, shares, { id, to: to ?? "" }, now, out);
  move(state.ledger, CASH, "held", wanted === "settled" ? "outside" : "available", amount);
  if (wanted === "settled" && shares === undefined) {
    recordPayment(state, CASH, -amount, now, out);
    const what = { type: to === undefined ? "CSW" : "JNLC", at: now, cash: -amount, reference: id } as const;
    const description = to === undefined ? `Withdrawal ${withdrawal.reference}` : `Transfer to ${to}`;
    recordBooking(state, { ...what, description }, out);
  }
  state.withdrawals.delete(id);
  out.withdrawal(decided(withdrawal, wanted, decision, now));
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
  withdrawal: Withdrawal,
  requestedRoute: string | null,
  origin: Origin,
  now: number,
): TransferNotice {
  const { id, reference, requestedBy, requestedAt, to, shares } = withdrawal;
  return {
    kind: "withdrawal_requested",
    withdrawalId: id,
    accountId: state.accountId,
    ownerId: state.userId,
    reference,
    amount: amountText(withdrawal),
    requestedBy,
    requestedRoute,
    requestedAt,
    expiresAt: now + TRANSFER_EXPIRES_MS,
    origin,
    ...(to === undefined ? {} : { to }),
    ...(shares === undefined ? {} : { shares: { symbol: shares.symbol, lots: shares.lots.map(lotInTransfer) } }),
  };
}

/** What moves, as a decimal of dollars or of shares. */
export function amountText({ amount, shares }: Pick<Withdrawal, "amount" | "shares">): string {
  if (shares === undefined) return formatDecimal(amount, PRICE_DECIMALS);
  return formatDecimal(shares.qty, assetOf(shares.symbol).qtyDecimals);
}

function record(
  state: AccountState,
  what: "requested" | "settled" | "rejected",
  withdrawal: Withdrawal,
  { by, origin }: { readonly by: UserId; readonly origin: Origin },
  before: BalanceSnapshot,
  now: number,
  out: AccountOutputs,
): void {
  const { id, reference, to, shares } = withdrawal;
  const receiver = to === undefined ? {} : { to_account_id: to };
  const moved = shares === undefined ? {} : movedFacts(shares, what !== "settled");
  const body = { withdrawal_id: id, reference, amount: amountText(withdrawal), by, ...receiver, ...moved };
  const action = `${to === undefined ? "withdrawal" : "transfer"}.${what}`;
  const resource = `account/${state.accountId}`;
  const after = balanceSnapshot(state, shares?.symbol ?? null, null);
  audit(state, { action, resource, body, before, after }, origin, now, out);
}

function requested(
  { id, reference, amount, by, transfers, to, shares }: Extract<WithdrawalEntry, { kind: "withdrawal_requested" }>,
  now: number,
  lots: readonly SentLot[],
): Withdrawal {
  const asked = { id, reference, amount, requestedBy: by, requestedAt: now };
  const receiver = {
    ...(to === undefined ? {} : { to }),
    ...(shares === undefined ? {} : { shares: { ...shares, lots } }),
  };
  const withdrawal = { ...asked, state: "pending", decidedBy: null, decidedAt: null, ...receiver } as const;
  return transfers === undefined ? withdrawal : { ...withdrawal, transfers };
}

function decided(
  withdrawal: Withdrawal,
  state: "settled" | "rejected",
  { by, refusal }: { readonly by: UserId; readonly refusal?: string },
  now: number,
): Withdrawal {
  const { shares } = withdrawal;
  const rest = {
    ...(shares && { shares: { ...shares, lots: NO_LOTS } }),
    ...(refusal === undefined ? {} : { refusal }),
  };
  return { ...withdrawal, state, decidedBy: by === "" ? null : by, decidedAt: now, ...rest };
}

function same(withdrawal: Withdrawal): Decision<Withdrawal> {
  const outcome: Outcome<Withdrawal> = { ok: true, value: withdrawal };
  return { entries: [], outcome };
}

function refused(refusal: Refusal): Decision<Withdrawal> {
  return { entries: [], outcome: { ok: false, refusal } };
}
