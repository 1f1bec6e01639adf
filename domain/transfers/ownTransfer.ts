/**
 * Transfers between two accounts of one user, in two phases: the payer holds cash, or its shares leave it with
 * their tax lots; the receiver gets them or refuses; then the payer's part is posted, or the payer has them again. Nobody
 * has to approve one.
 */
import { withoutClientInfo } from "../account/state/origin.ts";
import type { TransferCommand, TransferEnd, TransferNotice } from "./messages.ts";
import type { Transfer } from "./transfer.ts";

type Requested = Extract<TransferNotice, { kind: "withdrawal_requested" }>;

/** The transfer of a notice of its payer, as it is stored. */
export function newOwnTransfer(notice: Requested, to: string, now: number): Transfer {
  const { kind: _, withdrawalId, origin, to: _to, shares, ...asked } = notice;
  return {
    ...asked,
    id: withdrawalId,
    kind: "own",
    symbol: shares?.symbol ?? null,
    ...(shares === undefined ? {} : { lots: shares.lots }),
    withdrawalId,
    requestId: origin.requestId,
    request: null,
    // Client info is encrypted by the payer: the receiver could not read it.
    origin: withoutClientInfo(origin),
    notified: true,
    decision: "approved",
    decidedBy: null,
    decidedAt: now,
    to,
    result: null,
    refusal: null,
  };
}

/** Offers the cash or the shares to the receiver. */
export function commandToReceiver(transfer: Transfer): TransferCommand {
  const { id, accountId, ownerId, symbol, amount, lots, requestedBy, origin } = transfer;
  if (origin === null) throw new Error(`${id} has no origin`);
  const payer = { accountId, ownerId };
  const terms = { reference: ownReference(id), symbol, amount, requestedBy, origin };
  const command = { kind: "post_deposit", transferId: id, ...terms, payer } as const;
  return lots === undefined ? command : { ...command, lots };
}

/** The transfer after a reply: first of the receiver, whose answer decides, then of the payer. */
export function afterReply(transfer: Transfer, reply: TransferEnd): Transfer {
  const { credit } = transfer;
  if (credit !== undefined) return { ...transfer, result: credit === "posted" ? "posted" : "refused" };
  if (reply.result === "posted") return { ...transfer, credit: "posted" };
  return { ...transfer, credit: "refused", refusal: reply.refusal };
}

/** What the payer is to do with the cash that it holds, or with the shares that have left it. */
export function commandToPayer({ id, credit, requestedBy: by, origin, refusal }: Transfer): TransferCommand {
  if (origin === null) throw new Error(`${id} has no origin`);
  const kind = credit === "posted" ? "post_withdrawal" : "void_withdrawal";
  const command = { kind, transferId: id, withdrawalId: id, by, origin } as const;
  return refusal === null ? command : { ...command, refusal };
}

/** The reference of the receiver's posting: no other deposit has the id of a transfer. */
export function ownReference(transferId: string): string {
  return `own/${transferId}`;
}
