import { phaseAt } from "../../domain/market/schedule.ts";
import { endOfTradingDay } from "../../domain/market/session.ts";
import { Account } from "../../durable-objects/account/object.ts";
import { AuditShard } from "../../durable-objects/audit/object.ts";
import { HouseAccount } from "../../durable-objects/house/object.ts";
import { OrderBook } from "../../durable-objects/orderbook/object.ts";
import { PaperAccount } from "../../durable-objects/account/paperObject.ts";
import { PaperBook } from "../../durable-objects/paperbook/object.ts";
import { assert } from "../model/assert.ts";
import { checkDueWork, checkAfterDayEnd, checkQuiescent } from "./quiescence.ts";
import type { Totals } from "./simulatedObject.ts";
import { checkConserved, checkSnapshot } from "./checks.ts";
import { performAdminAction } from "./adminActions.ts";
import { Faults } from "./faults.ts";
import { AccountStreamClient } from "./accountStreamClient.ts";
import { checkMarketData, MarketDataClient } from "./marketDataClient.ts";
import { connectTo } from "./postgres.ts";
import { Relay } from "./relay.ts";
import { recordsOf, updatesOf } from "./replay.ts";
import type { ExchangeSnapshot } from "./replay.ts";
import type { Incident, Scenario } from "./scenario.ts";
import { checkTapes } from "./tapeChecks.ts";
import { checkPaper, paperFills } from "./paperChecks.ts";
import { PaperTrader } from "./paperTrader.ts";
import { Trader } from "./trader.ts";
import { currentProcess, VirtualTime } from "./virtualTime.ts";
import { SHARDS } from "./shards.ts";
import { World } from "./world.ts";
import type { Classes } from "./world.ts";
import { transferState } from "../../domain/transfers/transfer.ts";
import { PriceBoard } from "../../durable-objects/board/object.ts";
import { Tape } from "../../durable-objects/tape/object.ts";
import { TapeIndex } from "../../durable-objects/tape/indexObject.ts";
import { Transfers } from "../../durable-objects/transfers/object.ts";
import { performTransferAction } from "./transferActions.ts";
import { checkTransfersEnded, transfersOf } from "./transferChecks.ts";
import { Administration, Login } from "./transferFakes.ts";

const CLASSES: Classes = {
  account: Account,
  book: OrderBook,
  audit: AuditShard,
  relay: Relay,
  transfers: Transfers,
  house: HouseAccount,
  tape: Tape,
  "tape-index": TapeIndex,
  "price-board": PriceBoard,
  "paper-account": PaperAccount,
  "paper-book": PaperBook,
  login: Login,
  administration: Administration,
};
/** Row limit of the simulated platform: a little more than the kernel's own, as in production. */
const BLOB_BYTES_MAX = 1_900;
/** Traders have all responses by then, however many objects die. */
const DAY_MS = 600_000;
/** All messages are delivered within this time once faults stop: the longest back-off plus a late message. */
const REST_MS = 40_000;
/** The same when there was no fault for long. */
const NIGHT_REST_MS = 12_000;
/** A reconnected client has caught up by then. */
const CATCH_UP_MS = 12_000;
/** Every lease, dead-man's switch and clock offset ends within this time after the trading day. */
const NIGHT_MS = 7_200_000;
/** By calendar. Orders for shares may be for a day after a weekend and a holiday. */
const NIGHTS_MS = { always: NIGHT_MS, us_equities: 6 * 86_400_000 };

export interface Outcome {
  /** The broken rule; null when none was. */
  readonly failure: string | null;
  readonly totals: Totals;
  /** Names of the injected faults. */
  readonly injected: readonly string[];
}

export function noTotals(): Totals {
  const counts = { events: 0, calls: 0, crashes: 0, lost: 0, late: 0, duplicates: 0, diskErrors: 0, databaseErrors: 0 };
  const seen = {
    orders: 0,
    batches: 0,
    killSwitches: 0,
    paperOrders: 0,
    paperFills: 0,
    fills: 0,
    auctionFills: 0,
    replaced: 0,
    triggered: 0,
    activated: 0,
    restated: 0,
  };
  const markets = { phases: 0, uncrosses: 0, halts: 0, timeJumps: 0 };
  const transfers = { posted: 0, voided: 0, expired: 0 };
  return { ...counts, ...seen, ...markets, ...transfers, clockJumps: 0, auditRows: 0, streamEvents: 0, looks: 0 };
}

/** Runs a scenario to its end, with all checks. */
export async function run(scenario: Scenario, trace: ((line: string) => void) | null): Promise<Outcome> {
  const time = new VirtualTime(scenario.seed, scenario.startAt);
  const faults = new Faults(scenario.seed, scenario.rates, scenario.faults);
  const totals = noTotals();
  const traced =
    trace === null
      ? null
      : (line: string) => trace(`${String(Math.round(time.now - scenario.startAt)).padStart(8)} ${line}`);
  const { calendar, latencyMs } = scenario;
  const platform = { classes: CLASSES, blobBytesMax: BLOB_BYTES_MAX, calendar, latencyMs };
  const world = new World(time, faults, platform, totals, traced);
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
  return { failure, totals, injected: faults.injected };
}

/** Receives the objects' log lines. An alert is a failure: no simulated fault needs an operator. */
function takeLog(world: World, line: string): void {
  // Log lines of a dead process are dropped.
  if (currentProcess.getStore()?.alive === false) return;
  world.trace(line.slice(0, 300));
  if (line.includes('"event":"alert.raised"')) world.broken(`AK-11: nothing here is to be alarmed about: ${line}`);
  const failed = line.includes("commit_failed") && !line.includes("disk error");
  if (failed) world.broken(`nothing but a disk error fails a commit: ${line}`);
}

async function play(world: World, scenario: Scenario): Promise<void> {
  const { time, faults } = world;
  const traders = scenario.accounts.map((name) => new Trader(world, name, scenario));
  for (const [nth, trader] of traders.entries()) {
    const other = traders[(nth + 1) % traders.length];
    if (other !== undefined && other !== trader) trader.meets(other);
  }
  for (const { accountId } of traders) {
    const follower = new AccountStreamClient(world, accountId);
    world.accountClients.set(accountId, follower);
    void follower.live();
  }
  // Created before their first message, so that checks find their disks.
  for (let shard = 0; shard < SHARDS; shard++) world.object(`audit/${shard}`);
  for (const symbol of scenario.symbols) {
    world.object(`book/${symbol}`);
    const viewers = [new MarketDataClient(world, symbol), new MarketDataClient(world, symbol, true)];
    for (const viewer of viewers) {
      world.marketDataClients.set(viewer.relay, viewer);
      void viewer.live();
    }
  }
  const papers = [...new Set(scenario.paperSteps.map(({ account }) => account))];
  let living = traders.length + papers.length;
  let thrown: Error | null = null;
  for (const trader of traders) {
    const steps = scenario.steps.filter(({ account }) => account === trader.accountId);
    trader.live(steps).then(
      () => living--,
      (error: Error) => (thrown = error),
    );
  }
  for (const name of papers) {
    const steps = scenario.paperSteps.filter(({ account }) => account === name);
    new PaperTrader(world, name).live(steps).then(
      () => living--,
      (error: Error) => (thrown = error),
    );
  }
  for (const incident of scenario.incidents) time.after(incident.at, () => applyIncident(world, incident));
  for (const action of scenario.adminActions) time.after(action.at, () => void performAdminAction(world, action));
  for (const action of scenario.transferActions) time.after(action.at, () => void performTransferAction(world, action));
  for (const rush of scenario.rushes) {
    const trader = traders.find(({ accountId }) => accountId === rush.account);
    time.after(rush.at, () => void trader?.rush(rush));
  }
  for (const { at, to } of scenario.timeJumps) time.after(at, () => jumpTime(world, to));
  for (const at of scenario.checkTimes) time.after(at, () => checkNow(world));
  const over = () => living === 0 || thrown !== null || world.failure !== null;
  const lived = await time.runUntil(over, DAY_MS);
  if (thrown !== null) throw thrown as Error;
  stopAt(world);
  assert(lived, "AK-3: every request is answered in the end");
  // Without clients: objects with work must wake by their own alarms.
  setStreamClients(world, "away");
  const blackout = scenario.incidents.find((incident) => incident.kind === "blackout");
  if (blackout !== undefined) await time.runUntil(() => world.failure !== null, blackout.ms);
  faults.disabled = true;
  world.databaseAwayUntil = 0;
  for (const object of world.objects.values()) {
    object.diskFullUntil = object.cutOffUntil = 0;
    if (blackout !== undefined) object.crash("in the blackout");
  }
  await runToQuiescence(world, REST_MS);
  await checkQuiescent(world, traders);
  // All deadlines have passed then.
  const { calendar } = scenario;
  time.jumpTo(endOfTradingDay(time.now + NIGHTS_MS[calendar]) + NIGHT_MS);
  await runToQuiescence(world, NIGHT_REST_MS);
  const snapshot = await checkQuiescent(world, traders);
  for (const trader of traders) checkAfterDayEnd(world, trader, snapshot);
  checkTransfersEnded(snapshot);
  count(world, snapshot);
  const { until } = phaseAt(calendar, time.now);
  if (until === null) return;
  // Objects that only have to start the next session must wake by their own alarms.
  jumpTime(world, until - 1_000);
  await runToQuiescence(world, NIGHT_REST_MS);
  await checkQuiescent(world, traders);
}

/** Disconnects or reconnects the stream clients. */
function setStreamClients({ accountClients, marketDataClients }: World, where: "away" | "back"): void {
  for (const client of [...accountClients.values(), ...marketDataClients.values()]) client.away = where === "away";
}

/** Runs until no message is in flight, first without stream clients. */
async function runToQuiescence(world: World, restMs: number): Promise<void> {
  const broken = () => world.failure !== null;
  setStreamClients(world, "away");
  await world.time.runUntil(broken, restMs);
  stopAt(world);
  checkDueWork(world);
  setStreamClients(world, "back");
  // A trading day may have ended just now: runs on until its messages are delivered.
  for (let before = -1, rows = journalled(world); rows !== before; rows = journalled(world)) {
    before = rows;
    await world.time.runUntil(broken, CATCH_UP_MS);
    stopAt(world);
  }
}

/** Number of rows ever written to all journals. */
function journalled({ objects }: World): number {
  return [...objects.values()].reduce((sum, object) => sum + object.rows, 0);
}

function stopAt({ failure }: World): void {
  if (failure !== null) throw new Error(failure);
}

/** Jumps to a later time without running anything in between. */
function jumpTime({ time, objects, totals, timeJumpTargets }: World, to: number): void {
  if (to <= time.now) return;
  totals.timeJumps++;
  timeJumpTargets.push(to);
  time.skipTo(to);
  for (const object of objects.values()) object.clockSet();
}

/** Runs all checks in the middle of the run. */
function checkNow(world: World): void {
  world.totals.looks++;
  try {
    const snapshot = checkSnapshot(world);
    for (const account of snapshot.accounts.values()) {
      world.accountClients.get(account.state.accountId)?.check(updatesOf(account), false);
    }
    for (const book of snapshot.books.values()) {
      checkMarketData(world, book, false);
      checkTapes(world, book, false);
    }
    checkPaper(world, snapshot);
    checkConserved(snapshot, world.time.now);
  } catch (error) {
    world.broken(error instanceof Error ? error.message.replace("broken: ", "") : String(error));
  }
}

function applyIncident(world: World, incident: Incident): void {
  const { time, totals } = world;
  if (world.faults.disabled) return;
  world.trace(JSON.stringify(incident));
  const objects = [...world.objects.values()];
  if (incident.kind === "crash all") {
    for (const object of objects) object.crash("with all others");
    return;
  }
  if (incident.kind === "database away") {
    world.databaseAwayUntil = time.now + incident.ms;
    return;
  }
  if (incident.kind === "blackout") return;
  const object = objects[incident.pick % objects.length];
  if (object === undefined) return;
  if (incident.kind === "crash") return object.crash("at random");
  if (incident.kind === "disk full") object.diskFullUntil = time.now + incident.ms;
  if (incident.kind === "cut off") object.cutOffUntil = time.now + incident.ms;
  if (incident.kind !== "clock") return;
  totals.clockJumps++;
  object.clock.skew = incident.skew;
  object.clockSet();
}

function count(world: World, snapshot: ExchangeSnapshot): void {
  const { totals, database } = world;
  totals.paperFills += paperFills(world);
  for (const { events } of database.shards.values()) totals.auditRows += events.length;
  for (const transfer of transfersOf(snapshot)) {
    const state = transferState(transfer);
    if (state !== "pending") totals[state]++;
  }
  for (const account of snapshot.accounts.values()) {
    for (const { action, body } of recordsOf(account)) {
      if (action === "order.filled") totals.fills++;
      if (action === "order.filled" && body["liquidity"] === "auction") totals.auctionFills++;
      if (action === "order.replaced") totals.replaced++;
      if (action === "order.triggered") totals.triggered++;
      if (action === "order.activated") totals.activated++;
      if (action === "order.restated") totals.restated++;
    }
  }
  for (const { history } of snapshot.books.values()) {
    for (const step of history) {
      if (!("local" in step)) continue;
      if (step.local.kind === "halt") totals.halts++;
      if (step.local.kind !== "phase") continue;
      totals.phases++;
      if (step.local.uncross !== undefined) totals.uncrosses++;
    }
  }
}
