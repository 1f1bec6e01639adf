/** How a transfer is told: in the words of approvals, which clients know, beside the state of the two-phase transfer. */
import { type Transfer, transferState } from "../../domain/transfers/transfer.ts";
import type { ApprovalView } from "../../protocol/rpc/approvals.ts";
import type { ApprovalState } from "../../protocol/wire/approvals.ts";

/** `approved` is on its way to the account, `booked` posted there, `failed` refused there. */
export function approvalState({ decision, result }: Pick<Transfer, "decision" | "result">): ApprovalState {
  if (decision === null) return "pending";
  if (decision !== "approved") return decision;
  if (result === null) return "approved";
  return result === "posted" ? "booked" : "failed";
}

export function approvalView(transfer: Transfer): ApprovalView {
  const { id, accountId, reference, symbol, amount, lot, withdrawalId } = transfer;
  const kind = transfer.kind === "deposit" ? "deposit" : "withdrawal";
  return {
    id,
    kind,
    state: approvalState(transfer),
    transferState: transferState(transfer),
    accountId,
    deposit: { reference, symbol, amount, ...(lot === undefined ? {} : { lot }) },
    ...(withdrawalId === null ? {} : { withdrawalId }),
    askedBy: transfer.requestedBy,
    askedAt: transfer.requestedAt,
    expiresAt: transfer.expiresAt,
    decidedBy: transfer.decidedBy,
    decidedAt: transfer.decidedAt,
    refusal: transfer.refusal,
  };
}
