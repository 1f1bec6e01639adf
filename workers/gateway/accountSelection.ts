/** Selects the account of a request: the default one, or an own or a shared one named in `X-Account-ID`. */
import type { AccountId, LoginRoute } from "../../domain/ids.ts";
import { keepNewest } from "../../domain/keepNewest.ts";
import { identityObject } from "../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import type { AccountAccess } from "../../protocol/rpc/identity/accounts.ts";
import { isUuid } from "../../protocol/wire/query.ts";
import type { LoginRule } from "./accessRule.ts";
import type { AppContext, Caller } from "./context.ts";

/** How long an account may still be read here after its grant has ended. */
const CACHE_TTL_MS = 5_000;
const CACHE_SIZE_MAX = 1_000;

/** By login and account, oldest check first. Plain data: any request of the isolate may read it. */
const cache = new Map<string, { readonly access: AccountAccess; readonly until: number }>();

/**
 * The caller on the selected account. Ends the request with `forbidden` when the caller may not use that account, and
 * also when it does not exist. Keys and apps belong to one account, and requests about the login itself are its
 * owner's.
 */
export async function selectAccount(c: AppContext, { scope }: LoginRule, caller: Caller): Promise<Caller> {
  const asked = c.req.header("X-Account-ID")?.trim().toLowerCase();
  const { principal, proof, route } = caller;
  if (asked === undefined || asked === principal.accountId) return caller;
  if (proof !== "session" || !isUuid(asked)) throw new ApiFault({ reason: "forbidden" });
  const access = await accessTo(c, route, asked);
  if (access.own) return { ...caller, principal: { ...principal, accountId: asked } };
  if (access.scopes.length === 0 || scope === null) throw new ApiFault({ reason: "forbidden" });
  return { ...caller, principal: { ...principal, accountId: asked, scopes: access.scopes, guest: true } };
}

/** Selects an own account that a body names. Ends the request with `forbidden` for any other account. */
export async function selectOwnAccount(c: AppContext, accountId: AccountId): Promise<void> {
  const caller = c.get("caller");
  const { principal, proof } = caller;
  if (accountId === principal.accountId) return;
  if (proof !== "session") throw new ApiFault({ reason: "forbidden" });
  await requireOwnAccount(c, accountId);
  const { guest: _guest, ...own } = principal;
  c.set("caller", { ...caller, principal: { ...own, accountId } });
}

/** Ends the request with `forbidden` unless the account is one of the login's own. */
export async function requireOwnAccount(c: AppContext, accountId: AccountId): Promise<void> {
  if (!(await accessTo(c, c.get("caller").route, accountId)).own) throw new ApiFault({ reason: "forbidden" });
}

async function accessTo(c: AppContext, route: LoginRoute, accountId: AccountId): Promise<AccountAccess> {
  const now = Date.now();
  const name = `${route}/${accountId}`;
  const known = cache.get(name);
  if (known !== undefined && known.until > now) return known.access;
  const access = await ask(() => identityObject(c.env, route).ownAccounts.access(accountId));
  cache.delete(name);
  // A refusal is not cached: the account may be shared a moment later.
  if (access.own || access.scopes.length > 0)
    keepNewest(cache, name, { access, until: now + CACHE_TTL_MS }, CACHE_SIZE_MAX);
  return access;
}
