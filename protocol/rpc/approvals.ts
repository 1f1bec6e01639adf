/** What two persons decide, about money and about persons, and the log of what administrators do. */
import type { AccountId, LoginRoute, UserId } from "../../domain/ids.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Region } from "../ids/region.ts";
import type { Role } from "../auth/principal.ts";
import type { UserChange } from "./identity/admin.ts";
import type { NewUser } from "./identity/passwords.ts";
import type { Deposit } from "./account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import type { TransferState } from "../../domain/transfers/transferState.ts";
import { type ApprovalState, APPROVAL_KINDS, type AdminActionOutcome } from "../wire/approvals.ts";

/** What is to be approved. */
export interface ApprovalAsk {
  readonly kind: "deposit" | "withdrawal";
  readonly accountId: AccountId;
  /** What is moved: in by a deposit, out by a withdrawal, which has this reference at its account. */
  readonly deposit: Deposit;
  /** Of a withdrawal: its id at the account, which holds the money. */
  readonly withdrawalId?: string;
  /** The user who asks for it, and so may not approve it. */
  readonly askedBy: UserId;
  /** Of an administrator who asks: where its login is. */
  readonly askedRoute?: string;
  /** The client's key of the request, so that the same request again is the same approval. */
  readonly request: IdempotencyKey | null;
  readonly requestId: string;
}

/** An administrator and where its login is. */
export interface Administrator {
  readonly userId: UserId;
  readonly route: LoginRoute;
}

/** What is done with a user. */
export type UserAction =
  | {
      readonly kind: "user_invite";
      readonly email: string;
      readonly roles: readonly Role[];
      readonly plan: Plan;
      readonly region: Region;
    }
  | { readonly kind: "user_change"; readonly userId: UserId; readonly route: LoginRoute; readonly change: UserChange }
  | { readonly kind: "user_erase"; readonly userId: UserId; readonly route: LoginRoute };

/** An act on a user that is to be approved, or with `alone` to be done at once: where one person is the whole staff. */
export interface UserAsk {
  readonly act: UserAction;
  readonly askedBy: Administrator;
  readonly alone: boolean;
  readonly origin: Origin;
}

/** The first administrator, whom the bootstrap secret makes. */
export interface BootstrapAsk {
  /** SHA-256 of the secret: each is good once. */
  readonly secret: string;
  readonly first: NewUser;
  /** The e-mail of a second one, who is invited at the same time and whom the first has not made. */
  readonly second: string | null;
  readonly origin: Origin;
}

/** An approval as administrators see it. Times are epoch milliseconds. */
export interface ApprovalView {
  readonly id: string;
  readonly kind: (typeof APPROVAL_KINDS)[number];
  readonly state: ApprovalState;
  /** The same for a transfer of money, as the state of a two-phase transfer; left out for a user. */
  readonly transferState?: TransferState;
  /** The account; of what is done with a user its first one. Empty: a user that is not made yet. */
  readonly accountId: AccountId;
  /** With whom something is done; empty: not made yet. Left out for money, and by an earlier release. */
  readonly userId?: UserId;
  /** Of money: what is moved. Without meaning otherwise. */
  readonly deposit: Deposit;
  /** What is done with a user; of an invitation that was decided the e-mail is not kept. */
  readonly user?: UserAction;
  readonly withdrawalId?: string;
  readonly askedBy: UserId;
  readonly askedAt: number;
  readonly expiresAt: number;
  readonly decidedBy: UserId | null;
  readonly decidedAt: number | null;
  /** Why the account refused what was approved; null otherwise. */
  readonly refusal: string | null;
}

export type ApprovalRefusal =
  | { readonly reason: "approval_not_found" }
  /** Neither who asked for it nor who owns the account may approve it. */
  | { readonly reason: "approval_own" }
  | { readonly reason: "approval_decided" }
  /** Only who has a second factor decides. */
  | { readonly reason: "approval_needs_factor" }
  /** Who was made an administrator within a day does not decide what its own chain asks for. */
  | { readonly reason: "approval_too_soon" }
  /** Who asked for it is no administrator any more. */
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
  | { readonly reason: "asset_not_found"; readonly symbol: string };

export type ApprovalOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: ApprovalRefusal };

/** Something an administrator does. */
export interface AdminAction {
  readonly by: UserId;
  /** What, like `market.halted`. */
  readonly what: string;
  /** What it is done to: a symbol, a user id, an account id. */
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

/** Asked of who knows the administrators, before one of them decides a transfer. */
export interface DecisionCheck {
  readonly decision: "approved" | "rejected";
  readonly decider: Administrator;
  readonly requestedBy: UserId;
  /** Where the login of an administrator who requested it is; null when it is not known, and for a withdrawal. */
  readonly requestedRoute: string | null;
  readonly kind: "deposit" | "withdrawal";
}

/** `deciderRefusal`: who decides may not decide anything; `requestRefusal`: it may not decide this. */
export interface DecisionChecked {
  readonly deciderRefusal: ApprovalRefusal | null;
  readonly requestRefusal: ApprovalRefusal | null;
}

export interface ApprovalRpc {
  /** Of a gateway of the release before, which proposed transfers here: passed on to the transfers actor of the region. */
  propose(asked: ApprovalAsk): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /** Asks for an act on a user, `again`: it was asked for before; one that needs nobody else is done at once. */
  proposeUser(asked: UserAsk): Promise<ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }>>;
  /**
   * Decides that it be done, and does it once; what cannot be done now is done as soon as it can. `route`: where the login
   * of who decides is; it is asked whether it may.
   */
  approve(id: string, by: UserId, origin: Origin, route?: LoginRoute): Promise<ApprovalOutcome<ApprovalView>>;
  reject(id: string, by: UserId, origin: Origin, route?: LoginRoute): Promise<ApprovalOutcome<ApprovalView>>;
  /** Whether an administrator may decide about a transfer, which its transfers actor asks. */
  checkDecision(asked: DecisionCheck): Promise<DecisionChecked>;
  /** Those about users, the newest first. Left out by a gateway of the release before, which expects transfers among them. */
  approvals(state: ApprovalState | null, limit: number, kinds?: "users"): Promise<readonly ApprovalView[]>;
  /** Makes the first administrator, once for each secret. */
  bootstrap(asked: BootstrapAsk): Promise<ApprovalOutcome<{ readonly userId: UserId; readonly accountId: AccountId }>>;
  /** Something that was done: for gateways of a release that told it afterwards. */
  record(act: AdminAction): Promise<void>;
  /** Keeps what is about to be done; gives its number, for `endAct`. */
  beginAct(act: AdminAction): Promise<number>;
  /** What became of it, with what is known only now. */
  endAct(seq: number, outcome: AdminActionOutcome, facts: Facts): Promise<void>;
  /** The newest first, before this number (null: from the newest). */
  acts(before: number | null, limit: number): Promise<readonly AdminLogEntry[]>;
}
