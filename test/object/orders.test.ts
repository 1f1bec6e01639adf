/** Groups, replaces and trailing stops through account and book objects inside workerd. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { accountObject } from "../../durable-objects/actor/namespaces.ts";
import type { OrderFilter } from "../../protocol/rpc/orderFilter.ts";
import type { OrderTicket, ReplaceTicket } from "../../domain/account/entry/ticket.ts";
import type { OrderView } from "../../protocol/rpc/orderViews.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const LIST = { limit: 50, after: null, until: null, beforeOrderId: null, afterOrderId: null };

async function openAccount(symbol: string, shares = 100): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  await account.deposit(principal, { reference: "lots", symbol, amount: String(shares) }, ORIGIN);
  return principal;
}

function ticket(symbol: string, changes: Partial<OrderTicket>): OrderTicket {
  return {
    symbol,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    qty: "1",
    notional: null,
    limitPrice: null,
    stopPrice: null,
    orderClass: "",
    extendedHours: false,
    clientOrderId: null,
    ...changes,
  };
}

async function submit(who: Principal, order: OrderTicket): Promise<OrderView> {
  const outcome = await accountObject(env, who.accountId).submitOrder(who, order, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value;
}

const NOTHING: ReplaceTicket = {
  qty: null,
  limitPrice: null,
  stopPrice: null,
  trail: null,
  timeInForce: null,
  clientOrderId: null,
  goodTil: null,
};

function replace(who: Principal, orderId: string, changes: Partial<ReplaceTicket>) {
  return accountObject(env, who.accountId).replaceOrder(who, orderId, { ...NOTHING, ...changes }, ORIGIN);
}

const orderOf = (who: Principal, id: string) => accountObject(env, who.accountId).order(id);
const listed = async (
  who: Principal,
  status: OrderFilter["status"],
  nested = false,
  more: Partial<OrderFilter> = {},
) => {
  const filter = { ...LIST, status, nested, direction: "asc", symbols: null, side: null, ...more } as const;
  return (await accountObject(env, who.accountId).orders(filter)) as OrderView[];
};
const held = async (who: Principal) => {
  const view = await accountObject(env, who.accountId).summary();
  return [view?.cashHeld, ...(view?.positions ?? []).map(({ qty, available }) => qty - available)];
};

const BRACKET = {
  orderClass: "bracket",
  takeProfit: { limitPrice: "110" },
  stopLoss: { stopPrice: "90", limitPrice: null },
};

test("AC-34, AC-35, AC-41: a bracket is taken, filled, protected and closed as one, across a restart", async () => {
  const [who, other] = await Promise.all([openAccount("NFLX"), openAccount("NFLX")]);
  const parent = await submit(who, ticket("NFLX", { ...BRACKET, limitPrice: "100" }));
  expect(parent.legs).toMatchObject([
    { role: "take_profit", status: "held", limitPrice: 1_100_000 },
    { role: "stop_loss", status: "held", stopPrice: 900_000 },
  ]);
  const [profit = "", loss = ""] = parent.legIds ?? [];
  expect(await held(who)).toEqual([1_000_000, 0]);
  expect((await listed(who, "open")).map(({ id }) => id)).toEqual([parent.id, profit, loss]);
  expect(await listed(who, "open", true)).toMatchObject([{ id: parent.id, legs: [{ id: profit }, { id: loss }] }]);

  await submit(other, ticket("NFLX", { side: "sell", limitPrice: "100", qty: "1" }));
  await vi.waitFor(async () => expect((await orderOf(who, profit))?.status).toBe("new"), WAIT_OPTIONS);
  expect(await held(who)).toEqual([0, 1_000_000]);
  await abortAllDurableObjects();

  // Nested, its filled parent shows what became of the legs.
  await submit(other, ticket("NFLX", { limitPrice: "110", qty: "0.4" }));
  await vi.waitFor(async () => expect((await orderOf(who, loss))?.qty).toBe(600_000), WAIT_OPTIONS);
  expect(await held(who)).toEqual([0, 600_000]);
  const cancelled = await accountObject(env, who.accountId).cancelOrder(who, loss, ORIGIN);
  expect(cancelled).toMatchObject({ ok: true, value: { status: "canceled" } });
  await vi.waitFor(async () => expect((await orderOf(who, profit))?.status).toBe("canceled"), WAIT_OPTIONS);
  expect(await held(who)).toEqual([0, 0]);
  expect(await accountObject(env, who.accountId).order(parent.id, true)).toMatchObject({
    status: "filled",
    legs: [{ status: "canceled", filledQty: 400_000, closeReason: "linked" }, { status: "canceled" }],
  });
});

test("AC-36, AC-37: a replace is answered with the order that goes on, which keeps fills and hold, and its repeat alike", async () => {
  const [who, other] = await Promise.all([openAccount("DIS"), openAccount("DIS")]);
  const first = await submit(who, ticket("DIS", { limitPrice: "100", qty: "2" }));
  await submit(other, ticket("DIS", { side: "sell", limitPrice: "100", qty: "0.5" }));
  await vi.waitFor(async () => expect((await orderOf(who, first.id))?.status).toBe("partially_filled"), WAIT_OPTIONS);
  const asked = { qty: "3", limitPrice: "99", clientOrderId: "again" };
  const outcomes = await Promise.all([replace(who, first.id, asked), replace(who, first.id, asked)]);
  const [outcome, repeat] = outcomes;
  expect(outcome).toMatchObject({
    ok: true,
    value: { replaces: first.id, status: "partially_filled", qty: 3_000_000, filledQty: 500_000, held: 2_475_000 },
  });
  expect(repeat).toEqual(outcome);
  if (!outcome?.ok) throw new Error("refused");
  const second = outcome.value;
  expect(await orderOf(who, first.id)).toMatchObject({ status: "replaced", replacedBy: second.id, held: 0 });
  expect(await held(who)).toEqual([2_475_000, 0]);
  await abortAllDurableObjects();
  expect(await replace(who, first.id, asked)).toMatchObject({ ok: true, value: { id: second.id } });
  expect(await replace(who, first.id, { qty: "4" })).toMatchObject({ refusal: { reason: "order_not_open" } });
  // A leg that was replaced is the one that its parent shows.
  const parent = await submit(who, ticket("DIS", { ...BRACKET, limitPrice: "95", qty: "1" }));
  const moved = await replace(who, parent.legIds?.[1] ?? "", { stopPrice: "91" });
  expect(moved).toMatchObject({ ok: true, value: { stopPrice: 910_000, role: "stop_loss", status: "held" } });
  const [group] = (await listed(who, "open", true)).slice(-1);
  expect(group?.legs?.map(({ stopPrice }) => stopPrice ?? null)).toEqual([null, 910_000]);
  const entries = await accountObject(env, who.accountId).cancelAllOrders(who, ORIGIN);
  expect(entries.map(({ order, outcome: { ok } }) => [order.status, ok])).toEqual(Array(4).fill(["canceled", true]));
  expect(await held(who)).toEqual([0, 0]);
});

test("AC-41: an open trailing stop is shown where the book has it", async () => {
  const [who, other] = await Promise.all([openAccount("WMT"), openAccount("WMT")]);
  const trade = async (price: string) => {
    await submit(who, ticket("WMT", { side: "sell", limitPrice: price }));
    await submit(other, ticket("WMT", { limitPrice: price }));
  };
  await trade("100");
  const trailing = { side: "sell", type: "trailing_stop", trailPrice: "5" };
  const stop = await submit(who, ticket("WMT", trailing));
  expect(stop).toMatchObject({ live: { stopPrice: 950_000, best: 1_000_000 } });
  await trade("108");
  await vi.waitFor(
    async () => expect(await listed(who, "open")).toMatchObject([{ live: { stopPrice: 1_030_000, best: 1_080_000 } }]),
    WAIT_OPTIONS,
  );
  // On streams and when it has ended it is shown as its book has told of it last.
  expect(stop.trail).toEqual({ stop: 950_000, best: 1_000_000 });
  await accountObject(env, who.accountId).cancelOrder(who, stop.id, ORIGIN);
  const ended = { status: "canceled", trail: { stop: 1_030_000, best: 1_080_000 } };
  expect(await orderOf(who, stop.id)).toMatchObject(ended);
  const { updates } = await accountObject(env, who.accountId).updatesAfter(0, 100);
  expect(updates.at(-1)).toMatchObject({ event: "canceled", order: { id: stop.id, ...ended } });
});

test("OB-23, AC-38: a post-only order that is replaced into the market stays, and the answer says why", async () => {
  const [who, other] = await Promise.all([openAccount("F"), openAccount("F")]);
  await submit(other, ticket("F", { side: "sell", limitPrice: "11" }));
  const post = await submit(who, ticket("F", { limitPrice: "10", instructions: { postOnly: true } }));
  const refused = await replace(who, post.id, { limitPrice: "11", clientOrderId: "into" });
  expect(refused).toEqual({ ok: false, refusal: { reason: "post_only_would_trade" } });
  expect(await replace(who, post.id, { limitPrice: "11", clientOrderId: "into" })).toEqual(refused);
  expect(await orderOf(who, post.id)).toMatchObject({ status: "new", limitPrice: 100_000, filledQty: 0 });
  expect(await held(who)).toEqual([100_000, 0]);
});

test("OB-28, OB-30, AC-44: an entry that ends in part is covered, a gap sells it, and a stop on the wrong side is refused", async () => {
  const [who, other] = await Promise.all([openAccount("KO"), openAccount("KO")]);
  const sell = (limitPrice: string, qty: string) => submit(other, ticket("KO", { side: "sell", limitPrice, qty }));
  const buy = (limitPrice: string, qty: string) => submit(other, ticket("KO", { limitPrice, qty }));
  await sell("100", "4");
  await sell("107", "50");
  const entry = { ...BRACKET, type: "market", qty: "10", timeInForce: "gtc" };
  const parent = await submit(who, ticket("KO", entry));
  expect(parent).toMatchObject({ status: "canceled", closeReason: "unfilled", filledQty: 4_000_000 });
  expect(await listed(who, "open")).toMatchObject([
    { role: "take_profit", status: "new", qty: 4_000_000, askedQty: 10_000_000 },
    { role: "stop_loss", status: "new", qty: 4_000_000, askedQty: 10_000_000 },
  ]);
  expect(await held(who)).toEqual([0, 4_000_000]);
  const refused = async (order: Partial<OrderTicket>) => {
    const sent = accountObject(env, other.accountId).submitOrder(other, ticket("KO", order), ORIGIN);
    return sent.then((outcome) => (outcome.ok ? "taken" : outcome.refusal));
  };
  const reached = { reason: "stop_price_reached", basePrice: 1_000_000 };
  const wrong = { side: "sell", type: "stop", stopPrice: "101" };
  expect(await refused(wrong)).toEqual({ ...reached, side: "below" });
  // Nobody bids near the stop at 90.
  await buy("70", "3");
  await submit(who, ticket("KO", { side: "sell", type: "market", timeInForce: "ioc" }));
  await vi.waitFor(async () => {
    const open = await listed(who, "open");
    expect(open.map(({ role, status, filledQty }) => [role, status, filledQty])).toEqual([
      ["take_profit", "new", 0],
      ["stop_loss", "partially_filled", 2_000_000],
    ]);
  }, WAIT_OPTIONS);
  expect(await held(who)).toEqual([0, 2_000_000]);
  // It rests four percent below the bid that it met, where the next one finds it.
  const finder = await buy("70", "2");
  expect([finder.status, finder.filledValue]).toEqual(["filled", String(672_000n * 2_000_000n)]);
  await vi.waitFor(async () => expect(await listed(who, "open")).toEqual([]), WAIT_OPTIONS);
});

test("AC-41: a nested list has whole groups, counts them by the order that the others came with, and pages through them", async () => {
  const [who, other] = await Promise.all([openAccount("BAC"), openAccount("BAC")]);
  const bracket = { ...BRACKET, takeProfit: { limitPrice: "60" }, stopLoss: { stopPrice: "40", limitPrice: null } };
  const first = await submit(who, ticket("BAC", { ...bracket, limitPrice: "50" }));
  const second = await submit(who, ticket("BAC", { ...bracket, limitPrice: "49" }));
  const third = await submit(who, ticket("BAC", { limitPrice: "48" }));
  const ids = (orders: readonly OrderView[]) => orders.map(({ id }) => id);
  const page = { direction: "desc", limit: 2 } as const;
  expect(ids(await listed(who, "open", true, page))).toEqual([third.id, second.id]);
  expect(ids(await listed(who, "open", true, { ...page, beforeOrderId: second.id }))).toEqual([first.id]);
  expect(ids(await listed(who, "open", false, page))).toEqual([third.id, second.legIds?.[1]]);

  // The entry is filled, and one exit replaced: the group is open, and its entry is shown with its exits as they are.
  await submit(other, ticket("BAC", { side: "sell", limitPrice: "50" }));
  const [profit = "", loss = ""] = first.legIds ?? [];
  await vi.waitFor(async () => expect((await orderOf(who, loss))?.status).toBe("new"), WAIT_OPTIONS);
  const moved = await replace(who, loss, { stopPrice: "41" });
  if (!moved.ok) throw new Error(moved.refusal.reason);
  const groups = await listed(who, "open", true);
  expect(ids(groups)).toEqual([first.id, second.id, third.id]);
  expect(groups[0]).toMatchObject({
    status: "filled",
    legs: [{ id: profit }, { id: moved.value.id, stopPrice: 410_000 }],
  });
  expect(ids(await listed(who, "closed", true))).toEqual([]);
  expect(ids(await listed(who, "all", true))).toEqual([first.id, second.id, third.id]);

  await submit(other, ticket("BAC", { limitPrice: "60" }));
  await vi.waitFor(async () => expect((await orderOf(who, profit))?.status).toBe("filled"), WAIT_OPTIONS);
  await vi.waitFor(async () => expect((await orderOf(who, moved.value.id))?.status).toBe("canceled"), WAIT_OPTIONS);
  expect(ids(await listed(who, "open", true))).toEqual([second.id, third.id]);
  expect(await listed(who, "closed", true, { limit: 1 })).toMatchObject([
    { id: first.id, legs: [{ status: "filled" }, { id: moved.value.id, status: "canceled" }] },
  ]);
  // One order alone, or found by its own id: without its legs unless they are asked for.
  const byClientId = accountObject(env, who.accountId);
  expect(await orderOf(who, first.id)).not.toHaveProperty("legs");
  expect(await byClientId.orderByClientOrderId(first.clientOrderId)).not.toHaveProperty("legs");
  expect(await byClientId.orderByClientOrderId(first.clientOrderId, true)).toMatchObject({
    legs: [{ id: profit }, {}],
  });
});

test("AC-45: every order of an account has a time of its own, by which lists are paged without loss, open and closed ones", async () => {
  const who = await openAccount("NVDA");
  const account = accountObject(env, who.accountId);
  // Groups come in one commit: three orders of one millisecond.
  for (let i = 0; i < 5; i++) await submit(who, ticket("NVDA", { ...BRACKET, limitPrice: "95" }));
  await account.cancelOrder(who, (await listed(who, "all"))[1]?.id ?? "", ORIGIN);
  const all = await listed(who, "all");
  const times = all.map(({ submittedMicros = 0 }) => submittedMicros);
  expect(all).toHaveLength(15);
  expect(new Set(times).size).toBe(15);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  const seen: string[] = [];
  for (let afterMicros: number | null = null; ; afterMicros = times[seen.length - 1] ?? null) {
    const found = await listed(who, "all", false, { limit: 2, afterMicros });
    if (found.length === 0) break;
    seen.push(...found.map(({ id }) => id));
  }
  expect(seen).toEqual(all.map(({ id }) => id));
  const back = await listed(who, "all", false, { limit: 500, direction: "desc", untilMicros: times[14] ?? 0 });
  expect(back.map(({ id }) => id)).toEqual(
    all
      .slice(0, -1)
      .reverse()
      .map(({ id }) => id),
  );
  expect(await listed(who, "all", false, { afterMicros: times[3] ?? 0, untilMicros: times[5] ?? 0 })).toHaveLength(1);
  // Across a restart time goes on where it was.
  await abortAllDurableObjects();
  await submit(who, ticket("NVDA", { limitPrice: "95" }));
  expect((await listed(who, "all")).at(-1)?.submittedMicros).toBeGreaterThan(times[14] ?? 0);
});

test("AC-45: a list that begins or ends at an order that the account does not have says so", async () => {
  const who = await openAccount("AMZN");
  const order = await submit(who, ticket("AMZN", { limitPrice: "48" }));
  const unknown = crypto.randomUUID();
  for (const bound of ["afterOrderId", "beforeOrderId"]) {
    for (const nested of [true, false]) {
      expect(await listed(who, "all", nested, { [bound]: unknown, knownIds: true })).toEqual({ unknown });
      expect(await listed(who, "all", nested, { [bound]: order.id, knownIds: true })).toEqual([]);
    }
  }
});

test("OB-38: a limit too far from the market is refused with the numbers, again and again, also by a replace", async () => {
  const who = await openAccount("INTC");
  const account = () => accountObject(env, who.accountId);
  const far = ticket("INTC", { limitPrice: "54.01", clientOrderId: "far" });
  const refusal = { reason: "price_limit", reference: 360_000, bound: 540_000 };
  const outcome = await account().submitOrder(who, far, ORIGIN);
  expect(outcome).toMatchObject({ ok: false, refusal: { ...refusal, side: "buy", price: 540_100 } });
  expect(await account().submitOrder(who, far, ORIGIN)).toEqual(outcome);
  expect(await held(who)).toEqual([0, 0]);
  expect(await listed(who, "all")).toMatchObject([{ status: "rejected", closeReason: "price_limit" }]);
  const near = await submit(who, ticket("INTC", { limitPrice: "30" }));
  expect(await replace(who, near.id, { limitPrice: "54.01" })).toMatchObject({ ok: false, refusal });
  expect(await orderOf(who, near.id)).toMatchObject({ status: "new", limitPrice: 300_000 });
});

test("AC-31, OB-37: a notional spends no more than that, and all the cash there is suffices for it", async () => {
  const seller = await openAccount("JPM");
  await submit(seller, ticket("JPM", { side: "sell", limitPrice: "300", qty: "0.01" }));
  await submit(seller, ticket("JPM", { side: "sell", limitPrice: "310", qty: "5" }));
  const accountId = crypto.randomUUID();
  const buyer: Principal = { userId: accountId, accountId, roles: ["trader"] };
  await accountObject(env, accountId).open(accountId, ORIGIN);
  await accountObject(env, accountId).deposit(buyer, { reference: "cash", symbol: null, amount: "100" }, ORIGIN);
  const market = { type: "market", timeInForce: "day", qty: null, notional: "100" };
  const bought = await submit(buyer, ticket("JPM", market));
  expect(bought).toMatchObject({ status: "filled", notional: 1_000_000, filledQty: 10_000 + 312_903, held: 0 });
  expect(await accountObject(env, accountId).summary()).toMatchObject({ cash: 0, cashHeld: 0 });
});

test("AC-42: an order that could trade with one of its own account is refused, and says with which", async () => {
  const who = await openAccount("NFLX");
  const ask = await submit(who, ticket("NFLX", { side: "sell", limitPrice: "150" }));
  const refusal = { reason: "wash_trade", existingOrderId: ask.id, existing: "limit" };
  const send = (order: Partial<OrderTicket>) =>
    accountObject(env, who.accountId).submitOrder(who, ticket("NFLX", order), ORIGIN);
  expect(await send({ limitPrice: "150" })).toEqual({ ok: false, refusal });
  expect(await send({ type: "market", timeInForce: "ioc" })).toEqual({ ok: false, refusal });
  const instructions = { selfTrade: "cancel_newest" };
  expect(await send({ limitPrice: "150", instructions })).toMatchObject({
    ok: true,
    value: { status: "canceled", closeReason: "self_trade" },
  });
});

test("AK-3: an order reaches a book that has restarted since the last one of its account", async () => {
  const who = await openAccount("INTC");
  const order = ticket("INTC", { limitPrice: "20" });
  expect((await submit(who, order)).status).toBe("new");
  await runInDurableObject(env.ORDER_BOOK.getByName("INTC"), (_book, ctx) => ctx.abort("by the test")).catch(
    () => null,
  );
  expect((await submit(who, order)).status).toBe("new");
  expect(await listed(who, "open")).toHaveLength(2);
});
