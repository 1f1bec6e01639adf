/** Scopes that an OAuth app may ask for. */
import type { Scope } from "./principal.ts";

/** What an app may ask for: who the person is (OpenID), and what may be done with its account. */
export const APP_SCOPES = ["openid", "email", "read", "trade"] as const;
export type AppScope = (typeof APP_SCOPES)[number];

/** The scopes among these that are about the account. */
export function accountScopes(scopes: readonly string[]): Scope[] {
  return (["read", "trade"] as const).filter((scope) => scopes.includes(scope));
}
