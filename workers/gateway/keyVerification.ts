/** Verifies API keys, with a cache, so that a busy bot does not call its login for every order. */
import { hash } from "node:crypto";
import { keepNewest } from "../../domain/keepNewest.ts";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { routeOfKeyId } from "../../protocol/ids/loginRoute.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Bindings, Caller } from "./context.ts";
import { ask } from "../../protocol/http/apiFault.ts";
import { credentialDigestOf } from "./credentialDigest.ts";

/** How long a revoked key is still accepted here. */
const CACHE_TTL_MS = 5_000;
const CACHE_SIZE_MAX = 1_000;
/** How long after its last check a key counts as one of its plan; only requests that need a key check it. */
const PLAN_KNOWN_MS = 60_000;
/** A little more than our longest secret; longer ones are refused without hashing. */
const SECRET_LENGTH_MAX = 128;

/** By digest of id, secret and address, oldest check first. Plain data: any request of the isolate may read it. */
const cache = new Map<string, { caller: Caller; until: number }>();

/**
 * The caller of an API key used from this address; null when the key is wrong. Only valid keys are cached;
 * `bypassCache` calls the login for those too. `knownDigest`: the result of `keyDigestOf` for the same key.
 */
export async function verifyKey(
  env: Bindings,
  { keyId, secret, ip }: { readonly keyId: string; readonly secret: string; readonly ip: string },
  nowMs: number,
  {
    bypassCache = false,
    knownDigest,
  }: { readonly bypassCache?: boolean; readonly knownDigest?: string | undefined } = {},
): Promise<Caller | null> {
  const route = routeOfKeyId(keyId);
  if (route === null || secret.length > SECRET_LENGTH_MAX) return null;
  const digest = knownDigest ?? digestOf(keyId, secret, ip);
  const known = cache.get(digest);
  if (!bypassCache && known !== undefined && known.until > nowMs) return known.caller;
  const checked = await ask(() => identityObject(env, route).apiKeys.verify(keyId, secret, ip));
  cache.delete(digest);
  if (!checked.ok) return null;
  const credentialDigest = await credentialDigestOf("api_key", keyId);
  const proof = { proof: "key", credential: keyId, credentialDigest, steppedUpAt: null } as const;
  const caller: Caller = { principal: checked.value, route, ...proof };
  keepNewest(cache, digest, { caller, until: nowMs + CACHE_TTL_MS }, CACHE_SIZE_MAX);
  return caller;
}

/** The cache key of an API key used from this address; null when the secret is too long to be one of ours. */
export function keyDigestOf(keyId: string, secret: string, ip: string): string | null {
  return secret.length > SECRET_LENGTH_MAX ? null : digestOf(keyId, secret, ip);
}

/**
 * A digest, so that the secret does not stay in memory. Not by `crypto.subtle`: each of its promises leaves the platform
 * an object that only a full collection frees.
 */
function digestOf(keyId: string, secret: string, ip: string): string {
  return hash("sha256", `${keyId}:${ip}:${secret}`, "base64url");
}

/** True for a key of this plan that was valid a minute ago; it may have been revoked meanwhile. */
export function isKeyOfPlan(digest: string, plan: Plan, nowMs: number): boolean {
  const known = cache.get(digest);
  return (
    known !== undefined && known.until - CACHE_TTL_MS + PLAN_KNOWN_MS > nowMs && known.caller.principal.plan === plan
  );
}
