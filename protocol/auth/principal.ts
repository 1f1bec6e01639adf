/** Who may do what: the words in which roles, keys, apps and shared accounts are limited. */
import type { AccountId, UserId } from "../../domain/ids.ts";
import type { Actor } from "../../domain/actor.ts";
import type { Plan } from "../../domain/rateLimit.ts";

/** What a login is. `viewer` trades nothing; `auditor` reads the audit trail; `admin` runs the exchange. */
export const ROLES = ["trader", "viewer", "auditor", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What may be done with one trading account. Each is granted by itself: `trade` alone does not read. */
export const SCOPES = ["read", "trade", "withdraw"] as const;
export type Scope = (typeof SCOPES)[number];

/** What proved who calls. */
export interface Credential {
  readonly kind: "session" | "api_key" | "app";
  /** Of a session its id; of a key the key id; of an app its client id and the id of its session: `client/session`. */
  readonly id: string;
}

/** Who is calling, as proved by a session, an API key or an app's token. */
export interface Principal {
  readonly userId: UserId;
  /** The trading account. The Account object is named by it; a user's first account has the user's id. */
  readonly accountId: AccountId;
  readonly roles: readonly Role[];
  /** What this caller may do with the account; left out by callers of an earlier release: everything. */
  readonly scopes?: readonly Scope[];
  /** Left out: standard. */
  readonly plan?: Plan;
  /** What proved it, as the login says; left out by an earlier release. */
  readonly credential?: Credential;
  /** The account is somebody else's, who shares it: what is done there is counted as the guest's, not the owner's. */
  readonly guest?: true;
}

/** The caller, for the record of what it asks for; undefined when an earlier release has not said what proved it. */
export function actorOf({ userId, credential }: Principal): Actor | undefined {
  return credential === undefined
    ? undefined
    : { userId, credentialKind: credential.kind, credentialId: credential.id };
}

/** The same of an administrator who acts on somebody else's account. */
export function adminActor({ userId, credential }: Pick<Principal, "userId" | "credential">): Actor {
  return { userId, credentialKind: "admin", credentialId: credential?.id ?? "" };
}

/** True when the caller may do this with its account. */
export function hasScope({ scopes = SCOPES }: Principal, scope: Scope): boolean {
  return scopes.includes(scope);
}

/** True when the caller, as a trader, may do this with that account: what objects ask again, whoever has asked before. */
export function mayAct(principal: Principal, accountId: AccountId, scope: Scope): boolean {
  return principal.accountId === accountId && principal.roles.includes("trader") && hasScope(principal, scope);
}
