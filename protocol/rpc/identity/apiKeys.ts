/** RPC of a login: its API keys. */
import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { Principal, Scope } from "../../auth/principal.ts";
import type { IdentityOutcome } from "./outcome.ts";
import type { Origin } from "../../../domain/account/state/events.ts";

/** The requested properties of an API key. */
export interface NewKey {
  /** The user's name for it; may be empty. */
  readonly name: string;
  /** null: the login's own trading account. */
  readonly accountId: AccountId | null;
  readonly scopes: readonly Scope[];
  /** CIDR ranges from which it may be used; none: from everywhere. */
  readonly allowedIps: readonly string[];
  /** When it expires, epoch milliseconds; null: never. */
  readonly expiresAt: number | null;
}

/** Changes of an API key; fields that are left out do not change. Scopes can only be removed. */
export type KeyChange = Partial<Pick<NewKey, "name" | "scopes" | "allowedIps" | "expiresAt">>;

/** An API key as its user sees it, without the secret, of which only a hash is stored. */
export interface KeyView extends Omit<NewKey, "accountId"> {
  readonly keyId: string;
  readonly accountId: AccountId;
  readonly createdAt: number;
  /** To the minute; null: not used yet. */
  readonly lastUsedAt: number | null;
  readonly lastUsedIp: string | null;
}

export interface ApiKeyRpc {
  /**
   * Creates an API key; the secret is returned once and stored as a hash. Without `asked`, from an earlier gateway: a
   * key for the own account.
   */
  create(
    userId: UserId,
    asked?: NewKey,
    origin?: Origin,
  ): Promise<IdentityOutcome<{ readonly keyId: string; readonly secret: string; readonly key?: KeyView }>>;
  /**
   * The principal of a key that is used from this address. The refusal does not reveal its cause. A relay that gives
   * its name is notified when the key ends.
   */
  verify(keyId: string, secret: string, ip?: string, relay?: string): Promise<IdentityOutcome<Principal>>;
  /** The keys of the login, the newest first. */
  list(): Promise<readonly KeyView[]>;
  change(keyId: string, change: KeyChange, origin: Origin): Promise<IdentityOutcome<KeyView>>;
  /** Revokes a key, in all caches within seconds. False when there is no such key. */
  revoke(keyId: string, origin: Origin): Promise<boolean>;
}
