import { resting } from "../../domain/matching/views.ts";
import { parseDecimal } from "../../domain/decimal.ts";
import { balances, CASH } from "../../domain/account/ledger.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { viewAccount } from "../../durable-objects/account/listing.ts";
import { Account } from "../../durable-objects/account/object.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import type { Order } from "../../domain/account/order.ts";
import { must, mustEqual } from "../model/must.ts";
import type { Totals } from "./box.ts";
import { checkArrived, checkConserved, checkMoment } from "./checks.ts";
import { Faults } from "./faults.ts";
import { Follower } from "./follower.ts";
import { Viewer } from "./viewer.ts";
import { connectTo } from "./postgres.ts";
import { Relay } from "./relay.ts";
import { closedOf, recordsOf, updatesOf } from "./replay.ts";
import type { Moment, ReplayedAccount } from "./replay.ts";
import type { Disaster, Scenario } from "./scenario.ts";
import { regress, Trader } from "./trader.ts";
import { running, VirtualTime } from "./virtualTime.ts";
import { SHARDS, World } from "./world.ts";
import type { Classes } from "./world.ts";

const CLASSES: Classes = { account: Account, book: OrderBook, audit: AuditShard, relay: Relay };
/** What the model's platform takes in a row; a little more than the kernel's own limit, as in life. */
const BLOB_BYTES_MAX = 800;
/** Traders have their answers by then, however many objects die. */
const DAY_MS = 600_000;
/** By then all mail has arrived when nothing goes wrong any more: the longest waits and a late message together. */
const REST_MS = 40_000;
/** The same when nothing has gone wrong for long. */
const NIGHT_REST_MS = 12_000;
/** A client that is back has what it missed by then. */
const CATCH_UP_MS = 5_000;
/** No lease, no dead-man's switch and no clock that was set reaches further past the end of the trading day. */
const NIGHT_MS = 7_200_000;

export interface Outcome {
  /** What was broken; null when nothing was. */
  readonly failure: string | null;
  readonly totals: Totals;
  /** Names of the faults that struck. */
  readonly struck: readonly string[];
}

export function noTotals(): Totals {
  const counts = { events: 0, calls: 0, crashes: 0, lost: 0, late: 0, duplicates: 0, diskErrors: 0, databaseErrors: 0 };
  return { ...counts, clockJumps: 0, orders: 0, fills: 0, auditRows: 0, streamEvents: 0, looks: 0 };
}

/** Plays a scenario to its end and checks everything on the way. */
export async function run(scenario: Scenario, trace: ((line: string) => void) | null): Promise<Outcome> {
  const time = new VirtualTime(scenario.seed, scenario.startAt);
  const faults = new Faults(scenario.seed, scenario.rates, scenario.faults);
  const totals = noTotals();
  const traced =
    trace === null
      ? null
      : (line: string) => trace(`${String(Math.round(time.now - scenario.startAt)).padStart(8)} ${line}`);
  const world = new World(time, faults, CLASSES, BLOB_BYTES_MAX, totals, traced);
  connectTo(world.database);
  const uninstall = time.install((line) => takeLog(world, line));
  let failure: string | null = null;
  try {
    await play(world, scenario);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    if (!failure.startsWith("broken: ") && error instanceof Error) failure = `${error.stack ?? failure}`;
  } finally {
    uninstall();
    world.close();
  }
  failure = world.failure ?? failure;
  if (failure !== null) traced?.(failure);
  totals.events = time.turns;
  return { failure, totals, struck: faults.struck };
}

/** Objects' log lines: an alert is a failure, because nothing that happens here needs a person. */
function takeLog(world: World, line: string): void {
  // What a dead instance still says, nobody hears.
  if (running.getStore()?.alive === false) return;
  world.trace(line.slice(0, 300));
  if (line.includes('"event":"alert"')) world.broken(`AK-11: nothing here is to be alarmed about: ${line}`);
  const failed = line.includes("commit_failed") && !line.includes("disk error");
  if (failed) world.broken(`nothing but a disk error fails a commit: ${line}`);
}

async function play(world: World, scenario: Scenario): Promise<void> {
  const { time, faults } = world;
  const traders = scenario.accounts.map((name) => new Trader(world, name, scenario.symbols));
  for (const { accountId } of traders) {
    const follower = new Follower(world, accountId);
    world.followers.set(accountId, follower);
    void follower.live();
  }
  // There before their first message, so that each has a disk to look at.
  for (let shard = 0; shard < SHARDS; shard++) world.box(`audit/${shard}`);
  for (const symbol of scenario.symbols) {
    world.box(`book/${symbol}`);
    const viewer = new Viewer(world, symbol);
    world.viewers.set(symbol, viewer);
    void viewer.live();
  }
  let living = traders.length;
  let thrown: Error | null = null;
  for (const trader of traders) {
    const steps = scenario.steps.filter(({ account }) => account === trader.accountId);
    trader.live(steps).then(
      () => living--,
      (error: Error) => (thrown = error),
    );
  }
  for (const disaster of scenario.disasters) time.after(disaster.at, () => befall(world, disaster));
  for (const at of scenario.looks) time.after(at, () => look(world));
  const over = () => living === 0 || thrown !== null || world.failure !== null;
  const lived = await time.runUntil(over, DAY_MS);
  if (thrown !== null) throw thrown as Error;
  stopAt(world);
  must(lived, "AK-3: every request is answered in the end");
  // Nobody calls any more: who has something to do has to wake by itself.
  send(world, "away");
  const blackout = scenario.disasters.find((disaster) => disaster.kind === "blackout");
  if (blackout !== undefined) await time.runUntil(() => world.failure !== null, blackout.ms);
  faults.calm = true;
  world.databaseAwayUntil = 0;
  for (const box of world.boxes.values()) {
    box.diskFullUntil = box.cutOffUntil = 0;
    if (blackout !== undefined) box.crash("in the blackout");
  }
  await rest(world, REST_MS);
  await checkRest(world, traders);
  // Everything that has a time is over then.
  time.jumpTo(endOfTradingDay(time.now + NIGHT_MS) + NIGHT_MS);
  await rest(world, NIGHT_REST_MS);
  const moment = await checkRest(world, traders);
  for (const trader of traders) checkNight(world, trader, moment);
  count(world, moment);
}

/** Stream clients go, or come back. */
function send({ followers, viewers }: World, where: "away" | "back"): void {
  for (const client of [...followers.values(), ...viewers.values()]) client.away = where === "away";
}

/** Lets everything come to rest, first without stream clients. */
async function rest(world: World, restMs: number): Promise<void> {
  const broken = () => world.failure !== null;
  send(world, "away");
  await world.time.runUntil(broken, restMs);
  send(world, "back");
  await world.time.runUntil(broken, CATCH_UP_MS);
  stopAt(world);
}

function stopAt({ failure }: World): void {
  if (failure !== null) throw new Error(failure);
}

/** Compares everything in the middle of what is going on. */
function look(world: World): void {
  world.totals.looks++;
  try {
    const moment = checkMoment(world);
    for (const account of moment.accounts.values()) {
      world.followers.get(account.state.accountId)?.check(updatesOf(account), false);
    }
    for (const book of moment.books.values()) {
      world.viewers.get(book.state.symbol)?.check(book.events, book.state, false);
    }
    checkConserved(moment, world.time.now);
  } catch (error) {
    world.broken(error instanceof Error ? error.message.replace("broken: ", "") : String(error));
  }
}

function befall(world: World, disaster: Disaster): void {
  const { time, totals } = world;
  if (world.faults.calm) return;
  world.trace(JSON.stringify(disaster));
  const boxes = [...world.boxes.values()];
  if (disaster.kind === "crash all") {
    for (const box of boxes) box.crash("with all others");
    return;
  }
  if (disaster.kind === "database away") {
    world.databaseAwayUntil = time.now + disaster.ms;
    return;
  }
  if (disaster.kind === "blackout") return;
  const box = boxes[disaster.pick % boxes.length];
  if (box === undefined) return;
  if (disaster.kind === "crash") return box.crash("at random");
  if (disaster.kind === "disk full") box.diskFullUntil = time.now + disaster.ms;
  if (disaster.kind === "cut off") box.cutOffUntil = time.now + disaster.ms;
  if (disaster.kind !== "clock") return;
  totals.clockJumps++;
  box.clock.skew = disaster.skew;
  box.clockSet();
}

/** All mail has arrived, and everybody says the same. */
async function checkRest(world: World, traders: readonly Trader[]): Promise<Moment> {
  const moment = checkMoment(world);
  checkArrived(world, moment);
  for (const trader of traders) {
    const account = moment.accounts.get(`account/${trader.accountId}`);
    must(account !== undefined, "AK-1: an account that was opened is there");
    world.followers.get(trader.accountId)?.check(updatesOf(account), true);
    checkOrders(trader, account);
    checkDeposits(trader, account);
    await checkAnswers(world, account);
  }
  for (const [address, { state, events }] of moment.books) {
    world.viewers.get(state.symbol)?.check(events, state, true);
    const { bids, asks } = await ask<{ bids: object[]; asks: object[] }>(world, address, "resting");
    const kept = [...resting(state, "buy"), ...resting(state, "sell")];
    const views = kept.map(({ ref, price, qty }) => ({ ref, price, qty }));
    mustEqual(JSON.stringify([...bids, ...asks]), JSON.stringify(views), "AK-1: a book is what its journal says");
  }
  checkConserved(moment, world.time.now);
  return moment;
}

/** What a client was shown is what there is, or became what there is; and there is nothing that nobody sent. */
function checkOrders(trader: Trader, account: ReplayedAccount): void {
  const orders = [...closedOf(account), ...account.state.open.values()];
  const byClientId = new Map(orders.map((order) => [order.clientOrderId, order]));
  mustEqual(byClientId.size, orders.length, "AC-3: every client order id has one order, and it one outcome");
  for (const [clientOrderId, seen] of trader.seen) {
    const order = byClientId.get(clientOrderId);
    must(order !== undefined, `AK-1: order ${clientOrderId} was acknowledged`);
    const broken = regress(seen, order);
    mustEqual(broken, null, `AC-3: order ${clientOrderId} has the outcome that was shown`);
  }
  for (const { clientOrderId } of orders) must(trader.mayHave(clientOrderId), "AC-3, AC-13: no order that cannot be");
  const filled = new Map<string, bigint>();
  for (const { action, resource, body } of recordsOf(account)) {
    if (action !== "order.filled") continue;
    filled.set(resource, (filled.get(resource) ?? 0n) + BigInt(parseDecimal(String(body["qty"]), 6) ?? 0));
  }
  for (const order of orders) {
    const settled = order.status !== "pending_new" && order.status !== "pending_cancel";
    must(settled, `AK-3: the book has answered about every order, not ${order.status}`);
    mustEqual(order.status === "filled", order.filledQty === order.qty, "OB-4: an order is filled when it is filled");
    const onRecord = filled.get(`order/${order.id}`) ?? 0n;
    mustEqual(onRecord, BigInt(order.filledQty), "AU-1: the fills on record are the order's");
  }
}

function checkDeposits(trader: Trader, { state }: ReplayedAccount): void {
  const expected = new Map<string, number>();
  for (const { symbol, amount } of trader.deposits.values()) {
    const asset = symbol ?? CASH;
    expected.set(asset, (expected.get(asset) ?? 0) + Number(parseDecimal(amount, symbol === null ? 4 : 6)));
  }
  for (const [asset, amount] of expected) {
    mustEqual(balances(state.ledger, asset).outside, -amount, `AC-10: ${asset} was deposited once per reference`);
  }
}

/** The living object says what its journal says. */
async function checkAnswers(world: World, account: ReplayedAccount): Promise<void> {
  const { address, state } = account;
  const view = await ask(world, address, "summary");
  mustEqual(JSON.stringify(view), JSON.stringify(viewAccount(state)), "AK-1: an account is what its journal says");
  const nothing = { after: null, until: null, symbols: null, side: null, beforeOrderId: null, afterOrderId: null };
  const orders = await ask<Order[]>(world, address, "orders", {
    status: "all",
    limit: 9_999,
    direction: "asc",
    ...nothing,
  });
  const expected = [...closedOf(account), ...state.open.values()].sort((a, b) => a.sequence - b.sequence);
  mustEqual(JSON.stringify(orders), JSON.stringify(expected), "AK-1: an account's orders are what its journal says");
  const { triggerTime } = await ask<{ triggerTime: number | null }>(world, address, "cancelAfter");
  mustEqual(triggerTime, state.timers.cancelAfter?.at ?? null, "AC-14: the dead-man's switch survives restarts");
  const { peers } = await ask<{ peers: { peer: string; sent: number; acknowledged: number }[] }>(
    world,
    address,
    "inspect",
  );
  for (const { peer, sent, acknowledged } of peers) {
    mustEqual(sent, account.sent.get(peer)?.length ?? 0, `AK-1: ${address} counts what it sent to ${peer}`);
    mustEqual(acknowledged, sent, `AK-3: all mail of ${address} to ${peer} is acknowledged`);
  }
}

/** Asks a living object when nothing goes wrong. */
async function ask<T>(world: World, address: string, method: string, ...args: unknown[]): Promise<T> {
  let answer: { readonly value: unknown } | null = null;
  let error: unknown = null;
  world.call(null, address, method, args).then(
    (value) => (answer = { value }),
    (reason: unknown) => (error = reason),
  );
  await world.time.runUntil(() => answer !== null || error !== null, 5_000);
  if (answer === null) throw new Error(`broken: AK-3: ${address} answers when nothing goes wrong: ${String(error)}`);
  return (answer as { readonly value: T }).value;
}

/** Long after everything was to end. */
function checkNight(world: World, trader: Trader, moment: Moment): void {
  const state = moment.accounts.get(`account/${trader.accountId}`)?.state;
  const { now } = world.time;
  for (const order of state?.open.values() ?? []) {
    mustEqual(order.timeInForce, "gtc", "OB-7: only gtc orders outlive the day");
    // A message of before may have come late and set or stopped the switch once more.
    const deadline = world.totals.late === 0 ? (trader.cancelAfter ?? 0) : 0;
    must(order.submittedAt >= deadline, `AC-14: order ${order.clientOrderId} was to be cancelled at ${deadline}`);
  }
  must((state?.timers.cancelAfter?.at ?? now) >= now, "AC-14: a dead-man's switch that was due has fired");
  for (const { at } of state?.timers.leases.values() ?? []) must(at >= now, "AC-14: a lease that was over has fired");
}

function count({ totals, database }: World, moment: Moment): void {
  for (const { events } of database.shards.values()) totals.auditRows += events.length;
  for (const account of moment.accounts.values()) {
    totals.fills += recordsOf(account).filter(({ action }) => action === "order.filled").length;
  }
}
