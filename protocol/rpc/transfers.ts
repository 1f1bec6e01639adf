/** What the transfers actor of a region answers: deposits and withdrawals that two persons decide. Additive, like account.ts. */
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
  /** Where one person is the whole staff: nobody else approves it. */
  readonly alone: boolean;
}

export interface TransfersRpc extends ActorRpc {
  /** `again`: it was requested before. One that nobody else approves is answered when the account has posted it. */
  requestDeposit(
    asked: RequestedDeposit,
    origin: Origin,
  ): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /** Decides it, and answers when the account has carried that out, or when it takes too long. */
  approve(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  reject(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  /** The newest first. */
  transfers(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]>;
  /** Takes over transfers of a release that kept them elsewhere, each once however often it is asked. */
  adopt(transfers: readonly Transfer[]): Promise<void>;
  deliver(envelope: Envelope<TransferNotice>): Promise<Envelope<TransferCommand>>;
}
