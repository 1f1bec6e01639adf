/** Who a key or an access token stands for on a stream, as its login says. */
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

/** The login that has to be asked about a key or token; null for what cannot be one. */
export function routeOfCredentials(keyId: string, secret: string): string | null {
  return keyId === TOKEN_KEY ? (unverifiedClaims(secret)?.route ?? null) : routeOfKeyId(keyId);
}

/** Asks the login. It notes the relay, and tells it when that is over. */
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

/** What it may do on a stream is for the table of access (protocol/stream/permissions.ts). */
function authenticated(principal: Principal, route: LoginRoute, id: string): AuthenticationResult {
  return { principal, credential: { route, id } };
}
