/** API keys that were right a moment ago, so that a busy bot does not cost one call to its login per order. */
import { keepNewest } from "../../domain/keepNewest.ts";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { digestOfKey, routeOfKeyId } from "../../protocol/ids/loginRoute.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { Bindings, Caller } from "./context.ts";
import { ask } from "../../protocol/http/apiFault.ts";

/** How long a revoked key may still open the API here. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_MAX = 1_000;
/** A little more than any secret of ours has; longer ones are not worth a hash. */
const SECRET_LENGTH_MAX = 128;

/** By digest of id and secret, in the order of their checks. Plain data: any request of the isolate may read it. */
const remembered = new Map<string, { caller: Caller; until: number }>();

/**
 * Who an API key stands for when it is used from this address; null when it is wrong. Wrong keys are asked for anew each
 * time, and with `anew` right ones too. `knownDigest` is what `digestOf` has given for the same.
 */
export async function checkKey(
  env: Bindings,
  { keyId, secret, ip }: { readonly keyId: string; readonly secret: string; readonly ip: string },
  nowMs: number,
  { anew = false, knownDigest }: { readonly anew?: boolean; readonly knownDigest?: string | undefined } = {},
): Promise<Caller | null> {
  const route = routeOfKeyId(keyId);
  if (route === null || secret.length > SECRET_LENGTH_MAX) return null;
  const digest = knownDigest ?? (await digestOfKey(keyId, secret, ip));
  const known = remembered.get(digest);
  if (!anew && known !== undefined && known.until > nowMs) return known.caller;
  const checked = await ask(() => identityObject(env, route).verifyKey(keyId, secret, ip));
  remembered.delete(digest);
  if (!checked.ok) return null;
  const caller: Caller = { principal: checked.value, route, proof: "key", credential: keyId, steppedUpAt: null };
  keepNewest(remembered, digest, { caller, until: nowMs + REMEMBERED_MS }, REMEMBERED_MAX);
  return caller;
}

/** Under what a key is remembered that comes from this address; null when it is too long to be one of ours. */
export async function digestOf(keyId: string, secret: string, ip: string): Promise<string | null> {
  return secret.length > SECRET_LENGTH_MAX ? null : digestOfKey(keyId, secret, ip);
}

/** True for a key of a plan that was right when it last came from there; it may have been revoked meanwhile. */
export function isKeyOfPlan(digest: string, plan: Plan): boolean {
  return remembered.get(digest)?.caller.principal.plan === plan;
}
