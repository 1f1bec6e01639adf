/** API keys that were right a moment ago, so that a busy bot does not cost one call to its login per order. */
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { digestOfKey, routeOfKeyId } from "../../protocol/keys.ts";
import type { Plan } from "../../protocol/access.ts";
import type { Bindings, Caller } from "./context.ts";
import { ask } from "../../protocol/fault.ts";

/** How long a revoked key may still open the API here. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_MAX = 1_000;
/** A little more than any secret of ours has; longer ones are not worth a hash. */
const SECRET_LENGTH_MAX = 128;

/** By digest of id and secret, in the order of their checks. Plain data: any request of the isolate may read it. */
const remembered = new Map<string, { caller: Caller; until: number }>();

/**
 * Who an API key stands for when it is used from this address; null when it is wrong. Wrong keys are asked for anew each
 * time.
 */
export async function checkKey(
  env: Bindings,
  { keyId, secret, ip }: { readonly keyId: string; readonly secret: string; readonly ip: string },
  nowMs: number,
): Promise<Caller | null> {
  const route = routeOfKeyId(keyId);
  if (route === null || secret.length > SECRET_LENGTH_MAX) return null;
  const digest = await digestOfKey(keyId, secret, ip);
  const known = remembered.get(digest);
  if (known !== undefined && known.until > nowMs) return known.caller;
  const checked = await ask(() => identityObject(env, route).verifyKey(keyId, secret, ip));
  remembered.delete(digest);
  if (!checked.ok) return null;
  const caller: Caller = { principal: checked.value, route, proof: "key", credential: keyId, steppedUpAt: null };
  remembered.set(digest, { caller, until: nowMs + REMEMBERED_MS });
  for (const oldest of remembered.keys()) {
    if (remembered.size <= REMEMBERED_MAX) break;
    remembered.delete(oldest);
  }
  return caller;
}

/** True for a key of a plan that was right when it last came from there; it may have been revoked meanwhile. */
export async function isKeyOfPlan(keyId: string, secret: string, ip: string, plan: Plan): Promise<boolean> {
  if (secret.length > SECRET_LENGTH_MAX) return false;
  return remembered.get(await digestOfKey(keyId, secret, ip))?.caller.principal.plan === plan;
}
