import { expect, test, vi } from "vitest";
import type { AccountState } from "../../domain/account/account.ts";
import { balances, CASH } from "../../domain/account/ledger.ts";
import type { Order } from "../../domain/account/order.ts";
import { uuidFromText } from "../../domain/ids.ts";
import type { MarketState } from "../../domain/matching/venue.ts";
import { viewAccount } from "../../durable-objects/account/listing.ts";
import { accountMachine } from "../../durable-objects/account/machine.ts";
import { Account } from "../../durable-objects/account/object.ts";
import { Actor } from "../../durable-objects/actor/actor.ts";
import type { Machine } from "../../durable-objects/actor/machine.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { bookMachine } from "../../durable-objects/orderbook/machine.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import type { AuditBatch } from "../../db/auditWriter.ts";
import { FIELD_SEPARATOR, LINE_SEPARATOR } from "../../protocol/auditLine.ts";
import type { AuditRecord } from "../../protocol/rpc.ts";
import { checkAtRest } from "./auditor.ts";
import { must, mustEqual } from "../model/must.ts";
import { Trader } from "./traders.ts";
import { running, VirtualTime } from "./virtualTime.ts";
import { NO_FAULTS, World } from "./world.ts";
import type { Faults } from "./world.ts";

// The real objects on the model's world. Small limits, so that short days meet every one of them.
vi.mock("cloudflare:workers", () => ({
  DurableObject: class {
    ctx: unknown;
    env: unknown;
    constructor(ctx: unknown, env: unknown) {
      Object.assign(this, { ctx, env });
    }
  },
}));
const pace = vi.hoisted(() => ({ reconcileMs: 0 }));
vi.mock("../../durable-objects/actor/limits.ts", async (original) => ({
  ...(await original<object>()),
  ROW_BYTES_MAX: 1_500,
  BATCH_REQUESTS_MAX: 3,
  ENVELOPE_MESSAGES_MAX: 4,
  JOURNAL_BYTES_BEFORE_SNAPSHOT: 3_000,
  // While people trade, actors compare themselves all the time; afterwards there has to be a quiet minute.
  get RECONCILE_MS() {
    return pace.reconcileMs;
  },
}));
const database = vi.hoisted(() => ({ world: null as World | null }));
vi.mock("../../db/auditWriter.ts", () => ({
  openAuditDatabase: () => ({
    append: async ({ shard, last, lines }: AuditBatch) => {
      const rows = lines.split(LINE_SEPARATOR).map((line) => {
        const [, seq, eventId, at, userId, accountId, action, resource, result, ip, userAgent, requestId, body] =
          line.split(FIELD_SEPARATOR);
        const facts = {
          eventId,
          at: Number(at),
          userId,
          accountId,
          action,
          resource,
          result,
          ip,
          userAgent,
          requestId,
        };
        return { seq: Number(seq), record: { ...facts, body: JSON.parse(body ?? "") as unknown } as AuditRecord };
      });
      await database.world?.write(shard, rows);
      return { written: true, head: last };
    },
    head: () => Promise.resolve(null),
    addCheckpoints: () => Promise.resolve(),
    ensureMonths: () => Promise.resolve(),
  }),
}));

/** What the model's platform takes in a row; a little more than the kernel's own limit, as in life. */
const BLOB_BYTES_MAX = 1_700;
const SYMBOLS = ["AAPL", "F"];
const ACCOUNTS = ["ann", "bob", "cyd"];
const NOON = Date.parse("2026-11-20T12:00:00-05:00");
const CLASSES = { account: Account, book: OrderBook, audit: AuditShard };

/** A day of random trade under faults, run to rest; gives the world and its traders. */
async function play(seed: number, faults: Faults, crashes: number, steps: number) {
  const time = new VirtualTime(seed, NOON);
  const world = new World(time, CLASSES, BLOB_BYTES_MAX);
  database.world = world;
  const log: string[] = [];
  const uninstall = time.install((line) => log.push(line));
  try {
    world.faults = faults;
    pace.reconcileMs = 700;
    const traders = ACCOUNTS.map((name) => new Trader(world, time, SYMBOLS, name));
    const lives = Promise.all(traders.map((trader) => trader.live(steps)));
    for (let crash = 0; crash < crashes; crash++) {
      time.after(time.pick(steps * 600), () => {
        const all = world.addresses();
        world.crash(all[time.pick(all.length)] ?? "");
      });
    }
    let lived = false;
    const ended = lives.then(() => {
      lived = true;
      pace.reconcileMs = 1_000 * 3_600_000;
    });
    await time.runUntilQuiet(60_000);
    must(lived, "every request is answered in the end");
    await ended;
    // What was lost last is found without the help of new faults.
    world.faults = NO_FAULTS;
    await time.runUntilQuiet(60_000);
    await checkDay(world, traders);
    // Over the end of the trading day.
    await time.runUntilQuiet(12 * 3_600_000);
    await checkDay(world, traders);
    for (const { open } of states(world).accounts.values()) {
      for (const { timeInForce } of open.values())
        mustEqual(timeInForce, "gtc", "OB-7: only gtc orders outlive the day");
    }
    const alerts = log.filter((line) => /"kind":"(mail|outbox|cursor|order|hold)_/.test(line));
    mustEqual(alerts.join(), "", "AK-11: whatever is lost, delayed or repeated on the way is nothing to be alarmed about");
    const failed = log.filter((line) => line.includes("commit_failed") && !line.includes("disk error"));
    mustEqual(failed.join(), "", "nothing but a disk error fails a commit");
    return world;
  } finally {
    world.close();
    uninstall();
  }
}

/** The state that snapshot and journal of an object give, read beside the living object. */
function recovered<S, L, I, O, E>(world: World, address: string, machine: Machine<S, L, I, O, E>): Readonly<S> {
  const storage = world.storage(address);
  const nothing = () => undefined;
  const ports = {
    storage: { sql: storage, transactionSync: <T>(work: () => T) => storage.transactionSync(work), sync: () => Promise.resolve() },
    now: () => NOON,
    random: () => 0,
    // Acknowledgements since the last commit are not in the journal: a restart repeats that mail, and here nobody takes it.
    deliver: () => new Promise<never>(() => undefined),
    armBy: nothing,
    persist: nothing,
    committed: nothing,
    abort: nothing,
    log: nothing,
  };
  // It is looked at and gone: what it would try again later is not tried.
  const gone = { alive: false, clock: { skew: 0 } };
  return running.run(gone, () => new Actor(address, machine, ports).state);
}

function states(world: World) {
  const accounts = new Map<string, Readonly<AccountState>>();
  const books = new Map<string, Readonly<MarketState>>();
  for (const name of ACCOUNTS) accounts.set(`account/${name}`, recovered(world, `account/${name}`, accountMachine));
  for (const symbol of SYMBOLS) books.set(symbol, recovered(world, `book/${symbol}`, bookMachine(symbol)));
  return { accounts, books };
}

async function ask<T>(world: World, address: string, method: string, ...args: unknown[]): Promise<T> {
  const answer = world.call(null, address, method, args) as Promise<T>;
  await world.time.runUntilQuiet(5_000);
  return await answer;
}

async function checkDay(world: World, traders: readonly Trader[]): Promise<void> {
  const { accounts, books } = states(world);
  checkAtRest(accounts, books);
  for (const [symbol, { book }] of books) {
    const { bids, asks } = await ask<{ bids: object[]; asks: object[] }>(world, `book/${symbol}`, "resting");
    const kept = [...book.resting("buy"), ...book.resting("sell")].map(({ ref, price, qty }) => ({ ref, price, qty }));
    mustEqual(JSON.stringify([...bids, ...asks]), JSON.stringify(kept), "AK-1: a book is what its journal says");
  }
  for (const trader of traders) await checkTrader(world, trader, accounts);
  await checkAudit(world, accounts);
}

async function checkTrader(world: World, trader: Trader, accounts: ReadonlyMap<string, Readonly<AccountState>>) {
  const address = `account/${trader.accountId}`;
  const state = accounts.get(address);
  must(state !== undefined, "the account is open");
  const view = JSON.stringify(await ask(world, address, "summary"));
  mustEqual(view, JSON.stringify(viewAccount(state)), "AK-1: an account is what its journal says");
  mustEqual(balances(state.ledger, CASH).outside, -4_000_000, "AC-10: cash was deposited once");
  for (const symbol of SYMBOLS) mustEqual(balances(state.ledger, symbol).outside, -4_000_000, "AC-10: so were shares");

  const nothing = { after: null, until: null, symbols: null, side: null, beforeOrderId: null, afterOrderId: null };
  const filter = { status: "all", limit: 100_000, direction: "asc", ...nothing };
  const orders = await ask<Order[]>(world, address, "orders", filter);
  const byClientId = new Map(orders.map((order) => [order.clientOrderId, order]));
  mustEqual(byClientId.size, orders.length, "AC-3: every client order id has one order");
  let accepted = 0;
  for (const [clientOrderId, { outcome }] of trader.answers) {
    const order = byClientId.get(clientOrderId);
    if (outcome.ok) accepted++;
    mustEqual(order?.id, outcome.ok ? outcome.value.id : undefined, "AK-1: what was answered is what there is");
  }
  mustEqual(orders.length, accepted, "AC-3: there is no order that nobody sent");
  const filled = new Map<string, number>();
  for (const { action, resource, body } of auditOf(world, trader.accountId)) {
    const lots = action === "order.filled" ? Math.round(Number(body["qty"]) * 1e6) : 0;
    filled.set(resource, (filled.get(resource) ?? 0) + lots);
  }
  for (const order of orders) {
    const settled = order.status !== "pending_new" && order.status !== "pending_cancel";
    must(settled, `AK-3: the book has answered about every order, not ${order.status}`);
    mustEqual(order.status === "filled", order.filledQty === order.qty, "an order is filled when it is filled");
    mustEqual(filled.get(`order/${order.id}`), order.filledQty, "AU-1: the fills on record are the order's");
  }
}

/** The records of an account in the order of the trail. */
function auditOf(world: World, accountId: string): AuditRecord[] {
  const seq = (key: string) => Number(key.slice(key.indexOf(":") + 1));
  const rows = [...world.rows].filter(([, record]) => record.accountId === accountId);
  return rows.sort(([a], [b]) => seq(a) - seq(b)).map(([, record]) => record);
}

async function checkAudit(world: World, accounts: ReadonlyMap<string, Readonly<AccountState>>): Promise<void> {
  let taken = 0;
  for (const address of world.addresses().filter((name) => name.startsWith("audit/"))) {
    const status = await ask<{ taken: number; drained: number }>(world, address, "status");
    mustEqual(status.drained, status.taken, "AU-2: the trail is complete");
    taken += status.taken;
  }
  mustEqual(world.rows.size, taken, "AU-2: the trail has no gap and no duplicate");
  for (const { accountId, nextAuditEvent } of accounts.values()) {
    const ids = auditOf(world, accountId).map(({ eventId }) => eventId);
    const expected = Array.from({ length: nextAuditEvent - 1 }, (_, nth) =>
      uuidFromText(`audit:${accountId}:${nth + 1}`),
    );
    mustEqual(ids.join(), expected.join(), "AK-2, AU-1: an account's records arrive once and in order");
  }
}

async function playSeeds(
  from: number,
  seeds: number,
  faults: Faults,
  crashes: number,
): Promise<{ fills: number; crashes: number }> {
  const total = { fills: 0, crashes: 0 };
  for (let seed = from; seed < from + seeds; seed++) {
    try {
      const world = await play(seed, faults, crashes, 8);
      total.crashes += world.crashes;
      for (const { action } of world.rows.values()) if (action === "order.filled") total.fills++;
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  return total;
}

test("AK-1 to AK-6, AC-3, AC-6, AC-8, AU-2: on a quiet day nothing is lost, doubled or left over", async () => {
  const { fills } = await playSeeds(1, 10, NO_FAULTS, 0);
  expect(fills).toBeGreaterThan(100);
});

test("AK-2, AK-3: nor when messages are lost, repeated and overtaken", async () => {
  const faults = { drop: 0.15, duplicate: 0.15, diskError: 0, databaseAway: 0.3 };
  const { fills } = await playSeeds(1_000, 60, faults, 0);
  expect(fills).toBeGreaterThan(600);
});

test("AK-1, AK-6: nor when objects die anywhere, and what was not durable with them", async () => {
  const { fills, crashes } = await playSeeds(2_000, 60, { ...NO_FAULTS, drop: 0.02 }, 25);
  expect(fills).toBeGreaterThan(600);
  expect(crashes).toBeGreaterThan(600);
});

test("AK-1 to AK-6, AC-3, AC-6, AC-8, AU-2: nor when everything goes wrong at once, disks too", async () => {
  const faults = { drop: 0.1, duplicate: 0.1, diskError: 0.002, databaseAway: 0.3 };
  const { fills, crashes } = await playSeeds(3_000, 60, faults, 20);
  expect(fills).toBeGreaterThan(600);
  expect(crashes).toBeGreaterThan(600);
});
