import type { AccountId, UserId } from "../../../domain/ids.ts";
import type { AdminRpc, UserChange } from "../../../protocol/rpc/identity/admin.ts";
import type { GrantAccess, GrantOffer, GrantRpc } from "../../../protocol/rpc/identity/grants.ts";
import type { KeyChange, KeyRpc, NewKey } from "../../../protocol/rpc/identity/apiKeys.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { Administration } from "./administration.ts";
import type { ApiKeys } from "./apiKeys.ts";
import type { DirectoryEntryTask } from "./directoryEntry.ts";
import type { Grants } from "./grants.ts";
import { PasswordMethods } from "../passwords/passwordMethods.ts";

export interface AccessParts {
  readonly keys: ApiKeys;
  readonly shared: Grants;
  readonly administration: Administration;
  readonly entry: DirectoryEntryTask;
  /** A relay has been told that something of this login is right. */
  watch(relay: string): void;
}

/** What a login's object answers about who may do what with its accounts: one line for each, to its part. */
export abstract class AccessMethods extends PasswordMethods implements AdminRpc, GrantRpc, KeyRpc {
  protected abstract readonly access: AccessParts;

  // ---- API keys: apiKeys.ts ----

  async createKey(userId: UserId, asked?: NewKey, origin?: Origin) {
    return this.access.keys.create(userId, asked, origin);
  }

  async verifyKey(keyId: string, secret: string, ip = "", relay?: string) {
    const verified = this.access.keys.verify(keyId, secret, ip);
    if (verified.ok && relay !== undefined) this.access.watch(relay);
    if (verified.ok) this.access.entry.schedule();
    return verified;
  }

  async keys() {
    return this.access.keys.list();
  }

  async changeKey(keyId: string, change: KeyChange, origin: Origin) {
    return this.access.keys.change(keyId, change, origin);
  }

  async revokeKey(keyId: string, origin: Origin) {
    return this.access.keys.revoke(keyId, origin);
  }

  // ---- administrators over this login: administration.ts ----

  async user() {
    return this.access.administration.view();
  }

  async changeUser(change: UserChange, by: string, approvedBy?: string) {
    return this.access.administration.change(change, by, approvedBy);
  }

  async endUserSessions(by: string) {
    return this.access.administration.endSessions(by);
  }

  async revokeUserKey(keyId: string, by: string) {
    return this.access.administration.revokeKey(keyId, by);
  }

  // ---- accounts and who shares them: grants.ts ----

  async accounts() {
    return this.access.shared.accounts();
  }

  async sharedScopes(accountId: AccountId) {
    return this.access.shared.sharedScopes(accountId);
  }

  giveGrant(accountId: AccountId, email: string, access: GrantAccess, origin: Origin) {
    return this.access.shared.give(accountId, email, access, origin);
  }

  async grants(accountId: AccountId) {
    return this.access.shared.given(accountId);
  }

  async endGrant(accountId: AccountId, grantId: string, origin: Origin) {
    return this.access.shared.end(accountId, grantId, origin);
  }

  async grantOffered(offer: GrantOffer) {
    this.access.shared.offered(offer);
  }

  async grantEnded(grantId: string, ownerRoute: string) {
    this.access.shared.ended(grantId, ownerRoute);
  }

  async grantReturned(grantId: string, receiverRoute: string) {
    this.access.shared.returned(grantId, receiverRoute);
  }
}
