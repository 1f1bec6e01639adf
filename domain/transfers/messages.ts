/** The messages between accounts and the transfers actor of their region. Each is delivered and applied exactly once. */
import type { AccountId, LoginRoute, UserId } from "../ids.ts";
import type { Origin } from "../account/state/origin.ts";
import type { IdempotencyKey } from "../account/ledger/idempotentResponse.ts";
import type { TransferredLot } from "../portfolio/lots.ts";
import type { DepositedLot } from "../account/ledger/depositedLot.ts";
import type { TransferResult } from "./transfer.ts";

/** From an account to its transfers actor. */
export type TransferNotice =
  | {
      /** The account holds the cash of a withdrawal. */
      readonly kind: "withdrawal_requested";
      readonly withdrawalId: string;
      readonly accountId: AccountId;
      readonly ownerId: UserId;
      readonly reference: string;
      /** Dollars, or shares of the symbol, as decimal text. */
      readonly amount: string;
      readonly requestedBy: UserId;
      readonly requestedRoute: LoginRoute | null;
      readonly requestedAt: number;
      readonly expiresAt: number;
      /** Encrypted by the account. */
      readonly origin: Origin;
      /** The owner's account that gets it; left out: the cash leaves the exchange when it is approved. */
      readonly to?: AccountId;
      /** The shares that have left the account, with their tax lots; left out: the account holds cash. */
      readonly shares?: SharesInTransfer;
    }
  | ({
      /** The account has executed a decision. */
      readonly kind: "transfer_ended";
      /** The transfer's id, or the withdrawal's id when the decision came from an earlier release. */
      readonly transferId: string;
    } & TransferEnd);

/** Shares between two accounts. */
export interface SharesInTransfer {
  readonly symbol: string;
  readonly lots: readonly TransferredLot[];
}

/** How a transfer ended at its account. */
export interface TransferEnd {
  readonly result: TransferResult;
  readonly refusal: string | null;
  /** True when the account posted this deposit earlier, for another request. */
  readonly replayed?: true;
}

/** From the transfers actor to an account. */
export type TransferCommand = WithdrawalCommand | DepositCommand;

/** Ends a withdrawal: its cash leaves the account, or is released. */
export interface WithdrawalCommand {
  readonly kind: "post_withdrawal" | "void_withdrawal";
  readonly transferId: string;
  readonly withdrawalId: string;
  /** The administrator who decided; empty when the transfer expired. */
  readonly by: UserId;
  /** Encrypted by the account. */
  readonly origin: Origin;
  /** Why the other account has refused a transfer between own accounts. */
  readonly refusal?: string;
}

/** The account that pays a transfer between accounts of one user. */
export interface Payer {
  readonly accountId: AccountId;
  readonly ownerId: UserId;
}

export interface DepositCommand {
  readonly kind: "post_deposit";
  readonly transferId: string;
  readonly reference: string;
  readonly symbol: string | null;
  readonly amount: string;
  readonly requestedBy: UserId;
  /** Absent when no approval was required. */
  readonly approvedBy?: UserId;
  /** Absent when the request had no idempotency key, and when an approval was required. */
  readonly request?: IdempotencyKey;
  /** The account that pays it, and who owns that account; absent for a deposit. */
  readonly payer?: Payer;
  /** When deposited shares were acquired, and what they cost, if the request says so. */
  readonly lot?: DepositedLot;
  /** The tax lots of shares of another account. */
  readonly lots?: readonly TransferredLot[];
  /** Encrypted by the account. */
  readonly origin: Origin;
}
