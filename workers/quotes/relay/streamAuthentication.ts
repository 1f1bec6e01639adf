/** Authenticates a key or an access token on a stream by asking its login. */
import type { LoginRoute } from "../../../domain/ids.ts";
import { identityObject } from "../../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../../protocol/auth/principal.ts";
import { unverifiedClaims } from "../../../protocol/auth/accessToken.ts";
import { routeOfKeyId } from "../../../protocol/ids/loginRoute.ts";
import { TOKEN_KEY } from "../../../protocol/stream/authMessage.ts";
import type { AuthenticationResult } from "./session.ts";

export interface StreamCredentials {
  readonly keyId: string;
  readonly secret: string;
  readonly ip: string;
}

/** The route of the login of a key or token; null when it is malformed. */
export function routeOfCredentials(keyId: string, secret: string): string | null {
  return keyId === TOKEN_KEY ? (unverifiedClaims(secret)?.route ?? null) : routeOfKeyId(keyId);
}

/** Asks the login, which stores the relay's name and notifies it of a revocation. */
export async function authenticate(
  env: Parameters<typeof identityObject>[0],
  relay: string,
  { keyId, secret, ip }: StreamCredentials,
): Promise<AuthenticationResult> {
  if (keyId === TOKEN_KEY) {
    const token = unverifiedClaims(secret);
    if (token === null) return "wrong";
    const { route, sessionId, jti } = token;
    const checked = await identityObject(env, route).loginSessions.verify(sessionId, jti, relay);
    return checked.ok ? authenticated(checked.value.principal, route, sessionId) : "wrong";
  }
  const route = routeOfKeyId(keyId);
  if (route === null) return "wrong";
  const checked = await identityObject(env, route).apiKeys.verify(keyId, secret, ip, relay);
  return checked.ok ? authenticated(checked.value, route, keyId) : "wrong";
}

/** Permissions are checked per action (protocol/stream/permissions.ts). */
function authenticated(principal: Principal, route: LoginRoute, id: string): AuthenticationResult {
  return { principal, credential: { route, id } };
}
