/** What a client learns of its order when requests are repeated, overtake each other or meet an object that has just woken. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { AccountRpc } from "../../protocol/rpc/account.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

async function trader(shares = 0): Promise<{ who: Principal; account: () => AccountRpc }> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = () => accountObject(env, accountId);
  await account().open(accountId, ORIGIN);
  await account().deposit(who, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  const lots = { reference: "lots", symbol: "INTC", amount: String(shares) };
  if (shares > 0) await account().deposit(who, lots, ORIGIN);
  return { who, account };
}

const ticket = (side: string, qty: string, clientOrderId: string): OrderTicket =>
  ticketWith({ symbol: "INTC", side, qty, limitPrice: "20", clientOrderId });

test("AC-12: a request that comes a hundred times while others trade with it is one order and one answer", async () => {
  const buyer = await trader();
  const sellers = await Promise.all([trader(10), trader(10), trader(10)]);
  const bid = ticket("buy", "25", "bid");
  const [first] = sellers;
  await first?.account().submitOrder(first.who, ticket("sell", "5", "resting"), ORIGIN);
  const outcomes = Array.from({ length: 100 }, () => buyer.account().submitOrder(buyer.who, bid, ORIGIN));
  // These meet the bid while its reports are in flight.
  const asks = sellers.map(({ who, account }, i) => account().submitOrder(who, ticket("sell", "2", `ask${i}`), ORIGIN));
  const answers = (await Promise.all(outcomes)).map((outcome) => JSON.stringify(outcome));
  await Promise.all(asks);
  expect(new Set(answers).size).toBe(1);
  expect(JSON.parse(answers[0] ?? "")).toMatchObject({ ok: true, value: { clientOrderId: "bid" } });
  const all = { status: "all", limit: 500, after: null, until: null, direction: "asc", side: null } as const;
  const listed = await buyer.account().orders({ ...all, symbols: null, beforeOrderId: null, afterOrderId: null });
  expect(listed).toMatchObject([{ filledQty: 11_000_000 }]);
});

test("AC-12: after the account has slept the same request finds its order, and shows what became of it", async () => {
  const { who, account } = await trader();
  const asked = ticketWith({ symbol: "INTC", limitPrice: "3", clientOrderId: "again" });
  const before = await account().submitOrder(who, asked, ORIGIN);
  if (!before.ok) throw new Error(before.refusal.reason);
  await evictDurableObject(env.ACCOUNT.getByName(who.accountId));
  expect(await account().orderByClientOrderId("again")).toEqual(before.value);
  expect(await account().submitOrder(who, asked, ORIGIN)).toEqual(before);
  await account().cancelOrder(who, before.value.id, ORIGIN);
  await evictDurableObject(env.ACCOUNT.getByName(who.accountId));
  const { id, submittedAt, sequence } = before.value;
  const repeated = await account().submitOrder(who, asked, ORIGIN);
  expect(repeated).toMatchObject({ ok: true, value: { id, submittedAt, sequence, status: "canceled" } });
});

test("AC-13: an order that has arrived is found, also while it waits for its commit", async () => {
  const { who, account } = await trader();
  const stub = account();
  // Each commit is being written when the next request arrives; calls on one stub arrive in order.
  const asked = (clientOrderId: string) => ticketWith({ symbol: "INTC", limitPrice: "1", clientOrderId });
  for (let i = 0; i < 10; i++) {
    const before = stub.submitOrder(who, asked(`before${i}`), ORIGIN);
    const sent = stub.submitOrder(who, asked(`sent${i}`), ORIGIN);
    const found = stub.orderByClientOrderId(`sent${i}`);
    const [, , order] = await Promise.all([before, sent, found]);
    expect(order?.clientOrderId).toBe(`sent${i}`);
  }
  expect(await stub.orderByClientOrderId("never sent")).toBeNull();
});

test("AC-13: an order that comes after its time is not placed, and neither found later", async () => {
  const { who, account } = await trader();
  const asked = ticketWith({ symbol: "INTC", limitPrice: "1", clientOrderId: "late" });
  expect(await account().submitOrder(who, asked, ORIGIN, Date.now() - 1)).toEqual({
    ok: false,
    refusal: { reason: "order_late" },
  });
  expect(await account().orderByClientOrderId("late")).toBeNull();
  expect(await account().submitOrder(who, asked, ORIGIN, Date.now() + 10_000)).toMatchObject({ ok: true });
});

test("WS-17: a deposit with a key is made once, whatever sleeps between, and no other account knows the key", async () => {
  const [one, other] = await Promise.all([trader(), trader()]);
  const deposit = { reference: "k", symbol: null, amount: "5" };
  const request = { key: "k", fingerprint: "f" };
  const make = (to: typeof one, change = {}) =>
    to.account().deposit(to.who, deposit, ORIGIN, { ...request, ...change });
  const answers = await Promise.all(Array.from({ length: 100 }, () => make(one)));
  const bodies = answers.map((outcome) => outcome.ok && outcome.value.answer.body);
  expect(new Set(bodies).size).toBe(1);
  expect(answers.filter((outcome) => outcome.ok && !outcome.value.answer.replayed)).toHaveLength(1);
  await evictDurableObject(env.ACCOUNT.getByName(one.who.accountId));
  expect(await make(one)).toMatchObject({ ok: true, value: { answer: { body: bodies[0], replayed: true } } });
  expect(await make(one, { fingerprint: "g" })).toEqual({ ok: false, refusal: { reason: "idempotency_key_reused" } });
  expect(await make(other)).toMatchObject({ ok: true, value: { answer: { replayed: false } } });
  for (const { account } of [one, other]) expect(await account().summary()).toMatchObject({ cash: 100_050_000 });
});

test("AC-10: a deposit of a reference that is booked is a replay, without a key and with a new one", async () => {
  const { who, account } = await trader();
  const deposit = { reference: "wire-1", symbol: null, amount: "5" };
  const make = (key: string | null) =>
    account().deposit(who, deposit, ORIGIN, key === null ? null : { key, fingerprint: "f" });
  expect(await make(null)).toMatchObject({ ok: true, value: { answer: { replayed: false } } });
  expect(await make(null)).toMatchObject({ ok: true, value: { answer: { replayed: true } } });
  expect(await make("k")).toMatchObject({ ok: true, value: { answer: { replayed: true } } });
  expect(await account().deposit(who, { ...deposit, reference: "wire-2" }, ORIGIN)).toMatchObject({
    value: { answer: { replayed: false } },
  });
});
