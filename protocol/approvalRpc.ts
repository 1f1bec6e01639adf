/** Movements of money that two persons decide, and the log of what administrators do. Ids only: nothing personal. */
import type { Deposit, Origin, RequestKey } from "./rpc.ts";

/** `approved`: decided, and on its way to the account; `failed`: approved, and refused by the account. */
export const APPROVAL_STATES = ["pending", "approved", "booked", "failed", "rejected", "expired"] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** What is to be approved. */
export interface ApprovalAsk {
  readonly kind: "deposit" | "withdrawal";
  readonly accountId: string;
  /** What is moved: in by a deposit, out by a withdrawal, which has this reference at its account. */
  readonly deposit: Deposit;
  /** Of a withdrawal: its id at the account, which holds the money. */
  readonly withdrawalId?: string;
  /** The user who asks for it, and so may not approve it. */
  readonly askedBy: string;
  /** The client's key of the request, so that the same request again is the same approval. */
  readonly request: RequestKey | null;
  readonly requestId: string;
}

/** An approval as administrators see it. Times are epoch milliseconds. */
export interface ApprovalView {
  readonly id: string;
  readonly kind: ApprovalAsk["kind"];
  readonly state: ApprovalState;
  readonly accountId: string;
  readonly deposit: Deposit;
  readonly withdrawalId?: string;
  readonly askedBy: string;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly decidedBy: string | null;
  readonly decidedAt: number | null;
  /** Why the account refused what was approved; null otherwise. */
  readonly refusal: string | null;
}

export type ApprovalRefusal =
  | { readonly reason: "approval_not_found" }
  /** Neither who asked for it nor who owns the account may approve it. */
  | { readonly reason: "approval_own" }
  | { readonly reason: "approval_decided" }
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "deposit_reference_taken" }
  | { readonly reason: "deposit_invalid" }
  | { readonly reason: "asset_not_found"; readonly symbol: string };

export type ApprovalOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ApprovalRefusal };

/** Something an administrator has done. */
export interface Act {
  readonly by: string;
  /** What, like `market.halted`. */
  readonly what: string;
  /** What it was done to: a symbol, a user id, an account id. */
  readonly target: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export interface ActEntry extends Act {
  readonly seq: number;
  readonly at: number;
}

export interface ApprovalRpc {
  /** Asks for an approval; `again`: this was asked before, and is the same approval. */
  propose(asked: ApprovalAsk): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /** Decides that it be done, and does it once; what cannot be done now is done as soon as it can. */
  approve(id: string, by: string, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  reject(id: string, by: string, origin: Origin): Promise<ApprovalOutcome<ApprovalView>>;
  /** The newest first. */
  approvals(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]>;
  record(act: Act): Promise<void>;
  /** The newest first, before this number (null: from the newest). */
  acts(before: number | null, limit: number): Promise<readonly ActEntry[]>;
}
