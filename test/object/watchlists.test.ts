/** Watchlists in account objects inside workerd. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { Origin } from "../../domain/account/state/events.ts";
import { accountObject, relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { WatchlistChange } from "../../protocol/rpc/watchlists.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

async function opened(): Promise<Principal> {
  const accountId = crypto.randomUUID();
  await accountObject(env, accountId).open(accountId, ORIGIN);
  return { userId: accountId, accountId, roles: ["trader"] };
}

const change = (who: Principal, asked: WatchlistChange) =>
  accountObject(env, who.accountId).changeWatchlist(who, asked);

test("AC-120: a watchlist is there after a crash, and gone with the personal data of its owner", async () => {
  const who = await opened();
  const made = await change(who, { kind: "create", name: "Tech", symbols: ["MSFT", "AAPL"] });
  expect(made).toMatchObject({ ok: true });
  await abortAllDurableObjects();
  const account = () => accountObject(env, who.accountId);
  expect(await account().watchlists()).toMatchObject([{ name: "Tech", symbols: ["MSFT", "AAPL"] }]);
  expect(await account().watchlist({ name: "Tech" })).toMatchObject({ symbols: ["MSFT", "AAPL"] });
  expect(await account().erase(false)).toBeNull();
  expect(await account().watchlists()).toEqual([]);
  expect(await change(who, { kind: "create", name: "Tech", symbols: [] })).toEqual({
    ok: false,
    refusal: { reason: "account_closed" },
  });
});

test("WS-30: a change is told to the relays that listen, and to no other", async () => {
  const who = await opened();
  await accountObject(env, who.accountId).subscribe("watching", 1);
  await change(who, { kind: "create", name: "Tech", symbols: ["MSFT", "AAPL"] });
  const relay = relayObject(env, "watching") as unknown as { pushed(): Promise<unknown[]> };
  const watchlist = expect.objectContaining({ name: "Tech", account_id: who.accountId, symbols: ["MSFT", "AAPL"] });
  await vi.waitFor(async () => {
    const notice = { stream: "watchlist_updates", data: { event: "created", watchlist } };
    expect(await relay.pushed()).toContainEqual({ accountId: who.accountId, notice });
  });
});

test("RL-2, WS-18: watchlists cost tokens, and only who may trade changes them", async () => {
  const who = await opened();
  const account = accountObject(env, who.accountId);
  expect(await account.metered("standard", "watchlists", [])).toMatchObject({ value: [], rate: { remaining: 199 } });
  const create = { kind: "create", name: "a", symbols: [] } as const;
  const reader: Principal = { ...who, scopes: ["read"] };
  await runInDurableObject(env.ACCOUNT.getByName(who.accountId), async (object: AccountRpc) => {
    await expect(object.metered("standard", "changeWatchlist", [reader, create])).rejects.toThrow("not allowed");
  });
  expect(await account.watchlists()).toEqual([]);
});
