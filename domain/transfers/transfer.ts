/** A transfer of money or shares into or out of an account: one record from the request to the account's answer. */
import type { AccountId, LoginRoute, UserId } from "../ids.ts";
import type { Origin } from "../account/state/origin.ts";
import type { IdempotencyKey } from "../account/ledger/idempotentResponse.ts";
import type { TransferState } from "./transferState.ts";

/** A transfer that nobody has decided by then expires. */
export const TRANSFER_EXPIRES_MS = 7 * 86_400_000;

export type TransferDecision = "approved" | "rejected" | "expired";

/** What the account has done: `refused` is an approved transfer that the account does not accept. */
export type TransferResult = "posted" | "voided" | "refused";

/** Times are epoch milliseconds. */
export interface Transfer {
  readonly id: string;
  readonly kind: "deposit" | "withdrawal";
  readonly accountId: AccountId;
  /** The user who owns the account. */
  readonly ownerId: UserId;
  readonly reference: string;
  /** What is transferred: lots of this symbol; null: dollars. */
  readonly symbol: string | null;
  /** Decimal text. */
  readonly amount: string;
  /** The id of a withdrawal at its account, which holds the cash; null for a deposit. */
  readonly withdrawalId: string | null;
  /** The user who requested it: the owner of a withdrawal, an administrator for a deposit. */
  readonly requestedBy: UserId;
  /** The route of the login of that user; null when the release that took the request did not keep it. */
  readonly requestedRoute: LoginRoute | null;
  readonly requestedAt: number;
  readonly expiresAt: number;
  readonly requestId: string;
  /** The client's key of the request: the same request again is the same transfer. */
  readonly request: IdempotencyKey | null;
  /** Where a withdrawal was requested from, encrypted by its account; null for a deposit. */
  readonly origin: Origin | null;
  /** Whether the owner of a withdrawal was notified: only then administrators see it. */
  readonly notified: boolean;
  readonly decision: TransferDecision | null;
  /** The administrator who decided; null while it is undecided, and when it expired. */
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** The account's answer; null until it has come. */
  readonly result: TransferResult | null;
  /** Why the account refused what was approved. */
  readonly refusal: string | null;
  /** The account had posted this deposit before, for another request. */
  readonly replayed?: true;
}

/** The state of the two-phase transfer. One that is approved stays pending until the account has posted it. */
export function transferState({ decision, result }: Pick<Transfer, "decision" | "result">): TransferState {
  if (decision === "expired") return "expired";
  if (decision === "rejected" || result === "refused") return "voided";
  return result === "posted" ? "posted" : "pending";
}

/** Whether nothing remains to be done for it. */
export function isEnded({ result }: Pick<Transfer, "result">): boolean {
  return result !== null;
}

/** Finds transfers, open or ended. */
export interface KnownTransfers {
  byId(id: string): Transfer | undefined;
  byWithdrawal(withdrawalId: string): Transfer | undefined;
  /** The newest deposit that an account was asked for with this key. */
  byRequestKey(accountId: AccountId, key: string): Transfer | undefined;
  /** The newest deposit of this reference. */
  byReference(accountId: AccountId, reference: string): Transfer | undefined;
}
