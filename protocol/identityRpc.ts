/**
 * What the object of a login answers, by part of it. Additive across releases, like protocol/rpc.ts. Each part is an
 * interface of its own file in protocol/identity/ when it is more than a handful of methods.
 */
import type { Principal, Role } from "./access.ts";

export type IdentityReason = "email_taken" | "bad_credentials" | "weak_password" | "no_such_key" | "too_many_keys";

export type IdentityOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: IdentityReason };

export interface IdentityRpc {
  register(email: string, password: string, roles: readonly Role[]): Promise<IdentityOutcome<Principal>>;
  signIn(email: string, password: string): Promise<IdentityOutcome<Principal>>;
  /** Makes an API key; the secret is shown once and kept only as a hash. */
  createKey(userId: string): Promise<IdentityOutcome<{ keyId: string; secret: string }>>;
  verifyKey(keyId: string, secret: string): Promise<IdentityOutcome<Principal>>;
}
