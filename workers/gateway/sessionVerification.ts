/** Verifies sessions, with a cache, so that a busy terminal does not call its login at every request. */
import { keepNewest } from "../../domain/keepNewest.ts";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { ask } from "../../protocol/http/apiFault.ts";
import { credentialDigestOf } from "./credentialDigest.ts";
import type { Bindings, Caller } from "./context.ts";
import type { TokenClaims } from "./tokens.ts";

/** How long an ended session is still accepted here, and how late a change of roles may be. */
const CACHE_TTL_MS = 5_000;
const CACHE_SIZE_MAX = 1_000;

interface CachedSession {
  readonly jti: string;
  readonly caller: Caller;
  readonly until: number;
}

/** By session id, oldest check first. Plain data: any request of the isolate may read it. */
const cache = new Map<string, CachedSession>();

/**
 * The caller of a token whose signature was verified; null when its session has ended. `bypassCache`: calls the login
 * even when the session is cached.
 */
export async function verifySession(
  env: Bindings,
  token: TokenClaims,
  nowMs: number,
  bypassCache = false,
): Promise<Caller | null> {
  const { route, sessionId, jti } = token;
  const known = cache.get(sessionId);
  if (!bypassCache && known !== undefined && known.jti === jti && known.until > nowMs) return known.caller;
  const checked = await ask(() => identityObject(env, route).loginSessions.verify(sessionId, jti));
  cache.delete(sessionId);
  if (!checked.ok) return null;
  const { kind, principal, steppedUpAt, csrfToken, route: asked = route } = checked.value;
  const proof = kind === "app" ? "app" : "session";
  const credentialDigest = await credentialDigestOf(proof, sessionId);
  const credential = { proof, credential: sessionId, credentialDigest } as const;
  const caller: Caller = { principal, route: asked, ...credential, steppedUpAt, csrfToken };
  keepNewest(cache, sessionId, { jti, caller, until: nowMs + CACHE_TTL_MS }, CACHE_SIZE_MAX);
  return caller;
}

/** Removes a session from the cache: it has ended, or its person has stepped up. */
export function evictSession(sessionId: string): void {
  cache.delete(sessionId);
}
