/** The objects inside workerd: real storage, eviction, alarms. The quotes script is a fake (vitest.config.ts). */
import { abortAllDurableObjects, evictDurableObject, listDurableObjectIds } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { accountObject, orderBookObject, relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountView } from "../../protocol/rpc/account.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

async function openAccount(dollars: number, shares: number, symbol: string): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: String(dollars) }, ORIGIN);
  if (shares > 0) await account.deposit(principal, { reference: "lots", symbol, amount: String(shares) }, ORIGIN);
  return principal;
}

function ticket(side: "buy" | "sell", symbol: string, qty: string, limitPrice: string): OrderTicket {
  return {
    symbol,
    side,
    type: "limit",
    timeInForce: "gtc",
    qty,
    notional: null,
    limitPrice,
    stopPrice: null,
    orderClass: "simple",
    extendedHours: false,
    clientOrderId: crypto.randomUUID(),
  };
}

async function submit(who: Principal, order: OrderTicket): Promise<string> {
  const outcome = await accountObject(env, who.accountId).submitOrder(who, order, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value.id;
}

async function view(who: Principal): Promise<AccountView> {
  const summary = await accountObject(env, who.accountId).summary();
  if (summary === null) throw new Error("no such account");
  return summary;
}

/** Puts every book and account to sleep, as hibernation does. */
async function evictActors(): Promise<void> {
  for (const namespace of [env.ORDER_BOOK, env.ACCOUNT]) {
    // The two namespaces have no type in common; an id of one is only given back to itself.
    const objects = namespace as DurableObjectNamespace;
    for (const id of await listDurableObjectIds(objects)) await evictDurableObject(objects.get(id));
  }
}

for (const [how, forget] of [
  ["evicted", evictActors],
  ["aborted", abortAllDurableObjects],
] as const) {
  test(`AK-1: objects that were ${how} come back with their orders, cash and shares`, async () => {
    const symbol = how === "evicted" ? "DIS" : "WMT";
    const seller = await openAccount(0.01, 5, symbol);
    const buyer = await openAccount(1000, 0, symbol);
    const resting = await submit(seller, ticket("sell", symbol, "3", "100.01"));
    await forget();
    const order = ticket("buy", symbol, "2", "101");
    const taker = await submit(buyer, order);
    await vi.waitFor(async () => expect((await view(seller)).cash).toBe(2_000_200 + 100), WAIT_OPTIONS);
    await forget();

    expect(await view(buyer)).toMatchObject({ cash: 10_000_000 - 2_000_200, cashHeld: 0 });
    expect((await accountObject(env, buyer.accountId).order(taker))?.status).toBe("filled");
    expect((await accountObject(env, seller.accountId).order(resting))?.status).toBe("partially_filled");
    expect(await submit(buyer, order), "the same request is the same order").toBe(taker);
    const { asks } = await orderBookObject(env, symbol).resting();
    expect(asks.map(({ price, qty }) => [price, qty])).toEqual([[1_000_100, 1_000_000]]);
  });
}

test("MD-5: a relay without subscribers is pushed to once and then removed", async () => {
  const symbol = "NVDA";
  // Methods of the fake relay besides those of a relay.
  const relay = relayObject(env, "viewers") as unknown as {
    pushed(): Promise<MarketSegment[]>;
    leave(): Promise<void>;
  };
  const book = orderBookObject(env, symbol);
  const trader = await openAccount(100_000, 0, symbol);
  await book.subscribe("viewers", 1);
  await submit(trader, ticket("buy", symbol, "1", "100"));
  await vi.waitFor(
    async () => expect((await relay.pushed()).map((segment) => segment.symbol)).toEqual([symbol]),
    WAIT_OPTIONS,
  );

  await relay.leave();
  await submit(trader, ticket("buy", symbol, "1", "100.01"));
  await vi.waitFor(async () => expect(await relay.pushed()).toHaveLength(2), WAIT_OPTIONS);
  await submit(trader, ticket("buy", symbol, "1", "100.02"));
  // A later subscriber sees the third change, so the window of that change has passed.
  await book.subscribe("others", 1);
  await submit(trader, ticket("buy", symbol, "1", "100.03"));
  const others = relayObject(env, "others") as unknown as typeof relay;
  await vi.waitFor(async () => expect(await others.pushed()).not.toHaveLength(0), WAIT_OPTIONS);
  expect(await relay.pushed()).toHaveLength(2);
});
