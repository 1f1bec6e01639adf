/** Authorization rules of actions on a stream. */
import { hasScope, type Principal, type Role, ROLES, type Scope } from "../auth/principal.ts";

/** Open to everybody, or to logins that have one of these roles and, if one is named, a scope of the account. */
export type StreamRule = { readonly who: "anyone" } | { readonly who: readonly Role[]; readonly scope: Scope | "any" };

export const ANYONE: StreamRule = { who: "anyone" };
/** Every authenticated caller. */
export const AUTHENTICATED: StreamRule = { who: ROLES, scope: "any" };
/** Callers who may read the account, in any role. */
export const READERS: StreamRule = { who: ROLES, scope: "read" };
/** Traders and viewers who may read the account. */
export const ACCOUNT_READERS: StreamRule = { who: ["trader", "viewer"], scope: "read" };
/** Traders who may trade for the account. */
export const TRADERS: StreamRule = { who: ["trader"], scope: "trade" };

/** Whether a rule permits a caller; null is a caller before authentication. */
export function permits(rule: StreamRule, principal: Principal | null): boolean {
  if (rule.who === "anyone") return true;
  if (principal === null || !principal.roles.some((role) => rule.who.includes(role))) return false;
  return rule.scope === "any" || hasScope(principal, rule.scope);
}
