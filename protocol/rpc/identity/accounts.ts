/** RPC of a login: its own accounts. */
import type { AccountLifecycle, AccountType } from "../../../domain/accountType.ts";
import type { IdempotencyKey } from "../../../domain/account/ledger/idempotentResponse.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { AccountId } from "../../../domain/ids.ts";
import type { Scope } from "../../auth/principal.ts";
import type { AccountRemainder } from "../accountPrivacy.ts";
import type { IdentityOutcome } from "./outcome.ts";

/** An account of the login. Times are epoch milliseconds. */
export interface OwnAccount {
  readonly accountId: AccountId;
  readonly number: string;
  readonly type: AccountType;
  /** The owner's name for it; may be empty. */
  readonly name: string;
  readonly state: AccountLifecycle;
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** The account of requests that name none. */
  readonly isDefault: boolean;
}

export interface NewAccount {
  readonly type: AccountType;
  readonly name: string;
  /** Paper money to begin with, in 1/10,000 dollar; left out: PAPER_CASH. For a paper account. */
  readonly paperCash?: number;
  readonly request: IdempotencyKey | null;
}

export interface OpenedAccount {
  readonly account: OwnAccount;
  /** An earlier request with the same idempotency key opened it. */
  readonly replayed: boolean;
}

export interface AccountChange {
  readonly name?: string;
  readonly isDefault?: true;
}

/** `closing`: the account has not answered yet, and is asked again until it has. */
export type ClosedAccount =
  | { readonly kind: "closed" | "closing"; readonly account: OwnAccount }
  | { readonly kind: "refused"; readonly left: AccountRemainder };

/** What the login may do with an account: everything with its own, these scopes on one that is shared with it. */
export type AccountAccess =
  | { readonly own: true }
  | {
      readonly own: false;
      /** None: the login has nothing to do with this account. */
      readonly scopes: readonly Scope[];
    };

export interface OwnAccountsRpc {
  /** The login's own accounts, the first one first, closed ones included. */
  list(): Promise<readonly OwnAccount[]>;
  access(accountId: AccountId): Promise<AccountAccess>;
  /** Opens an account, once for each idempotency key. */
  open(asked: NewAccount, origin: Origin): Promise<IdentityOutcome<OpenedAccount>>;
  change(accountId: AccountId, change: AccountChange, origin: Origin): Promise<IdentityOutcome<OwnAccount>>;
  /** Closes an account in which nothing is left. Its keys and grants end; its history stays readable. */
  close(accountId: AccountId, origin: Origin): Promise<IdentityOutcome<ClosedAccount>>;
}
