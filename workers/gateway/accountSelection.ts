/** Which account a signed-in person acts on: the own one, or one that is shared with it and named in `X-Account-ID`. */
import type { AccountId, LoginRoute } from "../../domain/ids.ts";
import { keepNewest } from "../../domain/keepNewest.ts";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import type { Scope } from "../../protocol/auth/principal.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import type { LoginRule } from "./accessRule.ts";
import type { AppContext, Caller } from "./context.ts";

/** How long an account that is shared no more may still be read here. */
const CACHE_TTL_MS = 5_000;
const CACHE_SIZE_MAX = 1_000;

/** By login and account, in the order of their checks. Plain data: any request of the isolate may read it. */
const cache = new Map<string, { readonly scopes: readonly Scope[]; readonly until: number }>();

/**
 * The caller as it acts on the account that it asks for. Ends the request with `forbidden` when it may not use that
 * account, and in the same way when there is none: keys and apps are of one account, and what a person does with the
 * login itself it does as its owner.
 */
export async function selectAccount(c: AppContext, { scope }: LoginRule, caller: Caller): Promise<Caller> {
  const asked = c.req.header("X-Account-ID")?.trim().toLowerCase();
  const { principal, proof, route } = caller;
  if (asked === undefined || asked === principal.accountId) return caller;
  const scopes = proof === "session" && scope !== null ? await sharedScopes(c, route, asked) : [];
  if (scopes.length === 0) throw new ApiFault({ reason: "forbidden" });
  return { ...caller, principal: { ...principal, accountId: asked, scopes, guest: true } };
}

async function sharedScopes(c: AppContext, route: LoginRoute, accountId: AccountId): Promise<readonly Scope[]> {
  const now = Date.now();
  const name = `${route}/${accountId}`;
  const known = cache.get(name);
  if (known !== undefined && known.until > now) return known.scopes;
  const scopes = await ask(() => identityObject(c.env, route).accountGrants.sharedScopes(accountId));
  cache.delete(name);
  // Nothing is remembered of what is not shared: it may be in a moment.
  if (scopes.length > 0) keepNewest(cache, name, { scopes, until: now + CACHE_TTL_MS }, CACHE_SIZE_MAX);
  return scopes;
}
