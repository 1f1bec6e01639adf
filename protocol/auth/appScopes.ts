/** Scopes that an OAuth app may ask for. */
import type { Scope } from "./principal.ts";

/** OpenID scopes permit to read who the user is; the others permit actions on the account. */
export const APP_SCOPES = ["openid", "email", "read", "trade"] as const;
export type AppScope = (typeof APP_SCOPES)[number];

/** The scopes among these that concern the account. */
export function accountScopes(scopes: readonly string[]): Scope[] {
  return (["read", "trade"] as const).filter((scope) => scopes.includes(scope));
}
