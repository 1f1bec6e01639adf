/** A transfer of money or shares into or out of an account, from the request to the account's reply. */
import type { AccountId, LoginRoute, UserId } from "../ids.ts";
import type { Origin } from "../account/state/origin.ts";
import type { IdempotencyKey } from "../account/ledger/idempotentResponse.ts";
import type { TransferredLot } from "../portfolio/lots.ts";
import type { DepositedLot } from "../account/ledger/depositedLot.ts";
import type { TransferState } from "./transferState.ts";

/** A transfer that is undecided after this time expires. */
export const TRANSFER_EXPIRES_MS = 7 * 86_400_000;

export type TransferDecision = "approved" | "rejected" | "expired";

/** The account's reply. `refused`: the account did not accept an approved transfer. */
export type TransferResult = "posted" | "voided" | "refused";

/** Times are epoch milliseconds. */
export interface Transfer {
  readonly id: string;
  /** `own`: between two accounts of one user. */
  readonly kind: "deposit" | "withdrawal" | "own";
  readonly accountId: AccountId;
  /** The user who owns the account. */
  readonly ownerId: UserId;
  readonly reference: string;
  /** The symbol of transferred shares; null for dollars. */
  readonly symbol: string | null;
  /** Decimal text. */
  readonly amount: string;
  /** The id of a withdrawal at its account, which holds the cash; null for a deposit. */
  readonly withdrawalId: string | null;
  /** The user who requested it: the owner of a withdrawal, an administrator for a deposit. */
  readonly requestedBy: UserId;
  /** The route of the login of that user; null when an earlier release did not store it. */
  readonly requestedRoute: LoginRoute | null;
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly requestId: string;
  /** The idempotency key of the request. */
  readonly request: IdempotencyKey | null;
  /** Where a withdrawal was requested from, encrypted by its account; null for a deposit. */
  readonly origin: Origin | null;
  /** Whether the owner of a withdrawal was notified. Administrators see it only afterwards. */
  readonly notified: boolean;
  readonly decision: TransferDecision | null;
  /** The administrator who decided; null while it is undecided, and when it expired. */
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** The account's reply; null until it arrives. */
  readonly result: TransferResult | null;
  /** The account that gets an own transfer. */
  readonly to?: AccountId;
  /** When deposited shares were acquired, and what they cost, if the request says so. */
  readonly lot?: DepositedLot;
  /** The tax lots of the shares that it moves between accounts. */
  readonly lots?: readonly TransferredLot[];
  /** The reply of that account to an own transfer; absent until it arrives. */
  readonly credit?: "posted" | "refused";
  /** Why the account refused an approved transfer. */
  readonly refusal: string | null;
  /** True when the account posted this deposit earlier, for another request. */
  readonly replayed?: true;
}

/** The state of the two-phase transfer. An approved transfer is pending until the account has posted it. */
export function transferState({ decision, result }: Pick<Transfer, "decision" | "result">): TransferState {
  if (decision === "expired") return "expired";
  if (decision === "rejected" || result === "refused") return "voided";
  return result === "posted" ? "posted" : "pending";
}

/** Whether the account has replied. */
export function isEnded({ result }: Pick<Transfer, "result">): boolean {
  return result !== null;
}

/** Finds transfers, open or ended. */
export interface KnownTransfers {
  byId(id: string): Transfer | undefined;
  byWithdrawal(withdrawalId: string): Transfer | undefined;
  /** The newest deposit of an account that was requested with this idempotency key. */
  byRequestKey(accountId: AccountId, key: string): Transfer | undefined;
  /** The newest deposit of an account with this reference. */
  byReference(accountId: AccountId, reference: string): Transfer | undefined;
}
