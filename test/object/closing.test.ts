/** Closing positions through account and book objects inside workerd. */
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { accountObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const LATER = Number.POSITIVE_INFINITY;

async function openAccount(symbols: readonly string[]): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: "100000" }, ORIGIN);
  for (const symbol of symbols) await account.deposit(principal, { reference: symbol, symbol, amount: "10" }, ORIGIN);
  return principal;
}

function limit(side: "buy" | "sell", symbol: string, qty: string, limitPrice: string): OrderTicket {
  const none = { notional: null, stopPrice: null, orderClass: "", extendedHours: false, clientOrderId: null };
  return { symbol, side, type: "limit", timeInForce: "gtc", qty, limitPrice, ...none };
}

async function submit(who: Principal, ticket: OrderTicket): Promise<string> {
  const outcome = await accountObject(env, who.accountId).submitOrder(who, ticket, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value.id;
}

const close = (who: Principal, symbol: string, cancelOrders = false, clientOrderId: string | null = null) =>
  accountObject(env, who.accountId).closePosition(
    who,
    { symbol, qty: null, percentage: null, clientOrderId },
    cancelOrders,
    ORIGIN,
    LATER,
  );
const ownedBy = async (who: Principal) =>
  ((await accountObject(env, who.accountId).summary())?.positions ?? []).map(({ symbol, qty }) => [symbol, qty]);

test("AC-49: a double click sells once: the second finds nothing, or lots that are held", async () => {
  const [who, buyer] = await Promise.all([openAccount(["WMT"]), openAccount([])]);
  await submit(buyer, limit("buy", "WMT", "30", "100"));
  const both = await Promise.all([close(who, "WMT"), close(who, "WMT")]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);
  const refused = both.find(({ ok }) => !ok);
  expect(["position_not_found", "insufficient_qty"]).toContain(refused?.ok === false && refused.refusal.reason);
  await vi.waitFor(async () => expect(await ownedBy(who)).toEqual([]));
  expect(await close(who, "WMT")).toEqual({ ok: false, refusal: { reason: "position_not_found" } });
  await vi.waitFor(async () => expect(await ownedBy(buyer)).toEqual([["WMT", 10_000_000]]));
});

test("AC-49: a repeat with the same client order id is the same order, also when nothing is owned any more", async () => {
  const [who, buyer] = await Promise.all([openAccount(["NFLX"]), openAccount([])]);
  await submit(buyer, limit("buy", "NFLX", "30", "100"));
  const first = await close(who, "NFLX", false, "close-1");
  expect(first).toMatchObject({ ok: true, value: { status: "filled", clientOrderId: "close-1", qty: 10_000_000 } });
  await vi.waitFor(async () => expect(await ownedBy(who)).toEqual([]));
  const again = await close(who, "NFLX", false, "close-1");
  expect(again.ok && first.ok && again.value.id === first.value.id).toBe(true);
  await vi.waitFor(async () => expect(await ownedBy(buyer)).toEqual([["NFLX", 10_000_000]]));
});

test("AC-49: the same key with another percentage or a quantity is refused", async () => {
  const [who, buyer] = await Promise.all([openAccount(["INTC"]), openAccount([])]);
  await submit(buyer, limit("buy", "INTC", "30", "25"));
  const part = (percentage: number | null, qty: string | null = null) =>
    accountObject(env, who.accountId).closePosition(
      who,
      { symbol: "INTC", qty, percentage, clientOrderId: "close-part" },
      false,
      ORIGIN,
      LATER,
    );
  const half = 50 * 10 ** 9;
  const first = await part(half);
  expect(first).toMatchObject({ ok: true, value: { qty: 5_000_000 } });
  const reused = { ok: false, refusal: { reason: "idempotency_key_reused" } };
  expect([await part(half / 2), await part(null), await part(null, "5")]).toEqual([reused, reused, reused]);
  const again = await part(half);
  expect(again.ok && first.ok && again.value.id === first.value.id).toBe(true);
});

test("AC-49: orders that hold the lots refuse a close, unless they are canceled before, with those of the other side", async () => {
  const [who, buyer] = await Promise.all([openAccount(["DIS", "KO"]), openAccount([])]);
  await submit(buyer, limit("buy", "DIS", "30", "100"));
  const ask = await submit(who, limit("sell", "DIS", "6", "140"));
  const bid = await submit(who, limit("buy", "DIS", "1", "90"));
  const other = await submit(who, limit("sell", "KO", "6", "90"));
  expect(await close(who, "DIS")).toMatchObject({
    ok: false,
    refusal: { reason: "insufficient_qty", requested: 10_000_000, available: 4_000_000, relatedOrders: [ask] },
  });
  expect(await close(who, "DIS", true)).toMatchObject({ ok: true, value: { status: "filled", qty: 10_000_000 } });
  const account = accountObject(env, who.accountId);
  expect((await account.order(ask))?.status).toBe("canceled");
  expect((await account.order(bid))?.status).toBe("canceled");
  expect((await account.order(other))?.status).toBe("new");
});

test("AC-49: all positions are closed in one commit, after every open order was canceled", async () => {
  const symbols = ["BAC", "COST", "INTC"];
  const [who, buyer] = await Promise.all([openAccount(symbols), openAccount([])]);
  await submit(buyer, limit("buy", "BAC", "30", "51"));
  await submit(buyer, limit("buy", "INTC", "30", "35"));
  await submit(who, limit("sell", "INTC", "6", "45"));
  const account = accountObject(env, who.accountId);
  const plain = await account.closePositions({ ...who }, false, ORIGIN, LATER);
  const result = plain.map(({ symbol, outcome }) => [
    symbol,
    outcome.ok ? outcome.value.status : outcome.refusal.reason,
  ]);
  // Nobody bids for COST: the market order ends unfilled.
  expect(result).toEqual([
    ["BAC", "filled"],
    ["COST", "canceled"],
    ["INTC", "insufficient_qty"],
  ]);
  const bookRows = async () => (await orderBookObject(env, "COST").inspect()).journal.rows;
  const before = await bookRows();
  const again = await account.closePositions(who, true, ORIGIN, LATER);
  expect(again.map(({ symbol, outcome }) => [symbol, outcome.ok && outcome.value.status])).toEqual([
    ["COST", "canceled"],
    ["INTC", "filled"],
  ]);
  expect(await bookRows()).toBe(before + 1);
});

test("AC-49: an order that is decided after its deadline sells nothing", async () => {
  const who = await openAccount(["SPY"]);
  const account = accountObject(env, who.accountId);
  expect(await account.closePositions(who, false, ORIGIN, 0)).toEqual([
    { symbol: "SPY", outcome: { ok: false, refusal: { reason: "order_late" } } },
  ]);
  expect(await ownedBy(who)).toEqual([["SPY", 10_000_000]]);
});
