/** RPC of an Account object about withdrawals. Additive across releases, like protocol/rpc/account.ts. */
import type { AccountId } from "../../domain/ids.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { IdempotentResponse, IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { WithdrawalRequest } from "../../domain/account/ledger/withdrawals.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import type { Principal } from "../auth/principal.ts";

export type { WithdrawalRequest } from "../../domain/account/ledger/withdrawals.ts";
export type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";

/** A withdrawal in the account's table; `place` is the cursor of its page. */
export interface StoredWithdrawal extends Withdrawal {
  readonly place: number;
}

/** The withdrawal as it is now, and the stored response to its request. */
export interface WithdrawalAsked {
  readonly withdrawal: Withdrawal;
  readonly answer: IdempotentResponse;
}

/** What goes to another account of the owner, as a client requests it: a decimal of dollars, or of shares of the symbol. */
export interface OwnTransferRequest {
  readonly reference: string;
  readonly amount: string;
  readonly to: AccountId;
  /** Null: cash. Left out by an earlier release, which moves cash only. */
  readonly symbol?: string | null;
}

export interface WithdrawalRpc {
  /**
   * Holds the money until an administrator decides. The same reference, or the same idempotency key, is one withdrawal.
   * `ownerRoute`: the route of the owner's login, which notifies the owner; left out by an earlier release.
   */
  requestWithdrawal(
    principal: Principal,
    asked: WithdrawalRequest,
    origin: Origin,
    request?: IdempotencyKey | null,
    ownerRoute?: string,
  ): Promise<Outcome<WithdrawalAsked>>;
  /** Those that leave the exchange, newest first, before this cursor (null: from the newest). */
  withdrawals(before: number | null, limit: number): Promise<StoredWithdrawal[]>;
  /**
   * Holds cash, or takes shares with their tax lots, until the other account has them or has refused them. The same
   * reference, or the same idempotency key,
   * is one transfer. The other account refuses it when it has another owner. Returns the stored response.
   */
  requestOwnTransfer(
    principal: Principal,
    asked: OwnTransferRequest,
    origin: Origin,
    request: IdempotencyKey | null,
  ): Promise<Outcome<IdempotentResponse>>;
  /** The transfers to other accounts of the owner, newest first, before this cursor. */
  ownTransfers(before: number | null, limit: number): Promise<StoredWithdrawal[]>;
}
