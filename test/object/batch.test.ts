/** Batches of order commands through account and book objects inside workerd. */
import { abortAllDurableObjects } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import { accountObject, orderBookObject } from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import type { CommandOutcome, OrderCommand } from "../../protocol/rpc/orderCommands.ts";
import type { CancelAllEntry, OrderView } from "../../protocol/rpc/orderViews.ts";

const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };
const WAIT_OPTIONS = { timeout: 10_000 };

async function openAccount(symbols: readonly string[]): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: "10000" }, ORIGIN);
  for (const symbol of symbols) await account.deposit(principal, { reference: symbol, symbol, amount: "100" }, ORIGIN);
  return principal;
}

function place(symbol: string, clientOrderId: string, changes: Partial<OrderTicket> = {}): OrderCommand {
  const ticket = {
    symbol,
    side: "buy",
    type: "limit",
    timeInForce: "gtc",
    qty: "1",
    notional: null,
    limitPrice: "100",
    stopPrice: null,
    orderClass: "",
    extendedHours: false,
    clientOrderId,
    ...changes,
  };
  return { kind: "place", ticket };
}

const execute = (who: Principal, commands: readonly OrderCommand[], allOrNone = false) =>
  accountObject(env, who.accountId).executeCommands(who, commands, { allOrNone }, ORIGIN);

const orderIn = (outcome: CommandOutcome | undefined): OrderView => {
  if (outcome?.ok !== true) throw new Error(JSON.stringify(outcome));
  return outcome.value as OrderView;
};
const statuses = (outcomes: readonly CommandOutcome[]) =>
  outcomes.map((outcome) => (outcome.ok ? (outcome.value as OrderView | null)?.status : outcome.refusal.reason));

async function rows(who: Principal, symbols: readonly string[]) {
  const reports = [accountObject(env, who.accountId), ...symbols.map((symbol) => orderBookObject(env, symbol))];
  return Promise.all(reports.map(async (object) => (await object.inspect()).journal.rows));
}

test("AC-53: a batch is one row of the account, one row of each book, and answered after their replies", async () => {
  const symbols = ["COST", "AVGO"] as const;
  const who = await openAccount(symbols);
  const before = await rows(who, symbols);
  const commands = Array.from({ length: 20 }, (_, nth) => place(symbols[nth % 2] ?? "", `c${nth}`));
  const outcomes = await execute(who, commands);
  expect(statuses(outcomes)).toEqual(Array(20).fill("new"));
  const [account = 0, ...books] = (await rows(who, symbols)).map((count, nth) => count - (before[nth] ?? 0));
  expect(books).toEqual([1, 1]);
  // The commands, and the reply of each book unless both share a row.
  expect(account).toBeGreaterThanOrEqual(2);
  expect(account).toBeLessThanOrEqual(3);
  await abortAllDurableObjects();
  expect(statuses(await execute(who, commands))).toEqual(Array(20).fill("new"));
  const again = await execute(who, commands);
  expect(again.map((outcome) => orderIn(outcome).id)).toEqual(outcomes.map((outcome) => orderIn(outcome).id));
});

test("AC-53: a batch replaces, cancels and trades, and its later commands see the earlier ones", async () => {
  const [who, other] = await Promise.all([openAccount(["NFLX"]), openAccount(["NFLX"])]);
  const [first, second] = (await execute(who, [place("NFLX", "one"), place("NFLX", "two", { limitPrice: "99" })])).map(
    orderIn,
  );
  await execute(other, [place("NFLX", "sell", { side: "sell", qty: "0.4", limitPrice: "100" })]);
  await vi.waitFor(async () => {
    const order = await accountObject(env, who.accountId).order(first?.id ?? "");
    expect(order?.status).toBe("partially_filled");
  }, WAIT_OPTIONS);
  const changes = { qty: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null };
  const outcomes = await execute(who, [
    { kind: "replace", orderId: first?.id ?? "", ticket: { ...changes, limitPrice: "98", clientOrderId: "three" } },
    { kind: "cancel", clientOrderId: "two" },
    { kind: "cancel", clientOrderId: "two" },
    { kind: "cancel", orderId: crypto.randomUUID() },
    place("NFLX", "four", { side: "sell", limitPrice: "98" }),
    place("NFLX", "five", { limitPrice: "97" }),
    { kind: "cancel", clientOrderId: "five" },
    { kind: "query", orderId: second?.id ?? "" },
    place("NFLX", "six", { qty: "500" }),
  ]);
  expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true, true, false, false, true, true, true, false]);
  expect(statuses(outcomes)).toEqual([
    "partially_filled",
    undefined,
    undefined,
    "order_not_found",
    "wash_trade",
    "canceled",
    undefined,
    "canceled",
    "insufficient_buying_power",
  ]);
  expect(orderIn(outcomes[0])).toMatchObject({ replaces: first?.id, filledQty: 400_000, limitPrice: 980_000 });
});

test("AC-54: all or none: a refused order leaves the account and the books as they were", async () => {
  const who = await openAccount(["AMD"]);
  const [kept] = await execute(who, [place("AMD", "kept")]);
  const before = await accountObject(env, who.accountId).summary();
  const books = await rows(who, ["AMD"]);
  const commands = [place("AMD", "a"), { kind: "cancel", clientOrderId: "kept" } as const, place("AMD", "b")];
  const outcomes = await execute(who, [...commands, place("AMD", "c", { qty: "500" })], true);
  expect(statuses(outcomes)).toEqual([
    "batch_not_executed",
    "batch_not_executed",
    "batch_not_executed",
    "insufficient_buying_power",
  ]);
  expect(await accountObject(env, who.accountId).summary()).toEqual(before);
  expect((await rows(who, ["AMD"]))[1]).toBe(books[1]);
  expect(await accountObject(env, who.accountId).order(orderIn(kept).id)).toMatchObject({ status: "new" });
  expect(await accountObject(env, who.accountId).orderByClientOrderId("a")).toBeNull();
  expect(statuses(await execute(who, commands, true))).toEqual(["new", undefined, "new"]);
});

test("AC-54: what a book refuses afterwards undoes none of the other orders", async () => {
  const [who, other] = await Promise.all([openAccount(["DIS"]), openAccount(["DIS"])]);
  await execute(other, [place("DIS", "ask", { side: "sell", limitPrice: "101" })]);
  const outcomes = await execute(
    who,
    [place("DIS", "crosses", { limitPrice: "101", instructions: { postOnly: true } }), place("DIS", "rests")],
    true,
  );
  expect(statuses(outcomes)).toEqual(["canceled", "new"]);
});

test("AC-53: several cancels of all in one call name each order once", async () => {
  const who = await openAccount(["SPY"]);
  await execute(who, [place("SPY", "one"), place("SPY", "two")]);
  const all = { kind: "cancel_all" } as const;
  const outcomes = await execute(who, [all, all, place("SPY", "three"), all, all]);
  const named = outcomes.map((outcome) =>
    outcome.ok && Array.isArray(outcome.value)
      ? outcome.value.map(({ order, outcome: each }: CancelAllEntry) => [order.clientOrderId, order.status, each.ok])
      : [],
  );
  expect(named).toEqual([
    [
      ["one", "canceled", true],
      ["two", "canceled", true],
    ],
    [],
    [],
    [["three", "canceled", true]],
    [],
  ]);
});

test("AC-53: cancels of all at the same time name each order once, and each ends after the orders are canceled", async () => {
  const who = await openAccount(["SPY"]);
  const account = accountObject(env, who.accountId);
  for (let round = 0; round < 2; round++) {
    await execute(who, [place("SPY", `one${round}`), place("SPY", `two${round}`)]);
    const calls = Array.from({ length: 5 }, async () => {
      const entries = await account.cancelAllOrders(who, ORIGIN);
      const open = (await account.orders({ status: "open" } as never)) as OrderView[];
      return { named: entries.map(({ order }) => [order.clientOrderId, order.status]), open };
    });
    const ended = await Promise.all(calls);
    expect(ended.flatMap(({ named }) => named)).toEqual([
      [`one${round}`, "canceled"],
      [`two${round}`, "canceled"],
    ]);
    expect(ended.flatMap(({ open }) => open)).toEqual([]);
  }
});

test("RL-2: a batch costs a token for each command, or is refused as a whole", async () => {
  const who = await openAccount(["SPY"]);
  const account = accountObject(env, who.accountId);
  const send = (commands: readonly OrderCommand[]) =>
    account.metered("standard", "executeCommands", [who, commands, { allOrNone: false }, ORIGIN]);
  const many = Array.from({ length: 100 }, () => ({ kind: "cancel", clientOrderId: "unknown" }) as const);
  expect(await send(many)).toMatchObject({ refused: false, rate: { remaining: 100 } });
  expect(await send(many.slice(0, 99))).toMatchObject({ refused: false, rate: { remaining: 1 } });
  const refused = await send([place("SPY", "one"), place("SPY", "two"), place("SPY", "three")]);
  expect(refused).toMatchObject({ refused: true, rate: { retryAfterMs: expect.any(Number) as number } });
  expect(await account.orderByClientOrderId("one")).toBeNull();
  await expect(send([...many, ...many])).resolves.toMatchObject({ refused: true });
});
