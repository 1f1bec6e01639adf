/** The bucket of an account inside workerd: requests that come at once, time, and restarts. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const START = Date.parse("2026-11-20T15:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START, toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

async function opened(): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  await accountObject(env, accountId).open(accountId, ORIGIN);
  return who;
}

/** How many of so many requests at once pass. */
async function passing({ accountId }: Principal, requests: number, plan: Plan = "standard"): Promise<number> {
  const account = accountObject(env, accountId);
  const answers = await Promise.all(Array.from({ length: requests }, () => account.metered(plan, "summary", [])));
  return answers.filter((answer) => !answer.refused).length;
}

test("RL-1: 200 requests at once pass and the 201st does not; a minute later 100 do, and 200 in all once it is full", async () => {
  const who = await opened();
  expect(await passing(who, 250)).toBe(200);
  const refused = await accountObject(env, who.accountId).metered("standard", "summary", []);
  expect(refused).toEqual({
    refused: true,
    rate: { limit: 200, remaining: 0, resetAt: START + 120_000, retryAfterMs: 600 },
  });
  vi.setSystemTime(START + 599);
  expect(await passing(who, 5)).toBe(0);
  vi.setSystemTime(START + 60_000);
  expect(await passing(who, 150)).toBe(100);
  vi.setSystemTime(START + 30_000);
  expect(await passing(who, 5)).toBe(0);
  vi.setSystemTime(START + 600_000);
  expect(await passing(who, 250)).toBe(200);
});

test("RL-2: a request that is refused changes nothing, and one that passes is answered as ever", async () => {
  const who = await opened();
  const account = accountObject(env, who.accountId);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  const ticket = ticketWith({ clientOrderId: "one", limitPrice: "100", qty: "1" });
  const taken = await account.metered("standard", "submitOrder", [who, ticket, ORIGIN]);
  expect(taken).toMatchObject({ refused: false, rate: { remaining: 199 }, value: { ok: true } });
  await passing(who, 200);
  const second = { ...ticket, clientOrderId: "two" };
  expect(await account.metered("standard", "submitOrder", [who, second, ORIGIN])).toMatchObject({ refused: true });
  expect(await account.metered("standard", "cancelAllOrders", [who, ORIGIN])).toMatchObject({ refused: true });
  expect(await account.orderByClientOrderId("two")).toBeNull();
  expect((await account.orderByClientOrderId("one"))?.status).toBe("new");
});

test("RL-3: an object that was evicted knows what was spent", async () => {
  const who = await opened();
  expect(await passing(who, 200)).toBe(200);
  await evictDurableObject(env.ACCOUNT.getByName(who.accountId));
  expect(await passing(who, 50)).toBe(0);
});

test("RL-2: only what clients may ask is metered", async () => {
  const { accountId } = await opened();
  await runInDurableObject(env.ACCOUNT.getByName(accountId), async (account: AccountRpc) => {
    const other = account.metered("standard", "endSession" as never, ["x", ORIGIN] as never);
    await expect(other).rejects.toThrow("not a request of a client");
  });
});

test("WS-18: an account does for a client only what its principal may do there, whoever has asked before", async () => {
  const who = await opened();
  const reader: Principal = { ...who, scopes: ["read"] };
  const others: Principal[] = [reader, { ...who, roles: ["viewer"] }, { ...who, accountId: crypto.randomUUID() }];
  await runInDurableObject(env.ACCOUNT.getByName(who.accountId), async (account: AccountRpc) => {
    for (const by of others) {
      for (const method of [
        "cancelAllOrders",
        "executeCommands",
        "closePosition",
        "closePositions",
        "setCancelAfter",
        "submitOrder",
        "requestWithdrawal",
      ] as const) {
        const asked = account.metered("standard", method, [by, 60, ORIGIN] as never);
        await expect(asked).rejects.toThrow(`${method} is not allowed`);
      }
    }
    expect(await account.metered("standard", "cancelAllOrders", [who, ORIGIN])).toMatchObject({ refused: false });
  });
});
