/** The caller's account: each request that asks it anything costs a token of the caller's plan, with no call more. */
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import { METERED_METHODS, type Metered, type MeteredMethod } from "../../protocol/rpc/metered.ts";
import type { AccountRpc, AccountView } from "../../protocol/rpc/account.ts";
import type { AppContext } from "./context.ts";

/** What a client may ask of its account. */
export type MeteredAccount = Pick<AccountRpc, MeteredMethod>;

type Answer<M extends MeteredMethod> = Awaited<ReturnType<AccountRpc[M]>>;

/**
 * The caller's account, as its requests see it: calls end the request with `rate_limited` when there is no token, and
 * with `unavailable` when the account is out of reach. The second call of one request costs nothing.
 */
export function accountOf(c: AppContext): MeteredAccount {
  const { accountId, plan = "standard", guest = false } = c.var.caller.principal;
  const account = accountObject(c.env, accountId);
  const method = <M extends MeteredMethod>(name: M) => {
    return async (...args: Parameters<AccountRpc[M]>): Promise<Answer<M>> => {
      // A stub's method is called at once: whatever else is read of it would be asked of the object, too.
      // A guest has been counted at the edge: whoever is let in to read must not use up what the owner trades with.
      if (guest || c.get("metered") === true) return ask(() => methodsOf(account)[name](...args) as Promise<Answer<M>>);
      const answer: Metered<Answer<M>> = await ask(() => account.metered(plan, name, args));
      const { rate, refused } = answer;
      c.set("rate", rate);
      if (refused) {
        throw new ApiFault({ reason: "rate_limited", retryAfterSeconds: Math.ceil(rate.retryAfterMs / 1_000) });
      }
      c.set("metered", true);
      return answer.value;
    };
  };
  return Object.fromEntries(
    (Object.keys(METERED_METHODS) as MeteredMethod[]).map((name) => [name, method(name)]),
  ) as unknown as MeteredAccount;
}

/** The caller's account as it is; ends the request when it was never opened. */
export async function openAccountOf(c: AppContext): Promise<AccountView> {
  const view = await accountOf(c).summary();
  if (view === null) throw new ApiFault({ reason: "account_not_found" });
  return view;
}

/** The methods without what is special to each. */
function methodsOf(account: AccountRpc): Readonly<Record<MeteredMethod, (...args: unknown[]) => Promise<unknown>>> {
  return account as never;
}
