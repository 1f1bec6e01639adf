/** Settlement in the objects: it begins with the account, and follows the plan of its owner. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const TICKET = {
  symbol: "T",
  side: "buy",
  type: "limit",
  timeInForce: "gtc",
  orderClass: "",
  clientOrderId: null,
  extendedHours: false,
  qty: "1",
  notional: null,
  limitPrice: "1",
  stopPrice: null,
} as const;

test("PF-65, PF-67: a new account settles from its opening on, and is exempt while its owner is a market maker", async () => {
  const userId = crypto.randomUUID();
  const who: Principal = { userId, accountId: userId, roles: ["trader"] };
  const account = accountObject(env, who.accountId);
  expect(await account.settlement()).toBeNull();
  await account.open(who.accountId, NO_ORIGIN);
  expect(await account.settlement()).toMatchObject({ settled: 0, exempt: false, violations: [] });
  await account.deposit(who, { reference: "d", symbol: null, amount: "100" }, NO_ORIGIN);
  expect(await account.settlement()).toMatchObject({ settled: 1_000_000, withdrawable: 1_000_000 });

  const order = (plan: "market_maker" | "standard", by: Principal) =>
    account.metered(plan, "submitOrder", [by, TICKET, NO_ORIGIN, Number.POSITIVE_INFINITY]);
  await order("standard", who);
  expect(await account.settlement()).toMatchObject({ exempt: false });
  await order("market_maker", who);
  expect(await account.settlement()).toMatchObject({ exempt: true });
  // Another user does not trade here, and its plan decides nothing.
  const stranger: Principal = { ...who, userId: crypto.randomUUID() };
  const asked: Parameters<AccountRpc["submitOrder"]> = [stranger, TICKET, NO_ORIGIN, Number.POSITIVE_INFINITY];
  await runInDurableObject(env.ACCOUNT.getByName(who.accountId), async (object: AccountRpc) => {
    await expect(object.metered("standard", "submitOrder", asked)).rejects.toThrow("is not allowed");
  });
  expect(await account.settlement()).toMatchObject({ exempt: true });
  await abortAllDurableObjects();
  expect(await accountObject(env, who.accountId).settlement()).toMatchObject({ exempt: true, settled: 1_000_000 });
  await accountObject(env, who.accountId).metered("standard", "submitOrder", [
    who,
    TICKET,
    NO_ORIGIN,
    Number.POSITIVE_INFINITY,
  ]);
  expect(await accountObject(env, who.accountId).settlement()).toMatchObject({ exempt: false });
});
