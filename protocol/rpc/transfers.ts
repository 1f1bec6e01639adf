/**
 * RPC of the transfers actor of a region: deposits and withdrawals, which administrators approve. Additive, like
 * account.ts.
 */
import type { IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { TransferCommand, TransferNotice } from "../../domain/transfers/messages.ts";
import type { Transfer } from "../../domain/transfers/transfer.ts";
import type { ApprovalState } from "../wire/approvals.ts";
import type { Deposit } from "./account.ts";
import type { ActorRpc } from "./actor.ts";
import type { Administrator, ApprovalOutcome, ApprovalView } from "./approvals.ts";
import type { Envelope } from "./envelope.ts";

/** A deposit as an administrator requests it. */
export interface RequestedDeposit {
  readonly accountId: AccountId;
  /** The user who owns the account. */
  readonly ownerId: UserId;
  readonly deposit: Deposit;
  readonly requestedBy: Administrator;
  /** The client's key of the request. */
  readonly request: IdempotencyKey | null;
  /** With a single administrator no second one approves it. */
  readonly alone: boolean;
}

export interface TransfersRpc extends ActorRpc {
  /** `again`: it was requested before. A deposit that needs no approval is answered when the account has posted it. */
  requestDeposit(
    asked: RequestedDeposit,
    origin: Origin,
  ): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /** Decides a transfer. Answers when the account has executed the decision, or after a time limit. */
  approve(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  reject(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  /** The newest first. */
  transfers(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]>;
  /** Takes over transfers that an earlier release stored elsewhere. Repeatable. */
  adopt(transfers: readonly Transfer[]): Promise<void>;
  deliver(envelope: Envelope<TransferNotice>): Promise<Envelope<TransferCommand>>;
}
