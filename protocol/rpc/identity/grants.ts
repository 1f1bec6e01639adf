/** RPC of a login: the accounts that it may use, its own and shared ones. */
import type { AccountId } from "../../../domain/ids.ts";
import type { Scope } from "../../auth/principal.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { OwnAccount } from "./accounts.ts";
import type { Origin } from "../../../domain/account/state/events.ts";

/** What a grant allows. */
export type GrantAccess = "read";

/** An account that the login may use. */
export interface AccountEntry {
  readonly accountId: AccountId;
  /** The login's own account; left out for a shared one, and by an earlier release. */
  readonly own?: OwnAccount;
  /** null for the login's own account. */
  readonly grant: null | {
    readonly id: string;
    readonly access: GrantAccess;
    /** The owner, and since when (epoch milliseconds). */
    readonly ownerEmail: string;
    readonly createdAt: number;
  };
}

/** A grant as the account's owner sees it. It does not say whether the e-mail has a login. */
export interface GrantView {
  readonly id: string;
  readonly email: string;
  readonly access: GrantAccess;
  readonly createdAt: number;
}

/** A grant as the owner's login sends it to the receiver's. */
export interface GrantOffer {
  readonly id: string;
  readonly ownerRoute: string;
  readonly ownerEmail: string;
  readonly accountId: AccountId;
  readonly access: GrantAccess;
  readonly createdAt: number;
}

export interface GrantRpc {
  accounts(): Promise<readonly AccountEntry[]>;
  /** The login's scopes on an account that is shared with it; none for any other account. */
  sharedScopes(accountId: AccountId): Promise<readonly Scope[]>;
  /** Shares the login's account. A repeated call with the same e-mail is the same grant. */
  give(accountId: AccountId, email: string, access: GrantAccess, origin: Origin): Promise<IdentityOutcome<GrantView>>;
  /** The grants of the account; null when the account is not the login's own. */
  given(accountId: AccountId): Promise<readonly GrantView[] | null>;
  /** Revokes a given grant, or returns a received one. False when there is none. */
  end(accountId: AccountId, grantId: string, origin: Origin): Promise<boolean>;
  /** Called by another login. A login that does not exist ignores the call. */
  offered(offer: GrantOffer): Promise<void>;
  ended(grantId: string, ownerRoute: string): Promise<void>;
  returned(grantId: string, receiverRoute: string): Promise<void>;
}
