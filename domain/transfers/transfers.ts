/**
 * The transfers of a region as a deterministic state machine. A request is decided first (decide.ts) and journalled as
 * entries; applying an entry or a message of an account never refuses.
 */
import type { AccountId, UserId } from "../ids.ts";
import { type Actor, SYSTEM } from "../actor.ts";
import { UNKNOWN_ORIGIN } from "../account/state/origin.ts";
import type { Origin } from "../account/state/origin.ts";
import type { TransferCommand, TransferNotice } from "./messages.ts";
import { afterReply, commandToPayer, commandToReceiver, newOwnTransfer } from "./ownTransfer.ts";
import { isEnded, type Transfer, type TransferDecision } from "./transfer.ts";

export interface TransfersState {
  /** Transfers that wait for a decision or for the account's reply, by id, in order of arrival. */
  readonly open: Map<string, Transfer>;
  /** The transfer of each open withdrawal, by the withdrawal's id. */
  readonly byWithdrawal: Map<string, string>;
}

/** Entries of the actor's journal. Messages of accounts are journalled as messages. */
export type TransferEntry =
  /** A deposit was requested. If no approval is required it is already decided. */
  | { readonly kind: "proposed"; readonly transfer: Transfer; readonly origin: Origin }
  | {
      readonly kind: "decided";
      readonly id: string;
      readonly decision: TransferDecision;
      /** Empty when the transfer expired. */
      readonly by: UserId;
      readonly origin: Origin;
    }
  /** The owner of a withdrawal was notified. */
  | { readonly kind: "notified"; readonly id: string }
  /** A transfer that an earlier release stored in other objects. */
  | { readonly kind: "adopted"; readonly transfer: Transfer };

export interface TransferOutputs {
  command(accountId: AccountId, command: TransferCommand): void;
  /** Stores a transfer as a row outside the state, because transfers are stored for ever. */
  changed(transfer: Transfer): void;
  /** Removes the row of a transfer that was adopted under another id. */
  removed(id: string): void;
}

export function newTransfers(): TransfersState {
  return { open: new Map(), byWithdrawal: new Map() };
}

/** Applies one entry. */
export function applyTransferEntry(
  state: TransfersState,
  entry: TransferEntry,
  now: number,
  out: TransferOutputs,
): void {
  switch (entry.kind) {
    case "proposed":
      store(state, entry.transfer, out);
      return command(entry.transfer, entry.origin, out);
    case "decided":
      return applyDecision(state, entry, now, out);
    case "notified": {
      const transfer = state.open.get(entry.id);
      if (transfer !== undefined) store(state, { ...transfer, notified: true }, out);
      return;
    }
    case "adopted":
      return adopt(state, entry.transfer, out);
  }
}

/** Applies a message of an account. */
export function applyNotice(state: TransfersState, notice: TransferNotice, now: number, out: TransferOutputs): void {
  if (notice.kind === "withdrawal_requested") return request(state, notice, now, out);
  const { kind: _, transferId, ...ended } = notice;
  const transfer = state.open.get(state.byWithdrawal.get(transferId) ?? transferId);
  if (transfer === undefined) return;
  if (transfer.kind === "own") return continueOwn(state, afterReply(transfer, ended), out);
  // An account to which an earlier release sent the decision reports it here first.
  const decision = transfer.decision ?? (ended.result === "posted" ? "approved" : "rejected");
  store(state, { ...transfer, ...ended, decision, decidedAt: transfer.decidedAt ?? now }, out);
}

function request(
  state: TransfersState,
  notice: Extract<TransferNotice, { kind: "withdrawal_requested" }>,
  now: number,
  out: TransferOutputs,
): void {
  const { kind: _, withdrawalId, origin, to, shares: _shares, ...asked } = notice;
  // The withdrawal was adopted from an earlier release already.
  if (state.byWithdrawal.has(withdrawalId)) return;
  if (to !== undefined) {
    const own = newOwnTransfer(notice, to, now);
    store(state, own, out);
    return out.command(to, commandToReceiver(own));
  }
  const transfer: Transfer = {
    ...asked,
    id: withdrawalId,
    kind: "withdrawal",
    symbol: null,
    withdrawalId,
    requestId: origin.requestId,
    request: null,
    origin,
    notified: false,
    decision: null,
    decidedBy: null,
    decidedAt: null,
    result: null,
    refusal: null,
  };
  store(state, transfer, out);
}

/** The receiver has answered, or the payer has after it. */
function continueOwn(state: TransfersState, transfer: Transfer, out: TransferOutputs): void {
  store(state, transfer, out);
  if (!isEnded(transfer)) out.command(transfer.accountId, commandToPayer(transfer));
}

function applyDecision(
  state: TransfersState,
  { id, decision, by, origin }: Extract<TransferEntry, { kind: "decided" }>,
  now: number,
  out: TransferOutputs,
): void {
  const transfer = state.open.get(id);
  if (transfer === undefined) throw new Error(`transfer ${id} is not open`);
  // A deposit has no hold, so its account gets no message when it is not approved.
  const result = transfer.kind === "deposit" && decision !== "approved" ? ("voided" as const) : null;
  const decided = { ...transfer, decision, decidedBy: by === "" ? null : by, decidedAt: now, result };
  store(state, decided, out);
  command(decided, origin, out);
}

function adopt(state: TransfersState, transfer: Transfer, out: TransferOutputs): void {
  const { withdrawalId } = transfer;
  const other = withdrawalId === null ? undefined : state.byWithdrawal.get(withdrawalId);
  if (other !== undefined && other !== transfer.id) {
    state.open.delete(other);
    out.removed(other);
  }
  store(state, transfer, out);
  if (transfer.result === null) command(transfer, originOfAdopted(transfer), out);
}

/** An earlier release stored who decided, but not the client info of the decision. */
function originOfAdopted({ requestId, decidedBy }: Transfer): Origin {
  const actor: Actor = decidedBy === null ? SYSTEM : { userId: decidedBy, credentialKind: "admin", credentialId: "" };
  return { ...UNKNOWN_ORIGIN, requestId, actor };
}

/** Sends the decision to the account; nothing while the transfer is undecided. */
function command(transfer: Transfer, origin: Origin, out: TransferOutputs): void {
  if (transfer.decision === null) return;
  if (transfer.kind === "deposit") {
    if (transfer.decision === "approved") out.command(transfer.accountId, postDeposit(transfer, origin));
    return;
  }
  out.command(transfer.accountId, {
    kind: transfer.decision === "approved" ? "post_withdrawal" : "void_withdrawal",
    transferId: transfer.id,
    withdrawalId: transfer.withdrawalId ?? transfer.id,
    by: transfer.decidedBy ?? "",
    origin,
  });
}

function postDeposit(transfer: Transfer, origin: Origin): TransferCommand {
  const { id, reference, symbol, amount, lot, requestedBy, decidedBy, request } = transfer;
  const terms = { reference, symbol, amount, ...(lot === undefined ? {} : { lot }), requestedBy };
  const posted = { kind: "post_deposit", transferId: id, ...terms, origin } as const;
  // Without an approval the account stores its response under the idempotency key of the request.
  const alone = decidedBy === null || decidedBy === requestedBy;
  if (!alone) return { ...posted, approvedBy: decidedBy };
  return request === null ? posted : { ...posted, request };
}

function store(state: TransfersState, transfer: Transfer, out: TransferOutputs): void {
  const { id, withdrawalId } = transfer;
  if (isEnded(transfer)) {
    state.open.delete(id);
    if (withdrawalId !== null) state.byWithdrawal.delete(withdrawalId);
  } else {
    state.open.set(id, transfer);
    if (withdrawalId !== null) state.byWithdrawal.set(withdrawalId, id);
  }
  out.changed(transfer);
}

/** Plain data of the state, for a snapshot. */
export interface SavedTransfers {
  readonly open: readonly Transfer[];
}

export function saveTransfers({ open }: TransfersState): SavedTransfers {
  return { open: [...open.values()] };
}

export function loadTransfers({ open }: SavedTransfers): TransfersState {
  const withdrawals = open.flatMap(({ id, withdrawalId }) =>
    withdrawalId === null ? [] : [[withdrawalId, id] as const],
  );
  return { open: new Map(open.map((transfer) => [transfer.id, transfer])), byWithdrawal: new Map(withdrawals) };
}
