/** What the object of a login says about the accounts that it may use: its own, and those that others share with it. */
import type { AccountId } from "../../../domain/ids.ts";
import type { Scope } from "../../auth/principal.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";

/** What may be shared of an account. */
export type GrantAccess = "read";

/** An account that the login may use. */
export interface AccountEntry {
  readonly accountId: AccountId;
  /** null: it is the login's own. */
  readonly grant: null | {
    readonly id: string;
    readonly access: GrantAccess;
    /** Who shares it, and since when (epoch milliseconds). */
    readonly ownerEmail: string;
    readonly createdAt: number;
  };
}

/** A grant as the owner of the account sees it: whether the e-mail has a login is not told. */
export interface GrantView {
  readonly id: string;
  readonly email: string;
  readonly access: GrantAccess;
  readonly createdAt: number;
}

/** A grant as the owner's login offers it to the receiver's. */
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
  /** What the login may do with an account that is not its own; nothing when nobody has shared it. */
  sharedScopes(accountId: AccountId): Promise<readonly Scope[]>;
  /** Shares the login's account. The same e-mail again is the same grant. */
  give(accountId: AccountId, email: string, access: GrantAccess, origin: Origin): Promise<IdentityOutcome<GrantView>>;
  /** Whom the account is shared with; null: it is not the login's own. */
  given(accountId: AccountId): Promise<readonly GrantView[] | null>;
  /** Ends a grant that the login has given, or gives back one that it has got. False: there is none. */
  end(accountId: AccountId, grantId: string, origin: Origin): Promise<boolean>;
  /** Between logins. A login that nobody has registered takes nothing and says nothing. */
  offered(offer: GrantOffer): Promise<void>;
  ended(grantId: string, ownerRoute: string): Promise<void>;
  returned(grantId: string, receiverRoute: string): Promise<void>;
}
