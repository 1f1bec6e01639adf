/** Risk of accounts inside workerd: what happens at the same time, kill switches, previews. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import { accountObject, instrumentRegistryObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import type { Plan } from "../../domain/rateLimit.ts";
import type { InstrumentRegistryRpc } from "../../protocol/rpc/instrumentRegistry.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const WAIT_OPTIONS = { timeout: 10_000 };
const DOLLAR = 10_000;
const SHARE = 1_000_000;

async function openAccount(dollars: string, shares: Readonly<Record<string, string>> = {}) {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  await accountObject(env, accountId).open(accountId, ORIGIN);
  await accountObject(env, accountId).deposit(who, { reference: "cash", symbol: null, amount: dollars }, ORIGIN);
  for (const [symbol, amount] of Object.entries(shares)) {
    await accountObject(env, accountId).deposit(who, { reference: symbol, symbol, amount }, ORIGIN);
  }
  const account = () => accountObject(env, accountId);
  /** "ok", or the reason of the refusal. */
  const submit = async (changes: Partial<OrderTicket>) => {
    const outcome = await account().submitOrder(who, ticketWith(changes), ORIGIN);
    return outcome.ok ? "ok" : outcome.refusal.reason;
  };
  const view = async () => {
    const found = await account().summary();
    if (found === null) throw new Error("not open");
    return found;
  };
  return { who, account, submit, view };
}

const openOrders = async (account: ReturnType<typeof accountObject>) => {
  const none = { after: null, until: null, symbols: null, side: null, afterOrderId: null, beforeOrderId: null };
  const open = await account.orders({ ...none, status: "open", limit: 500, direction: "asc" });
  return Array.isArray(open) ? open : [];
};

const count = (words: readonly string[], word: string) => words.filter((each) => each === word).length;

test("RK-13: of 100 concurrent buys that together exceed the buying power exactly the affordable ones rest", async () => {
  const { account, submit, view } = await openAccount("3799.99");
  const symbols = ["AAPL", "MSFT", "NVDA", "AMZN"];
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => submit({ symbol: symbols[index % 4] ?? "AAPL" })),
  );
  expect(count(answers, "ok")).toBe(37);
  expect(count(answers, "insufficient_buying_power")).toBe(63);
  const none = { after: null, until: null, symbols: null, side: null, afterOrderId: null, beforeOrderId: null };
  const open = await account().orders({ ...none, status: "open", limit: 500, direction: "asc" });
  expect(Array.isArray(open) && open.map(({ status }) => status)).toEqual(Array.from({ length: 37 }, () => "new"));
  expect(await view()).toMatchObject({ cash: 37_999_900, cashHeld: 37_000_000 });
});

test("RK-13: concurrent orders, cancels and withdrawals never spend a dollar twice", async () => {
  const { who, account, submit, view } = await openAccount("1000", { AAPL: "10" });
  const seen: { cash: number; cashHeld: number }[] = [];
  const look = async () => {
    const { cash, cashHeld } = await view();
    seen.push({ cash, cashHeld });
    return "seen";
  };
  const withdraw = async (reference: string) => {
    const outcome = await account().requestWithdrawal(who, { reference, amount: "70" }, ORIGIN);
    return outcome.ok ? "withdrawn" : outcome.refusal.reason;
  };
  const batch = async () => {
    const commands = [
      { kind: "place", ticket: ticketWith({ symbol: "MSFT", limitPrice: "60" }) },
      { kind: "place", ticket: ticketWith({ symbol: "NVDA", limitPrice: "60" }) },
    ] as const;
    const outcomes = await account().executeCommands(who, commands, { allOrNone: true }, ORIGIN);
    return outcomes.every(({ ok }) => ok) ? "batch" : "batch refused";
  };
  const cancel = async () => {
    await account().cancelAllOrders(who, ORIGIN);
    return "canceled";
  };
  const acts = [
    () => submit({ limitPrice: "90" }),
    () => submit({ side: "sell", qty: "3", limitPrice: "300" }),
    batch,
    look,
  ];
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => {
      if (index % 25 === 24) return cancel();
      return index % 5 === 0 ? withdraw(`w${index}`) : (acts[index % 4] ?? look)();
    }),
  );
  expect(count(answers, "withdrawn")).toBeGreaterThan(0);
  expect(new Set(answers)).toContain("insufficient_buying_power");
  for (const { cash, cashHeld } of seen) expect([cash >= cashHeld, cashHeld >= 0]).toEqual([true, true]);
  await cancel();
  const { cash, cashHeld, withdrawing = 0, positions } = await view();
  // Only withdrawals hold cash now: each dollar is there once.
  expect({ cash, cashHeld }).toEqual({ cash: 1_000 * DOLLAR, cashHeld: withdrawing });
  expect(withdrawing).toBe(count(answers, "withdrawn") * 70 * DOLLAR);
  expect(positions).toMatchObject([{ symbol: "AAPL", qty: 10 * SHARE, available: 10 * SHARE }]);
});

test("RK-6: a kill switch refuses orders on every way in, survives a restart, cancels and sells; cancels pass", async () => {
  const symbol = "KO";
  const { who, account, submit, view } = await openAccount("10000", { [symbol]: "5" });
  const buyer = await openAccount("100000");
  expect(await submit({ symbol, limitPrice: "30" })).toBe("ok");
  const placed = await account().submitOrder(who, ticketWith({ symbol, limitPrice: "31" }), ORIGIN);
  if (!placed.ok) throw new Error("refused");
  const asked = { on: true, cancelOrders: false, flatten: false };
  expect(await account().setKillSwitch(who, asked, ORIGIN)).toMatchObject({
    ok: true,
    value: { canceled: [], closed: [] },
  });
  await abortAllDurableObjects();
  await vi.waitFor(async () => expect(await account().controls()).toMatchObject({ killedByOwner: true }), WAIT_OPTIONS);
  expect(await submit({ symbol })).toBe("kill_switch");
  const replaced = { qty: "2", limitPrice: null, stopPrice: null, trail: null, timeInForce: null, clientOrderId: null };
  const commands = [
    { kind: "place", ticket: ticketWith({ symbol }) },
    { kind: "replace", orderId: placed.value.id, ticket: { ...replaced, goodTil: null } },
    { kind: "cancel", orderId: placed.value.id },
  ] as const;
  const outcomes = await account().executeCommands(who, commands, { allOrNone: false }, ORIGIN);
  expect(outcomes).toMatchObject([
    { ok: false, refusal: { reason: "kill_switch" } },
    { ok: false, refusal: { reason: "kill_switch" } },
    { ok: true },
  ]);
  // What the switch sells meets a buyer.
  const bid = ticketWith({ symbol, qty: "5", limitPrice: "60" });
  expect(await buyer.account().submitOrder(buyer.who, bid, ORIGIN)).toMatchObject({ ok: true });
  const flat = await account().setKillSwitch(who, { on: true, cancelOrders: true, flatten: true }, ORIGIN);
  expect(flat).toMatchObject({
    ok: true,
    value: {
      canceled: [{ outcome: { ok: true } }],
      closed: [{ symbol, outcome: { ok: true, value: { side: "sell", status: "filled" } } }],
    },
  });
  expect(await view()).toMatchObject({ positions: [], cashHeld: 0, blocked: true });
  expect(await submit({ symbol })).toBe("kill_switch");
  await account().setKillSwitch(who, { on: false, cancelOrders: false, flatten: false }, ORIGIN);
  expect(await submit({ symbol, limitPrice: "30" })).toBe("ok");
});

test("RK-12: a preview reads the live book and changes nothing", async () => {
  const symbol = "DIS";
  const { account, view } = await openAccount("10000");
  const seller = await openAccount("0.01", { [symbol]: "10" });
  for (const limitPrice of ["110", "111"]) {
    const ticket = ticketWith({ symbol, side: "sell", qty: "2", limitPrice });
    expect(await seller.account().submitOrder(seller.who, ticket, ORIGIN)).toMatchObject({ ok: true });
  }
  const before = await view();
  const preview = await account().previewOrder(ticketWith({ symbol, qty: "3", limitPrice: "111" }));
  expect(preview).toMatchObject({
    symbol,
    refusals: [],
    estimate: {
      fills: [
        { price: 110 * DOLLAR, qty: 2 * SHARE },
        { price: 111 * DOLLAR, qty: SHARE },
      ],
      value: 331 * DOLLAR,
      buyingPowerAfter: 9_669 * DOLLAR,
    },
  });
  expect(await view()).toEqual(before);
  expect((await orderBookObject(env, symbol).top()).last).toBe(null);
});

test("RK-8, RK-13: of 100 concurrent orders against a limit of the position exactly those within it rest", async () => {
  const { who, account, view } = await openAccount("1000000");
  const limits = { orderValue: null, positionValue: null, positionQty: 37, symbols: [] };
  expect(await account().tightenControls(who, { limits }, ORIGIN)).toMatchObject({
    ok: true,
    value: { loosens: null },
  });
  const order = { symbol: "TSLA", limitPrice: "90" };
  const place = (index: number) => ({
    kind: "place" as const,
    ticket: ticketWith({ ...order, clientOrderId: `c${index}` }),
  });
  const words = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      // Single requests and batches, some of which replace what rests by more.
      if (index % 2 === 0) {
        const outcome = await account().submitOrder(who, ticketWith({ ...order, clientOrderId: `c${index}` }), ORIGIN);
        return [outcome.ok ? "ok" : outcome.refusal.reason];
      }
      const batch = [place(index), place(1_000 + index), place(2_000 + index)];
      const outcomes = await account().executeCommands(who, batch, { allOrNone: false }, ORIGIN);
      return outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.refusal.reason));
    }),
  );
  expect(words.flat()).toHaveLength(100);
  expect(count(words.flat(), "ok")).toBe(37);
  expect(count(words.flat(), "order_limit")).toBe(63);
  expect(await view()).toMatchObject({ cashHeld: 37 * 90 * DOLLAR });
  // A replace upwards is an order like any other; limits that are lowered leave what rests.
  const [open] = await openOrders(account());
  const ticket = { qty: "2", limitPrice: null, stopPrice: null, trail: null, timeInForce: null };
  const more = { ...ticket, clientOrderId: null, goodTil: null };
  const replaced = await account().replaceOrder(who, open?.id ?? "", more, ORIGIN);
  expect(replaced).toMatchObject({
    ok: false,
    refusal: { reason: "order_limit", value: 38 * SHARE, most: 37 * SHARE },
  });
  await account().tightenControls(who, { limits: { ...limits, positionQty: 10 } }, ORIGIN);
  expect(await openOrders(account())).toHaveLength(37);
  expect(await account().submitOrder(who, ticketWith(order), ORIGIN)).toMatchObject({ ok: false });
});

test("RK-14: limits of the plan reach an account with its next order, on every way in, and survive a restart", async () => {
  const { who, account } = await openAccount("1000000");
  const registry = (): InstrumentRegistryRpc => instrumentRegistryObject(env);
  const limits = { orderValue: null, positionValue: null, orderQty: 5, symbols: [] };
  const by = { asked: "ann", approved: "ben", approval: crypto.randomUUID() };
  const order = ticketWith({ symbol: "DIS", limitPrice: "80", qty: "6" });
  const single = async () => {
    const answer = await account().metered("pro", "submitOrder", [who, { ...order, clientOrderId: null }, ORIGIN]);
    if (answer.refused) throw new Error("metered");
    return answer.value.ok ? "ok" : answer.value.refusal.reason;
  };
  const batch = async (plan: Plan) => {
    const commands = [{ kind: "place", ticket: { ...order, clientOrderId: null } }] as const;
    const args = [who, commands, { allOrNone: true }, ORIGIN] as const;
    const answer = await account().metered(plan, "executeCommands", [...args]);
    if (answer.refused) throw new Error("metered");
    return answer.value.map((outcome) => (outcome.ok ? "ok" : outcome.refusal.reason));
  };
  try {
    expect(await single()).toBe("ok");
    await registry().setPlanLimits("pro", limits, by);
    await vi.waitFor(async () => expect(await single()).toBe("order_limit"), WAIT_OPTIONS);
    expect(await batch("pro")).toEqual(["order_limit"]);
    expect(await account().controls()).toMatchObject({ plan: { plan: "pro", limits: { orderQty: 5 } } });
    expect(await account().settings()).toMatchObject({ exchangeLimits: { orderQty: 5, orderValue: null } });
    const wide = await account().changeSettings(who, { limits: { ...limits, orderQty: 6 } }, ORIGIN);
    expect(wide).toMatchObject({ ok: false, refusal: { reason: "limit_too_wide", field: "limits.max_order_qty" } });
    await abortAllDurableObjects();
    expect(await account().submitOrder(who, { ...order, clientOrderId: null }, ORIGIN)).toMatchObject({
      refusal: { reason: "order_limit", by: "plan" },
    });
    // The owner has another plan.
    expect(await batch("market_maker")).toEqual(["ok"]);
    expect(await batch("pro")).toEqual(["order_limit"]);
    // An administrator lets this account go beyond.
    const loosens = { limits: { ...limits, orderQty: 6 } };
    const decided = { ownerId: who.userId, asked: "ann", approved: "ben" };
    expect(await account().loosenControls(loosens, { ...decided, ownerId: "other" }, ORIGIN)).toBe(false);
    expect(await account().loosenControls(loosens, decided, ORIGIN)).toBe(true);
    expect(await batch("pro")).toEqual(["ok"]);
    expect(await account().changeSettings(who, {}, ORIGIN)).toMatchObject({
      value: { exchangeLimits: { orderQty: 6 } },
    });
  } finally {
    const none = { orderValue: null, positionValue: null, symbols: [] };
    await registry().setPlanLimits("pro", none, { ...by, approval: crypto.randomUUID() });
  }
});

test("RK-10: a daily loss limit of `total` reads the prices of what is owned when an order is decided", async () => {
  const { who, account, submit } = await openAccount("100000", { INTC: "10" });
  const maker = await openAccount("100000", { INTC: "10" });
  const share = { symbol: "INTC", qty: "1", limitPrice: "20" };
  // What was deposited today counts as held at the previous close: without one, at the reference price.
  const change = { dailyLossLimit: 10 * DOLLAR, dailyLossBasis: "total", dailyLossAction: "kill" } as const;
  expect(await account().changeSettings(who, change, ORIGIN)).toMatchObject({ ok: true });
  expect(await submit({ symbol: "DIS", limitPrice: "80" })).toBe("ok");
  expect(await maker.submit({ ...share, side: "sell" })).toBe("ok");
  const other = await openAccount("100000");
  expect(await other.submit(share)).toBe("ok");
  await vi.waitFor(async () => {
    const preview = await account().previewOrder(ticketWith({ symbol: "DIS", limitPrice: "80" }));
    expect(preview?.refusals).toMatchObject([{ rule: "loss_limit", refusal: { reason: "daily_loss_limit" } }]);
  }, WAIT_OPTIONS);
  // A preview stops nothing. Prices are a second old at most.
  expect(await account().controls()).toMatchObject({ killedByOwner: false });
  await vi.waitFor(async () => {
    expect(["daily_loss_limit", "kill_switch"]).toContain(await submit({ symbol: "DIS", limitPrice: "80" }));
  }, WAIT_OPTIONS);
  expect(await account().controls()).toMatchObject({ killedByOwner: true });
  await vi.waitFor(async () => expect(await openOrders(account())).toEqual([]), WAIT_OPTIONS);
  await abortAllDurableObjects();
  expect(await account().controls()).toMatchObject({ killedByOwner: true });
});
