/** The caller's account. A request takes one rate-limit token of the caller's plan, in the same call that it makes. */
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import { ApiFault, ask } from "../../protocol/http/apiFault.ts";
import { METERED_METHODS, meteredCost, type Metered, type MeteredMethod } from "../../protocol/rpc/metered.ts";
import type { AccountRpc, AccountView } from "../../protocol/rpc/account.ts";
import type { AppContext } from "./context.ts";
import { countUser } from "./limits/edge.ts";

/** The account methods that clients may call. */
export type MeteredAccount = Pick<AccountRpc, MeteredMethod>;

type Answer<M extends MeteredMethod> = Awaited<ReturnType<AccountRpc[M]>>;

/** One class for all requests: methods that are made for each request cost more than the call. */
class CallersAccount {
  readonly c: AppContext;
  readonly everyCall: boolean;

  constructor(c: AppContext, everyCall: boolean) {
    this.c = c;
    this.everyCall = everyCall;
  }
}
for (const name of Object.keys(METERED_METHODS) as MeteredMethod[]) {
  const call = function (this: CallersAccount, ...args: never[]): Promise<unknown> {
    return callMetered(this.c, name, args as never, this.everyCall);
  };
  Object.defineProperty(CallersAccount.prototype, name, { value: call });
}

/**
 * The caller's account. A call ends the request with `rate_limited` when there is no token, and with `unavailable` when
 * the account does not answer. Further calls of the same request take no token, unless `everyCall` says so: for files,
 * whose length nothing bounds.
 */
export function accountOf(c: AppContext, everyCall = false): MeteredAccount {
  return new CallersAccount(c, everyCall) as unknown as MeteredAccount;
}

async function callMetered<M extends MeteredMethod>(
  c: AppContext,
  name: M,
  args: Parameters<AccountRpc[M]>,
  everyCall: boolean,
): Promise<Answer<M>> {
  const { userId, accountId, plan = "standard", guest = false } = c.get("caller").principal;
  const account = accountObject(c.env, accountId);
  // A stub's method must be called at once: reading another property of the stub would be a call to the object too.
  // A guest is counted at the edge, so that guests do not use up the owner's tokens: its request, and what each further
  // call of it costs, because the account is somebody else's.
  if (guest && c.get("metered") === true) {
    for (let cost = meteredCost(name, args); cost > 0; cost--) await countUser(c, userId, "standard", false);
  }
  if (guest || (!everyCall && c.get("metered") === true)) {
    c.set("metered", true);
    return ask(() => methodsOf(account)[name](...args) as Promise<Answer<M>>);
  }
  const answer: Metered<Answer<M>> = await ask(() => account.metered(plan, name, args));
  const { rate, refused } = answer;
  c.set("rate", rate);
  if (!refused && answer.times !== undefined) c.set("accountMs", answer.times.out - answer.times.in);
  if (refused) {
    throw new ApiFault({ reason: "rate_limited", retryAfterSeconds: Math.ceil(rate.retryAfterMs / 1_000) });
  }
  c.set("metered", true);
  return answer.value;
}

/** The same call again when it is refused for its rate, as soon as it may be made: half a file is no answer. */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (fault) {
      if (!(fault instanceof ApiFault) || fault.error.reason !== "rate_limited") throw fault;
      const ms = fault.error.retryAfterSeconds * 1_000;
      await new Promise<void>((resume) => void setTimeout(resume, ms));
    }
  }
}

/** The caller's account; ends the request when it was never opened. */
export async function openAccountOf(c: AppContext): Promise<AccountView> {
  const view = await accountOf(c).summary();
  if (view === null) throw new ApiFault({ reason: "account_not_found" });
  return view;
}

/** The methods with one common signature. */
function methodsOf(account: AccountRpc): Readonly<Record<MeteredMethod, (...args: unknown[]) => Promise<unknown>>> {
  return account as never;
}
