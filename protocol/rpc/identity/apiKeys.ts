/** What the object of a login says about its API keys. */
import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { Principal, Scope } from "../../auth/principal.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";

/** What a key is asked to be. */
export interface NewKey {
  /** What the user calls it; may be empty. */
  readonly name: string;
  /** null: the login's own trading account. */
  readonly accountId: AccountId | null;
  readonly scopes: readonly Scope[];
  /** CIDR ranges from where it may be used; none: from everywhere. */
  readonly allowedIps: readonly string[];
  /** When it ends, epoch milliseconds; null: never. */
  readonly expiresAt: number | null;
}

/** What may be changed of a key; what is left out stays. Scopes only become fewer. */
export type KeyChange = Partial<Pick<NewKey, "name" | "scopes" | "allowedIps" | "expiresAt">>;

/** A key as its user sees it: without the secret, of which nobody has more than a hash. */
export interface KeyView extends Omit<NewKey, "accountId"> {
  readonly keyId: string;
  readonly accountId: AccountId;
  readonly createdAt: number;
  /** To a minute; null: not yet. */
  readonly lastUsedAt: number | null;
  readonly lastUsedIp: string | null;
}

export interface ApiKeyRpc {
  /** Makes an API key; the secret is shown once and kept only as a hash. Of an earlier gateway without `asked`: a key of the own account. */
  create(
    userId: UserId,
    asked?: NewKey,
    origin?: Origin,
  ): Promise<IdentityOutcome<{ readonly keyId: string; readonly secret: string; readonly key?: KeyView }>>;
  /**
   * Whom a key stands for when it is used from this address; every wrong, ended or misplaced key gets the same answer. A
   * relay that gives its name is told when that is over.
   */
  verify(keyId: string, secret: string, ip?: string, relay?: string): Promise<IdentityOutcome<Principal>>;
  /** The keys of the login, the newest first. */
  list(): Promise<readonly KeyView[]>;
  change(keyId: string, change: KeyChange, origin: Origin): Promise<IdentityOutcome<KeyView>>;
  /** Ends a key everywhere within seconds. False: there was none. */
  revoke(keyId: string, origin: Origin): Promise<boolean>;
}
