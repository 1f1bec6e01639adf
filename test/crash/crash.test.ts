import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../rig/random.ts";
import { makeTraders } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";
import { Acknowledged } from "./acknowledged.ts";
import { checkRecords } from "./recordChecks.ts";
import { AuditTrail } from "./auditTrail.ts";
import { Client } from "./client.ts";
import { Faults } from "./faults.ts";
import { MarketWatcher } from "./marketWatcher.ts";
import { chargedFees, giveFeesAndAccounts, OwnTransfers } from "./ownTransfers.ts";
import { checkAudit, checkHoldings, checkMarketData, checkUpdates, cancelAndCollectOrders } from "./finalChecks.ts";
import { EVENTS, KILLS, SECONDS, SEED, startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";
import { SocketTraffic } from "./socketTraffic.ts";
import { SYMBOLS, Traffic } from "./traffic.ts";
import { TradingWatcher } from "./tradingWatcher.ts";

const TRADERS = 6;
const FUNDS = { dollars: "100000000", shares: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "1000000"])) };
const MINUTE = 60_000;

let site: CrashSite;
let client: Client;
let traders: Trader[];
let acknowledged: Acknowledged;
let traffic: Traffic;
let socketTraffic: SocketTraffic;
let ownTransfers: OwnTransfers;
let faults: Faults;
let tradingWatchers: Map<Trader, TradingWatcher>;
let marketWatchers: MarketWatcher[];

beforeAll(async () => {
  site = await startCrashSite();
  const { url, bootstrapSecret } = site.exchange;
  traders = await makeTraders(url, bootstrapSecret, TRADERS, FUNDS);
  const second = await giveFeesAndAccounts(url, traders);
  client = new Client(url);
  ownTransfers = new OwnTransfers(client, second, SEED + 7);
  acknowledged = new Acknowledged();
  traffic = new Traffic(client, traders, SEED, acknowledged);
  // Half of the traders use order entry sockets too.
  socketTraffic = new SocketTraffic(url, traders.slice(0, TRADERS / 2), SEED + 5, acknowledged);
  tradingWatchers = new Map(traders.map((trader) => [trader, new TradingWatcher(url, trader)]));
  const [viewer] = traders;
  if (viewer === undefined) throw new Error("no traders");
  marketWatchers = SYMBOLS.map((symbol) => new MarketWatcher(url, viewer, symbol));
  const streams = [...tradingWatchers.values(), ...marketWatchers].map(({ stream }) => stream);
  const entries = traders.slice(0, TRADERS / 2).map((_, index) => ({ tear: () => socketTraffic.tear(() => index) }));
  faults = new Faults(site.database, client, [...streams, ...entries], SEED);
}, 2 * MINUTE);

afterAll(async () => {
  await Promise.all([...tradingWatchers.values(), ...marketWatchers].map(({ stream }) => stream.close()));
  client.close();
  await site.close();
});

test(
  `AK-1, AK-2, AK-3, AU-2, MD-6, WS-11: ${KILLS} times kill -9 while trading, torn connections and a database that dies and freezes: every
   acknowledged order is there once, the streams have told every event once, money and shares are conserved with fees and transfers`,
  async () => {
    const started = Date.now();
    const times = await tradeThroughFaults(started);
    const seconds = (Date.now() - started) / 1000;
    expect(client.repeats).toBeGreaterThan(0);
    expect(faults.each).toBe(true);

    for (const [what, count] of Object.entries({
      ...traffic.counts,
      ...socketTraffic.counts,
      ...ownTransfers.counts,
    })) {
      expect(count, what).toBeGreaterThan(0);
    }
    expect(client.batchRepeats).toBeGreaterThan(0);
    const orders = await cancelAndCollectOrders(client, traders, acknowledged);
    const transferred = await ownTransfers.check(site.exchange.url);
    await checkRecords(site.exchange.url, traders);
    const trail = await AuditTrail.open(site.database.url);
    try {
      await checkAudit(trail, site.exchange.url, [...orders.values()].flat());
      const fees = await chargedFees(trail);
      expect(fees).toBeGreaterThan(0);
      await checkHoldings(client, traders, FUNDS, acknowledged.placed.length, transferred + fees);
      await checkUpdates(tradingWatchers, orders);
      await checkMarketData(marketWatchers, trail);
      expect(updates()).toBeGreaterThanOrEqual(EVENTS);
      await tell(trail, times, seconds);
    } finally {
      await trail.close();
    }
    // A crash may interrupt calls; objects and gateway log no internal error.
    expect(await logLines(/actor\.commit_failed|"event":"internal"/)).toEqual([]);
  },
  10 * MINUTE + 3 * SECONDS * 1000,
);

interface Times {
  /** Milliseconds after each kill until a health check succeeds, and until an order is acknowledged. */
  readonly health: number[];
  readonly order: number[];
}

async function tradeThroughFaults(started: number): Promise<Times> {
  const random = seededRandom(SEED + 3);
  const times: Times = { health: [], order: [] };
  // A slow machine needs more time, and gets more kills.
  const deadline = started + 2 * SECONDS * 1000;
  const unfinished = (): boolean => !faults.each || updates() < EVENTS;
  traffic.start();
  socketTraffic.start();
  ownTransfers.start();
  faults.start();
  while (times.health.length < KILLS || (unfinished() && Date.now() < deadline)) {
    // Uniformly random times, up to twice the mean after the restart.
    await sleep((random() * 2 * SECONDS * 1000) / KILLS);
    await site.exchange.kill();
    const killed = performance.now();
    traffic.killed();
    const answered = traffic.waitForOrders(1).then(() => times.order.push(performance.now() - killed));
    await site.exchange.restart();
    times.health.push(performance.now() - killed);
    await answered;
    if (times.health.length % 10 === 0) {
      const seconds = Math.round((Date.now() - started) / 1000);
      console.log(
        `${times.health.length} kills, ${seconds} s, ${traffic.acknowledged.placed.length} orders, ${updates()} updates`,
      );
    }
  }
  await faults.stop();
  await traffic.waitForOrders(20);
  await Promise.all([traffic.stop(), socketTraffic.stop(), ownTransfers.stop()]);
  return times;
}

async function tell(trail: AuditTrail, times: Times, seconds: number): Promise<void> {
  const [rows] = await trail.rows(
    "select count(*)::int as audit, (select count(*)::int from fills) as fills from audit_events",
  );
  const orders = acknowledged.placed.length;
  const elements = marketWatchers.reduce((sum, watcher) => sum + watcher.elements, 0);
  const trades = marketWatchers.reduce((sum, watcher) => sum + watcher.trades.length, 0);
  console.log(`seed ${SEED}: ${times.health.length} kills in ${seconds.toFixed(0)} s, ${JSON.stringify(faults.counts)}
orders acknowledged ${orders} (${(orders / seconds).toFixed(0)}/s), canceled ${acknowledged.canceled.size}
requests repeated ${client.repeats}, of them batches ${client.batchRepeats}; ${JSON.stringify(traffic.counts)}, \
frames ${JSON.stringify(socketTraffic.counts)}
fills ${rows?.["fills"]}, audit rows ${rows?.["audit"]}
events on trading streams ${updates()}, elements on market-data streams ${elements}, of them trades ${trades}
from kill to health ${spread(times.health)}, to the next acknowledged order ${spread(times.order)}`);
}

function updates(): number {
  return [...tradingWatchers.values()].reduce((sum, { received }) => sum + received, 0);
}

/** Milliseconds: median and longest. */
function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]?.toFixed(0)} ms (longest ${sorted.at(-1)?.toFixed(0)})`;
}

/** The first matching lines of the exchange's log, which is too long to read at once. */
async function logLines(pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for await (const line of createInterface({ input: createReadStream(site.exchange.logFile) })) {
    if (pattern.test(line) && found.length < 5) found.push(line);
  }
  return found;
}
