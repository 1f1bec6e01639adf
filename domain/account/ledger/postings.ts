/**
 * Messages of the transfers actor. A withdrawal ends when its message is applied; a deposit is decided in a later commit.
 */
import type { TransferCommand, TransferEnd, WithdrawalCommand } from "../../transfers/messages.ts";
import type { Outcome } from "../entry/refusal.ts";
import type { AccountState } from "../state/accountState.ts";
import type { PostingEntry } from "../state/entries.ts";
import type { AccountOutputs } from "../state/outputs.ts";
import { rollTradingDay } from "./previousClose.ts";
import { endWithdrawal } from "./withdrawals.ts";

/** Applies a message of the transfers actor. */
export function applyTransferCommand(
  state: AccountState,
  from: string,
  command: TransferCommand,
  now: number,
  out: AccountOutputs,
): void {
  const { transferId } = command;
  if (state.accountId === "") {
    return out.transfer(from, { kind: "transfer_ended", transferId, result: "refused", refusal: "account_not_found" });
  }
  rollTradingDay(state, now);
  if (command.kind === "post_deposit") state.postings.set(transferId, { from, command });
  else out.transfer(from, { kind: "transfer_ended", transferId, ...end(state, command, now, out) });
}

/** Ends the withdrawal. One that is no longer open ended by the same decision, because a withdrawal has only one. */
function end(state: AccountState, command: WithdrawalCommand, now: number, out: AccountOutputs): TransferEnd {
  const { kind, withdrawalId, by, origin, refusal } = command;
  const approved = kind === "post_withdrawal";
  const withdrawal = state.withdrawals.get(withdrawalId);
  if (withdrawal === undefined) return { result: approved ? "posted" : "voided", refusal: null };
  // The transfers actor refuses this too. The account checks it as well, because it holds the money.
  const own = approved && withdrawal.to === undefined && (by === withdrawal.requestedBy || by === state.userId);
  const wanted = approved && !own ? "settled" : "rejected";
  endWithdrawal(state, withdrawal, { wanted, by, origin, ...(refusal && { refusal }) }, now, out);
  if (own) return { result: "refused", refusal: "approval_own" };
  return { result: approved ? "posted" : "voided", refusal: null };
}

/** The entry that answers the transfers actor. `replayed`: this deposit had been posted before. */
export function postingEnded(transferId: string, outcome: Outcome<{ readonly replayed: boolean }>): PostingEntry {
  const ended = { kind: "posting_ended", transferId } as const;
  if (!outcome.ok) return { ...ended, result: "refused", refusal: outcome.refusal.reason };
  return { ...ended, result: "posted", refusal: null, ...(outcome.value.replayed ? { replayed: true } : {}) };
}

export function endPosting(state: AccountState, entry: PostingEntry, out: AccountOutputs): void {
  const { kind: _, ...ended } = entry;
  const posting = state.postings.get(entry.transferId);
  if (posting === undefined) return;
  state.postings.delete(entry.transferId);
  out.transfer(posting.from, { kind: "transfer_ended", ...ended });
}
