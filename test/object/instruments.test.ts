/** Instruments that are listed, changed and delisted at run time, inside workerd. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { NO_ORIGIN } from "../../domain/account/state/events.ts";
import type { InstrumentChange } from "../../domain/market/instrumentChange.ts";
import { accountObject, instrumentRegistryObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import { INSTRUMENTS_FRESH_MS } from "../../durable-objects/instrumentCache/cachedInstruments.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

/** In the future: an alarm of the past would ring by itself. */
const START = Date.parse("2031-11-20T15:00:00-05:00");

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Lets what every account knows of the list become too old. */
const later = () => vi.setSystemTime(Date.now() + INSTRUMENTS_FRESH_MS);

const list = (symbol: string): InstrumentChange => ({
  kind: "list",
  symbol,
  name: `${symbol} Corp.`,
  exchange: "NYSE",
  referencePrice: 100_000,
  leastValue: 10_000,
  priceLimit: 5_000,
  tick: 100,
  lot: 1,
});

/** An account with cash, which sends orders of one share of a symbol at $10. */
async function trader(symbol: string) {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = () => accountObject(env, accountId);
  await account().open(accountId, NO_ORIGIN);
  const deposit = (asset: string | null, amount: string) =>
    account().deposit(who, { reference: asset ?? "cash", symbol: asset, amount }, NO_ORIGIN);
  await deposit(null, "1000");
  return {
    account,
    deposit,
    send: async (side: "buy" | "sell", limitPrice = "10") => {
      const ticket = ticketWith({ symbol, side, limitPrice, clientOrderId: crypto.randomUUID() });
      const outcome = await account().submitOrder(who, ticket, NO_ORIGIN);
      return outcome.ok ? outcome.value.id : outcome.refusal.reason;
    },
    order: (id: string) => account().order(id),
  };
}

test("MK-21: a symbol is listed at run time: orders are taken and filled in it, also after a restart of everything", async () => {
  const registry = () => instrumentRegistryObject(env);
  const [ann, bob] = [await trader("NEWCO"), await trader("NEWCO")];
  expect(await ann.send("buy")).toBe("asset_not_found");
  expect(await registry().change(list("NEWCO"), "admin")).toMatchObject({ ok: true, inForce: true });
  later();
  expect(await bob.deposit("NEWCO", "5")).toMatchObject({ ok: true });
  const bought = await ann.send("buy");
  await abortAllDurableObjects();
  later();
  const sold = await bob.send("sell");
  await vi.waitFor(async () => expect((await ann.order(bought))?.status).toBe("filled"), { timeout: 10_000 });
  expect(await bob.order(sold)).toMatchObject({ status: "filled", symbol: "NEWCO" });
  expect(await orderBookObject(env, "NEWCO").top()).toMatchObject({ last: { price: 100_000 } });
});

test("MK-22: another tick counts for new orders, what rests keeps its price and is filled there", async () => {
  const [ann, bob] = [await trader("TICKY"), await trader("TICKY")];
  await instrumentRegistryObject(env).change(list("TICKY"), "admin");
  later();
  await bob.deposit("TICKY", "5");
  const rests = await ann.send("buy", "10.01");
  await instrumentRegistryObject(env).change({ kind: "change", symbol: "TICKY", tick: 500 }, "admin");
  later();
  expect(await ann.send("buy", "10.02")).toBe("price_increment");
  expect(await bob.send("sell", "10.01")).toBe("price_increment");
  await bob.send("sell", "10");
  await vi.waitFor(async () => expect(await ann.order(rests)).toMatchObject({ status: "filled", limitPrice: 100_100 }));
});

test("MK-23: a delisting cancels every order, frees what it held, takes no more and leaves positions", async () => {
  const [ann, bob] = [await trader("GONE"), await trader("GONE")];
  await instrumentRegistryObject(env).change(list("GONE"), "admin");
  later();
  await bob.deposit("GONE", "5");
  const [bid, ask] = [await ann.send("buy", "9"), await bob.send("sell", "11")];
  const outcome = await instrumentRegistryObject(env).change({ kind: "delist", symbol: "GONE" }, "admin");
  expect(outcome).toMatchObject({ ok: true, inForce: true, instrument: { status: "delisted" } });
  await vi.waitFor(async () => {
    expect(await ann.order(bid)).toMatchObject({ status: "canceled", closeReason: "delisted" });
    expect(await bob.order(ask)).toMatchObject({ status: "canceled", closeReason: "delisted" });
  });
  // An account that has not heard of it yet is told by the book.
  const late = await ann.send("buy", "9");
  await vi.waitFor(async () => expect(await ann.order(late)).toMatchObject({ closeReason: "delisted" }));
  await abortAllDurableObjects();
  later();
  expect(await ann.send("buy", "9")).toBe("asset_not_active");
  expect(await bob.account().summary()).toMatchObject({
    cashHeld: 0,
    positions: [{ symbol: "GONE", qty: 5_000_000, available: 5_000_000 }],
  });
  expect(await orderBookObject(env, "GONE").resume(1_000)).toBeNull();
  expect(await orderBookObject(env, "GONE").halt("news", null)).toBeNull();
});
