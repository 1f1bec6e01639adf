/** The principal of a request, and the roles and scopes that limit it. */
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Plan } from "../../domain/rateLimit.ts";

/** Roles of a login. `viewer` does not trade; `auditor` reads the audit trail; `admin` operates the exchange. */
export const ROLES = ["trader", "viewer", "auditor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Permissions on one trading account. Each is granted separately: `trade` does not include `read`. */
export const SCOPES = ["read", "trade", "withdraw"] as const;
export type Scope = (typeof SCOPES)[number];

/** The kind of credential that authenticated the caller. */
export interface Credential {
  readonly kind: "session" | "api_key" | "app";
  /** The id of the session, the id of the key, or an app's client id and session id: `client/session`. */
  readonly id: string;
}

/** The caller, authenticated by a session, an API key or an app's token. */
export interface Principal {
  readonly userId: UserId;
  /** The trading account. The Account object is named by it; a user's first account has the user's id. */
  readonly accountId: AccountId;
  readonly roles: readonly Role[];
  /** The caller's permissions on the account; left out by an earlier release: all. */
  readonly scopes?: readonly Scope[];
  /** Left out: standard. */
  readonly plan?: Plan;
  /** The credential, set by the login; left out by an earlier release. */
  readonly credential?: Credential;
  /** The account is shared by another user: limits count the caller's requests as the guest's, not the owner's. */
  readonly guest?: true;
}

/**
 * The actor of the caller's request, for the audit trail; undefined when an earlier release left the credential out.
 */
export function actorOf({ userId, credential }: Principal): Actor | undefined {
  return credential === undefined
    ? undefined
    : { userId, credentialKind: credential.kind, credentialId: credential.id };
}

/** The actor of an administrator's request about another user's account. */
export function adminActor({ userId, credential }: Pick<Principal, "userId" | "credential">): Actor {
  return { userId, credentialKind: "admin", credentialId: credential?.id ?? "" };
}

/** True when the caller has this scope on its account. */
export function hasScope({ scopes = SCOPES }: Principal, scope: Scope): boolean {
  return scopes.includes(scope);
}

/**
 * True when the caller is a trader with this scope on that account. Objects check it again, although the gateway has
 * checked it.
 */
export function mayAct(principal: Principal, accountId: AccountId, scope: Scope): boolean {
  return principal.accountId === accountId && principal.roles.includes("trader") && hasScope(principal, scope);
}
