/** Decides the requests to the transfers actor: the entries to journal, and the response. */
import type { AccountId, LoginRoute, UserId } from "../ids.ts";
import type { DepositedLot } from "../account/ledger/depositedLot.ts";
import { type Assets, readDeposit } from "../account/ledger/deposits.ts";
import { NO_ORIGIN } from "../account/state/origin.ts";
import type { Origin } from "../account/state/origin.ts";
import type { IdempotencyKey } from "../account/ledger/idempotentResponse.ts";
import { type KnownTransfers, type Transfer, TRANSFER_EXPIRES_MS } from "./transfer.ts";
import type { TransferEntry, TransfersState } from "./transfers.ts";

export type TransferRefusal =
  | { readonly reason: "approval_not_found" }
  | { readonly reason: "approval_own" }
  | { readonly reason: "approval_decided" }
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "deposit_reference_taken" }
  | { readonly reason: "deposit_invalid" }
  | { readonly reason: "asset_not_found"; readonly symbol: string };

/** `Refusal`: further refusals, by the caller, which knows the administrators. */
export interface TransferDecided<T, Refusal = never> {
  readonly entries: readonly TransferEntry[];
  readonly outcome:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly refusal: TransferRefusal | Refusal };
}

/** A deposit as an administrator requests it. */
export interface DepositRequest {
  readonly accountId: AccountId;
  readonly ownerId: UserId;
  readonly reference: string;
  readonly symbol: string | null;
  readonly amount: string;
  /** When shares were acquired, and what they cost, if that is known. */
  readonly lot?: DepositedLot;
  readonly requestedBy: UserId;
  readonly requestedRoute: LoginRoute | null;
  readonly request: IdempotencyKey | null;
  /** True when there is only one administrator: the deposit needs no approval. */
  readonly alone: boolean;
}

/**
 * Decides a request for a deposit. A repeated request, and the same reference with the same content, returns the existing
 * transfer.
 */
export function decideDepositRequest(
  asked: DepositRequest,
  known: KnownTransfers,
  id: string,
  now: number,
  origin: Origin,
  assets: Assets,
): TransferDecided<{ readonly transfer: Transfer; readonly again: boolean }> {
  const { accountId, reference, symbol, amount, lot, request, alone, requestedBy } = asked;
  const read = readDeposit(asked, assets);
  if (!read.ok) return refused(read.refusal as TransferRefusal);
  if ((lot?.acquiredAt ?? 0) > now) return refused({ reason: "deposit_invalid" });
  const keyed = request === null ? undefined : known.byRequestKey(accountId, request.key);
  // A refused, rejected or expired deposit moved nothing. Without a second administrator the same request may try again.
  if (keyed !== undefined && (!alone || blocksReference(keyed, now))) {
    if (keyed.request?.fingerprint !== request?.fingerprint) return refused({ reason: "idempotency_key_reused" });
    return repeated(keyed, asked, origin);
  }
  const named = known.byReference(accountId, reference);
  if (named !== undefined && blocksReference(named, now)) {
    const before = readDeposit(named, assets);
    const same =
      before.ok &&
      before.value.asset === read.value.asset &&
      before.value.amount === read.value.amount &&
      isSameLot(named.lot, lot);
    return same ? repeated(named, asked, origin) : refused({ reason: "deposit_reference_taken" });
  }
  const transfer: Transfer = {
    id,
    kind: "deposit",
    accountId,
    ownerId: asked.ownerId,
    reference,
    symbol,
    amount,
    ...(lot === undefined ? {} : { lot }),
    withdrawalId: null,
    requestedBy,
    requestedRoute: asked.requestedRoute,
    requestedAt: now,
    expiresAt: now + TRANSFER_EXPIRES_MS,
    requestId: origin.requestId,
    request,
    origin: null,
    notified: true,
    decision: alone ? "approved" : null,
    decidedBy: alone ? requestedBy : null,
    decidedAt: alone ? now : null,
    result: null,
    refusal: null,
  };
  return {
    entries: [{ kind: "proposed", transfer, origin }],
    outcome: { ok: true, value: { transfer, again: false } },
  };
}

function isSameLot(a: DepositedLot = {}, b: DepositedLot = {}): boolean {
  return a.acquiredAt === b.acquiredAt && a.cost === b.cost;
}

/** A repeated request. A transfer that waits for approval is approved when there is no second administrator. */
function repeated(
  transfer: Transfer,
  { alone, requestedBy }: DepositRequest,
  origin: Origin,
): TransferDecided<{ readonly transfer: Transfer; readonly again: boolean }> {
  const outcome = { ok: true, value: { transfer, again: true } } as const;
  if (!alone || transfer.decision !== null) return { entries: [], outcome };
  return { entries: [{ kind: "decided", id: transfer.id, decision: "approved", by: requestedBy, origin }], outcome };
}

/** False for a refused, rejected or expired transfer, whose reference may be used again. */
function blocksReference({ decision, result, expiresAt }: Transfer, now: number): boolean {
  if (decision === null) return expiresAt > now;
  return decision === "approved" && result !== "refused";
}

/** An administrator's decision on a transfer. */
export interface TransferDecisionRequest<Refusal> {
  readonly id: string;
  readonly decision: "approved" | "rejected";
  readonly by: UserId;
  /** Why this administrator may not decide it; null when it may. */
  readonly refusal: Refusal | null;
  /** Encrypted by the account. */
  readonly origin: Origin;
}

/**
 * Decides whether an administrator's decision is valid. The same administrator may repeat it; a decision of another one is
 * refused once the transfer is decided.
 */
export function decideApproval<Refusal>(
  state: Readonly<TransfersState>,
  { id, decision, by, refusal, origin }: TransferDecisionRequest<Refusal>,
  known: KnownTransfers,
  now: number,
): TransferDecided<null, Refusal> {
  const transfer = state.open.get(id) ?? known.byId(id);
  if (transfer === undefined) return refused({ reason: "approval_not_found" });
  if (decision === "approved" && isOwn(transfer, by)) return refused({ reason: "approval_own" });
  if (transfer.decision !== null) {
    const repeated = transfer.decidedBy === by && transfer.decision === decision;
    return repeated ? { entries: [], outcome: { ok: true, value: null } } : refused({ reason: "approval_decided" });
  }
  if (transfer.expiresAt <= now) return refused({ reason: "approval_decided" });
  // The owner is notified before anybody can decide (ID-99).
  if (!transfer.notified) return refused({ reason: "approval_not_found" });
  if (refusal !== null) return refused(refusal);
  return { entries: [{ kind: "decided", id, decision, by, origin }], outcome: { ok: true, value: null } };
}

/** True when the user requested the transfer or owns its account, and so may not approve it. */
export function isOwn({ requestedBy, ownerId }: Transfer, userId: UserId): boolean {
  return requestedBy === userId || ownerId === userId;
}

/** The entries that expire transfers whose time is over. */
export function dueTransfers({ open }: Readonly<TransfersState>, now: number): TransferEntry[] {
  return [...open.values()]
    .filter(({ decision, expiresAt }) => decision === null && expiresAt <= now)
    .map(({ id, requestId }) => {
      return { kind: "decided", id, decision: "expired", by: "", origin: { ...NO_ORIGIN, requestId } };
    });
}

/** When the next transfer expires; null when none waits for a decision. */
export function nextExpiry({ open }: Readonly<TransfersState>): number | null {
  let next: number | null = null;
  for (const { decision, expiresAt } of open.values()) {
    if (decision === null && (next === null || expiresAt < next)) next = expiresAt;
  }
  return next;
}

/** The entries that take over transfers of an earlier release; transfers that exist here already are skipped. */
export function decideAdoption(
  state: Readonly<TransfersState>,
  transfers: readonly Transfer[],
  known: KnownTransfers,
): TransferEntry[] {
  return transfers
    .filter(({ id, withdrawalId }) => {
      if (known.byId(id) !== undefined) return false;
      const other = withdrawalId === null ? undefined : known.byWithdrawal(withdrawalId);
      // The account sent this withdrawal too, under another id. The adopted transfer, whose id administrators have seen,
      // replaces that one while it is undecided.
      return other === undefined || (state.open.has(other.id) && other.decision === null);
    })
    .map((transfer) => ({ kind: "adopted", transfer }));
}

function refused<T>(refusal: T): {
  readonly entries: readonly [];
  readonly outcome: { readonly ok: false; readonly refusal: T };
} {
  return { entries: [], outcome: { ok: false, refusal } };
}
