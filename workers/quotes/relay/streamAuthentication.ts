/** Authenticates a key or an access token on a stream by asking its login. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { identityObject } from "../../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { unverifiedClaims } from "../../../protocol/auth/accessToken.ts";
import { routeOfKeyId } from "../../../protocol/ids/loginRoute.ts";
import { type StreamCredentials, TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import type { AuthenticationResult } from "./step.ts";

/** The route of the login of a key or token; null when it is malformed. */
export function routeOfCredentials(keyId: string, secret: string): string | null {
  return keyId === TOKEN_KEY ? (unverifiedClaims(secret)?.route ?? null) : routeOfKeyId(keyId);
}

/**
 * Asks the login, which stores the relay's name and notifies it of a revocation. A session may name any of its own
 * accounts. A key and an app have one account, and an account that is shared is streamed by a key.
 */
export async function authenticate(
  env: Parameters<typeof identityObject>[0],
  relay: string,
  { keyId, secret, accountId }: StreamCredentials,
  ip: string,
): Promise<AuthenticationResult> {
  if (keyId === TOKEN_KEY) {
    const token = unverifiedClaims(secret);
    if (token === null) return "wrong";
    const { route, sessionId, jti } = token;
    const login = identityObject(env, route);
    const checked = await login.loginSessions.verify(sessionId, jti, relay);
    if (!checked.ok) return "wrong";
    const { kind, principal } = checked.value;
    if (accountId === undefined || accountId === principal.accountId) return authenticated(principal, route, sessionId);
    const { own } = kind === "person" ? await login.ownAccounts.access(accountId) : { own: false };
    return own ? authenticated({ ...principal, accountId }, route, sessionId) : "wrong";
  }
  const route = routeOfKeyId(keyId);
  if (route === null) return "wrong";
  const checked = await identityObject(env, route).apiKeys.verify(keyId, secret, ip, relay);
  if (!checked.ok || (accountId ?? checked.value.accountId) !== checked.value.accountId) return "wrong";
  return authenticated(checked.value, route, keyId);
}

/** Permissions are checked per action (protocol/stream/permissions.ts). */
function authenticated(principal: Principal, route: LoginRoute, id: string): AuthenticationResult {
  return { principal, credential: { route, id } };
}
