/** Paper accounts and paper books inside workerd, beside the live book of the symbol. */
import { evictDurableObject, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import {
  accountAddress,
  accountObject,
  orderBookObject,
  paperAccountAddress,
  paperBookAddress,
} from "../../durable-objects/actor/namespaces.ts";
import { gatewayHarness } from "./gatewayHarness.ts";
import { newAccountId } from "../../protocol/ids/residency.ts";
import type { OrderTicket } from "../../domain/account/entry/ticket.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Envelope } from "../../protocol/rpc/envelope.ts";
import type { Principal } from "../../protocol/auth/principal.ts";

const WAIT_OPTIONS = { timeout: 10_000 };
const ORIGIN: Origin = { requestId: "test", ip: "", userAgent: "" };

async function openLive(dollars: number, shares: number, symbol: string): Promise<Principal> {
  const accountId = crypto.randomUUID();
  const principal: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, ORIGIN);
  await account.deposit(principal, { reference: "cash", symbol: null, amount: String(dollars) }, ORIGIN);
  if (shares > 0) await account.deposit(principal, { reference: "lots", symbol, amount: String(shares) }, ORIGIN);
  return principal;
}

async function openPaper(region: "world" | "eu" = "world"): Promise<Principal> {
  const accountId = newAccountId(region, "paper");
  const userId = crypto.randomUUID();
  await accountObject(env, accountId).open(accountId, ORIGIN, userId, "paper");
  return { userId, accountId, roles: ["trader"] };
}

const LIMIT = { type: "limit", timeInForce: "gtc", notional: null, stopPrice: null, orderClass: "simple" } as const;

function ticket(side: "buy" | "sell", symbol: string, qty: string, limitPrice: string): OrderTicket {
  return { ...LIMIT, symbol, side, qty, limitPrice, extendedHours: false, clientOrderId: crypto.randomUUID() };
}

async function submit(who: Principal, order: OrderTicket): Promise<string> {
  const outcome = await accountObject(env, who.accountId).submitOrder(who, order, ORIGIN);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.refusal));
  return outcome.value.id;
}

const orderOf = async (who: Principal, id: string) => {
  const order = await accountObject(env, who.accountId).order(id);
  return order === null ? null : [order.status, order.filledQty, order.filledValue];
};

const cashOf = async (who: Principal) => (await accountObject(env, who.accountId).summary())?.cash;

/** The bytes of every journal row and snapshot of an object, as Latin-1. */
async function journalOf(stub: DurableObjectStub): Promise<string> {
  return runInDurableObject(stub, (_, { storage }) => {
    const tables = [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'"),
    ];
    const names = tables
      .map(({ name }) => String(name))
      .filter((name) => !["listeners", "sqlite_sequence"].includes(name));
    const values = names.flatMap((name) =>
      [...storage.sql.exec(`SELECT * FROM "${name}"`)].flatMap((row) => Object.values(row)),
    );
    const latin = new TextDecoder("latin1");
    return values.map((value) => (value instanceof ArrayBuffer ? latin.decode(value) : String(value))).join("\n");
  });
}

async function journalsOf(namespace: unknown): Promise<string> {
  const objects = namespace as DurableObjectNamespace;
  const ids = await listDurableObjectIds(objects);
  return (await Promise.all(ids.map((id) => journalOf(objects.get(id))))).join("\n");
}

test("PA-1, PA-4: a paper order is filled from the live book, which does not change; no live journal has anything of it", async () => {
  const symbol = "DIS";
  const seller = await openLive(1, 10, symbol);
  await submit(seller, ticket("sell", symbol, "3", "100"));
  await submit(seller, ticket("sell", symbol, "5", "101"));
  const paper = await openPaper();
  expect(await cashOf(paper)).toBe(1_000_000_000);
  const before = await orderBookObject(env, symbol).depth(5);

  const order = ticket("buy", symbol, "4", "105");
  const id = await submit(paper, order);
  expect(await orderOf(paper, id)).toEqual([
    "filled",
    4_000_000,
    String(3_000_000n * 1_000_000n + 1_000_000n * 1_010_000n),
  ]);
  expect(await cashOf(paper)).toBe(1_000_000_000 - 3_000_000 - 1_010_000);
  expect(await submit(paper, order), "the same request is the same order").toBe(id);
  expect(await orderBookObject(env, symbol).depth(5)).toEqual(before);

  const written = await journalsOf(env.PAPER_BOOK);
  expect(written).toContain(paper.accountId);
  for (const namespace of [env.ORDER_BOOK, env.ACCOUNT, env.AUDIT_SHARD, env.TRANSFERS]) {
    const live = await journalsOf(namespace);
    expect(live).not.toContain("paper");
    expect(live).not.toContain(paper.accountId);
    expect(live).not.toContain(id);
  }
  expect(await journalsOf(env.ORDER_BOOK), "the journals are read").toContain(seller.accountId);
});

test("PA-6, PA-10: an order that rests follows the trades of the live book; without paper orders the book tells nobody", async () => {
  const symbol = "WMT";
  const [seller, buyer] = [await openLive(1, 20, symbol), await openLive(10_000, 0, symbol)];
  await submit(buyer, ticket("buy", symbol, "2", "100"));
  const paper = await openPaper("eu");
  const id = await submit(paper, ticket("buy", symbol, "5", "100"));
  expect((await orderOf(paper, id))?.[0]).toBe("new");
  const listeners = () =>
    runInDurableObject(env.ORDER_BOOK.getByName(symbol), (_, { storage }) =>
      [...storage.sql.exec("SELECT relay FROM listeners")].map(({ relay }) => relay),
    );
  await vi.waitFor(async () => expect(await listeners()).toEqual([paperBookAddress(symbol)]), WAIT_OPTIONS);

  // Two shares were ahead of it.
  await submit(seller, ticket("sell", symbol, "3", "100"));
  await vi.waitFor(async () => expect((await orderOf(paper, id))?.[1]).toBe(1_000_000), WAIT_OPTIONS);
  await evictDurableObject(env.PAPER_BOOK.getByName(symbol));
  await evictDurableObject(env.PAPER_ACCOUNT.getByName(paper.accountId));
  // The order of the seller rests at the same price, and another buyer takes that: the paper order had it first.
  expect((await orderOf(paper, id))?.slice(0, 2)).toEqual(["partially_filled", 1_000_000]);
  await submit(buyer, ticket("buy", symbol, "4", "99"));
  await submit(seller, ticket("sell", symbol, "4", "99"));
  await vi.waitFor(
    async () => expect((await orderOf(paper, id))?.slice(0, 2)).toEqual(["filled", 5_000_000]),
    WAIT_OPTIONS,
  );
  expect(await cashOf(paper)).toBe(1_000_000_000 - 5_000_000);

  await vi.waitFor(async () => {
    await submit(buyer, ticket("buy", symbol, "1", "50"));
    expect(await listeners()).toEqual([]);
  }, WAIT_OPTIONS);
});

test("PA-3: paper orders are replaced and cancelled; a trailing stop shows its present stop", async () => {
  const symbol = "KO";
  const paper = await openPaper();
  const account = accountObject(env, paper.accountId);
  const id = await submit(paper, ticket("buy", symbol, "5", "50"));
  const replaced = await account.replaceOrder(
    paper,
    id,
    { qty: "6", limitPrice: null, stopPrice: null, trail: null, timeInForce: null, goodTil: null, clientOrderId: null },
    ORIGIN,
  );
  expect(replaced).toMatchObject({ ok: true, value: { status: "new", qty: 6_000_000 } });
  expect(await account.cancelAllOrders(paper, ORIGIN)).toMatchObject([{ outcome: { ok: true } }]);
  expect(await cashOf(paper)).toBe(1_000_000_000);
  expect((await account.summary())?.cashHeld).toBe(0);
});

test("PA-14: a live actor refuses an envelope of a paper actor, and the other way round", async () => {
  const [live, paper] = [await openLive(1, 0, "F"), await openPaper()];
  const paperActors = [paperAccountAddress(paper.accountId), paperBookAddress("F")];
  const liveActors = [accountAddress(live.accountId), "book/F", "transfers/world", "audit/0"];
  const refusesAll = (stub: unknown, senders: readonly string[]) =>
    runInDurableObject(stub as DurableObjectStub, async (object) => {
      const actor = object as unknown as { deliver(envelope: Envelope<never>): Promise<unknown> };
      for (const from of senders) {
        await expect(actor.deliver({ from, first: 1, messages: [], ack: 0 })).rejects.toThrow("takes no messages of");
      }
    });
  await refusesAll(env.ORDER_BOOK.getByName("F"), paperActors);
  await refusesAll(env.ACCOUNT.getByName(live.accountId), paperActors);
  await refusesAll(env.PAPER_BOOK.getByName("F"), liveActors);
  await refusesAll(env.PAPER_ACCOUNT.getByName(paper.accountId), liveActors);
});

test("PA-13: a paper account is opened, used and closed by the API; it has paper money and no way in or out", async () => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const ada = await gateway.enrol("ada", admin);
  const opened = await ada.ask("POST", "/v1/accounts", { name: "play", type: "paper" }, { "Idempotency-Key": "p" });
  expect(opened).toMatchObject({ status: 201, body: { type: "paper" } });
  const id = String(opened.body["account_id"]);
  const scopes = ["read", "trade", "withdraw"];
  const key = (await ada.ask("POST", "/v1/keys", { scopes, account_id: id })).body;
  const by = { "APCA-API-KEY-ID": String(key["key_id"]), "APCA-API-SECRET-KEY": String(key["secret"]) };
  expect((await gateway.send("GET", "/v2/account", by)).body).toMatchObject({ id, cash: "100000" });

  const seller = await openLive(1, 10, "INTC");
  await submit(seller, ticket("sell", "INTC", "3", "36"));
  const order = { symbol: "INTC", side: "buy", type: "market", time_in_force: "day", qty: "2" };
  expect((await gateway.send("POST", "/v2/orders", by, order)).body).toMatchObject({
    status: "filled",
    filled_avg_price: "36",
  });
  expect((await gateway.send("GET", "/v2/positions", by)).body).toMatchObject([{ symbol: "INTC", qty: "2" }]);
  const rests = { ...order, type: "limit", limit_price: "30", time_in_force: "gtc" };
  const { body: resting } = await gateway.send("POST", "/v2/orders", by, rests);
  expect(resting).toMatchObject({ status: "new" });
  expect((await gateway.send("GET", "/v2/account/activities", by)).body).toMatchObject([
    { activity_type: "FILL", symbol: "INTC", qty: "2", price: "36" },
    { activity_type: "CSD", net_amount: "100000" },
  ]);

  const small = await ada.ask("POST", "/v1/accounts", { type: "paper", cash: "1" });
  const asSmall = { "X-Account-ID": String(small.body["account_id"]) };
  expect((await ada.ask("GET", "/v2/account", undefined, asSmall)).body).toMatchObject({ cash: "1" });
  expect((await gateway.send("GET", "/v1/accounts", by)).body).toMatchObject({ accounts: [{ account_id: id }] });

  const actor = await admin.ask("GET", `/v1/admin/actors/account/${id}`);
  expect(actor).toMatchObject({ status: 200, body: { peerCount: 1, peers: [{ peer: "paper-book/INTC" }] } });
  const paperBook = await admin.ask("GET", "/v1/admin/actors/paper-book/INTC");
  expect(paperBook).toMatchObject({ status: 200, body: { peerCount: 1, peers: [{ peer: `paper-account/${id}` }] } });
  expect((await admin.ask("GET", `/v1/audit/accounts/${id}`)).body).toMatchObject({ reason: "account_not_found" });
  const withdrawal = await gateway.send("POST", "/v1/withdrawals", by, { amount: "5", reference: "w" });
  expect(withdrawal).toMatchObject({ status: 403, body: { reason: "paper_account" } });
  const deposit = await admin.ask("POST", `/v1/admin/accounts/${id}/deposits`, { reference: "d", amount: "5" });
  expect(deposit).toMatchObject({ status: 403, body: { reason: "paper_account" } });
  expect((await ada.ask("DELETE", `/v1/accounts/${id}`)).body).toMatchObject({
    reason: "account_not_empty",
    orders: 1,
  });
  await gateway.send("DELETE", `/v2/orders/${String(resting["id"])}`, by);
  expect((await ada.ask("DELETE", `/v1/accounts/${id}`)).status).toBe(200);
  const after = await ada.ask("POST", `/v1/accounts/${id}/reset`, {});
  expect(after).toMatchObject({ status: 409, body: { reason: "account_not_open" } });
});

test("PA-15: a paper account begins again with other money; no other account can be reset", async () => {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const gateway = await gatewayHarness();
  const admin = await gateway.enrol("admin");
  const [ada, eve] = [await gateway.enrol("ada", admin), await gateway.enrol("eve", admin)];
  const opened = await ada.ask("POST", "/v1/accounts", { type: "paper" }, { "Idempotency-Key": "p" });
  const id = String(opened.body["account_id"]);
  const on = { "X-Account-ID": id };
  const seller = await openLive(1, 10, "KO");
  await submit(seller, ticket("sell", "KO", "3", "50"));
  const order = { symbol: "KO", side: "buy", type: "limit", time_in_force: "gtc", qty: "5", limit_price: "50" };
  expect((await ada.ask("POST", "/v2/orders", order, on)).body).toMatchObject({ filled_qty: "3" });

  const reset = (who: typeof ada, account: string, body: object) =>
    who.ask("POST", `/v1/accounts/${account}/reset`, body);
  for (const cash of ["0", "-1", "1e5", "100000000.0001", "x"]) {
    expect(await reset(ada, id, { cash })).toMatchObject({ status: 422, body: { reason: "paper_cash_invalid" } });
  }
  expect(await reset(eve, id, {})).toMatchObject({ status: 404, body: { reason: "account_not_found" } });
  expect(await reset(ada, ada.accountId, {})).toMatchObject({ status: 409, body: { reason: "not_paper_account" } });
  expect((await ada.ask("GET", "/v2/positions", undefined, on)).body).toHaveLength(1);

  expect(await reset(ada, id, { cash: "2500.5" })).toMatchObject({ status: 200, body: { account_id: id } });
  expect((await ada.ask("GET", "/v2/account", undefined, on)).body).toMatchObject({ cash: "2500.5" });
  expect((await ada.ask("GET", "/v2/positions", undefined, on)).body).toEqual([]);
  expect((await ada.ask("GET", "/v2/orders?status=all", undefined, on)).body).toMatchObject([{ status: "canceled" }]);
  expect((await reset(ada, id, {})).status).toBe(200);
  expect((await ada.ask("GET", "/v2/account", undefined, on)).body).toMatchObject({ cash: "100000" });
});
