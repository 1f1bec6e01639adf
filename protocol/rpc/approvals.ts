/** RPC of the approvals object: four-eyes requests, and the log of what administrators do. */
import type { AccountId, LoginRoute, UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { ControlsLoosening, RiskLimits } from "../../domain/risk/limits.ts";
import type { Region } from "../ids/region.ts";
import type { Role } from "../auth/principal.ts";
import type { UserChange } from "./identity/admin.ts";
import type { NewUser } from "./identity/passwords.ts";
import type { Deposit } from "./account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { TransferState } from "../../domain/transfers/transferState.ts";
import { type ApprovalState, APPROVAL_KINDS, type AdminActionOutcome } from "../wire/approvals.ts";

/** An administrator, with the route of its login. */
export interface Administrator {
  readonly userId: UserId;
  readonly route: LoginRoute;
}

/** An action on a user, or on the plan of users. */
export type UserAction =
  | {
      readonly kind: "user_invite";
      readonly email: string;
      readonly roles: readonly Role[];
      readonly plan: Plan;
      readonly region: Region;
    }
  | { readonly kind: "user_change"; readonly userId: UserId; readonly route: LoginRoute; readonly change: UserChange }
  | { readonly kind: "user_erase"; readonly userId: UserId; readonly route: LoginRoute }
  /** The fee plan of an account of the user. */
  | {
      readonly kind: "user_fee_plan";
      readonly userId: UserId;
      readonly route: LoginRoute;
      readonly accountId: AccountId;
      readonly feePlan: string;
    }
  /** Blocks of an account of the user are lifted, its limits widened, or the kill switch of the exchange switched off. */
  | {
      readonly kind: "user_controls";
      readonly userId: UserId;
      readonly route: LoginRoute;
      readonly accountId: AccountId;
      readonly loosens: ControlsLoosening;
    }
  /** The limits of a plan, of which many users have each one. */
  | { readonly kind: "plan_limits"; readonly plan: Plan; readonly limits: RiskLimits };

/**
 * A request for an action on a user. `alone`: it is executed at once, because the deployment has a single
 * administrator.
 */
export interface UserActionRequest {
  readonly act: UserAction;
  readonly askedBy: Administrator;
  readonly alone: boolean;
  readonly origin: Origin;
}

/** A request that creates the first administrator, authorized by the bootstrap secret. */
export interface BootstrapRequest {
  /** SHA-256 of the secret, which is valid once. */
  readonly secret: string;
  readonly first: NewUser;
  /** The e-mail of a second administrator, who is invited at the same time; null: none. */
  readonly second: string | null;
  readonly origin: Origin;
}

/** An approval as administrators see it. Times are epoch milliseconds. */
export interface ApprovalView {
  readonly id: string;
  readonly kind: (typeof APPROVAL_KINDS)[number];
  readonly state: ApprovalState;
  /** The state of a transfer; left out for an action on a user. */
  readonly transferState?: TransferState;
  /** The account of a transfer, or the first account of the user. Empty: the user does not exist yet. */
  readonly accountId: AccountId;
  /** The user of an action; empty: the user does not exist yet. Left out for a transfer, and by an earlier release. */
  readonly userId?: UserId;
  /** Amount and reference of a transfer; meaningless for an action on a user. */
  readonly deposit: Deposit;
  /** The action on a user. The e-mail of an invitation is erased when it is decided. */
  readonly user?: UserAction;
  readonly withdrawalId?: string;
  readonly askedBy: UserId;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** Why the account refused an approved transfer; null otherwise. */
  readonly refusal: string | null;
}

export type ApprovalRefusal =
  | { readonly reason: "approval_not_found" }
  /** The decider requested it or owns the account. */
  | { readonly reason: "approval_own" }
  | { readonly reason: "approval_decided" }
  /** The limits that were to be widened are others now. */
  | { readonly reason: "controls_changed" }
  /** The decider has no second factor. */
  | { readonly reason: "approval_needs_factor" }
  /** The decider became an administrator within the last day, through the requester or the requester's chain. */
  | { readonly reason: "approval_too_soon" }
  /** The requester is no longer an administrator. */
  | { readonly reason: "approval_asker_left" }
  | { readonly reason: "forbidden" }
  | { readonly reason: "admin_self" }
  | { readonly reason: "last_administrator" }
  | { readonly reason: "bootstrap_closed" }
  | { readonly reason: "email_taken" }
  | { readonly reason: "user_not_found" }
  | { readonly reason: "idempotency_key_reused" }
  | { readonly reason: "deposit_reference_taken" }
  | { readonly reason: "deposit_invalid" }
  | { readonly reason: "paper_account" }
  | { readonly reason: "asset_not_found"; readonly symbol: string };

export type ApprovalOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ApprovalRefusal };

/** An action of an administrator, for the admin log. */
export interface AdminAction {
  readonly by: UserId;
  /** The kind of action, such as `market.halted`. */
  readonly what: string;
  /** The object of the action: a symbol, a user id or an account id. */
  readonly target: string;
  readonly facts: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export interface AdminLogEntry extends AdminAction {
  readonly seq: number;
  readonly at: number;
  readonly outcome: AdminActionOutcome;
}

type Facts = AdminAction["facts"];

/** Request of a transfers actor: may this administrator decide this transfer? */
export interface DecisionCheck {
  readonly decision: "approved" | "rejected";
  readonly decider: Administrator;
  readonly requestedBy: UserId;
  /** The route of the requester's login; null when it is unknown, and for a withdrawal. */
  readonly requestedRoute: string | null;
  readonly kind: "deposit" | "withdrawal";
}

/**
 * `deciderRefusal`: the decider may not decide anything; `requestRefusal`: the decider may not decide this transfer.
 */
export interface DecisionCheckResult {
  readonly deciderRefusal: ApprovalRefusal | null;
  readonly requestRefusal: ApprovalRefusal | null;
}

export interface ApprovalRpc {
  /**
   * Requests an action on a user. `again`: it was requested before. Without need of a second administrator it is
   * executed.
   */
  proposeUser(
    asked: UserActionRequest,
  ): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /**
   * Approves a request and executes it once, later if a part of the exchange is out of reach. `route`: of the decider's
   * login, which confirms that its user is an administrator.
   */
  approve(id: string, by: UserId, origin: Origin, route: LoginRoute): Promise<ApprovalOutcome<ApprovalView>>;
  reject(id: string, by: UserId, origin: Origin, route: LoginRoute): Promise<ApprovalOutcome<ApprovalView>>;
  /** Checks for a transfers actor whether an administrator may decide a transfer. */
  checkDecision(asked: DecisionCheck): Promise<DecisionCheckResult>;
  /** Approvals about users, newest first. */
  approvals(state: ApprovalState | null, limit: number): Promise<readonly ApprovalView[]>;
  /** Creates the first administrator, once for each secret. */
  bootstrap(
    asked: BootstrapRequest,
  ): Promise<ApprovalOutcome<{ readonly userId: UserId; readonly accountId: AccountId }>>;
  /** Logs an action before its execution. Returns its number, for `endAct`. */
  beginAct(act: AdminAction): Promise<number>;
  /** Logs the outcome of an action, with facts that are known only after its execution. */
  endAct(seq: number, outcome: AdminActionOutcome, facts: Facts): Promise<void>;
  /** Entries of the admin log, newest first, before this number (null: from the newest). */
  acts(before: number | null, limit: number): Promise<readonly AdminLogEntry[]>;
}
