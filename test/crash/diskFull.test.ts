import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { makeTraders } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";
import { AuditTrail } from "./auditTrail.ts";
import { Client } from "./client.ts";
import { CAN_FILL_DISK, limitFiles } from "./fullDisk.ts";
import { checkAudit, checkHoldings, checkUpdates, cancelAndCollectOrders } from "./finalChecks.ts";
import { SEED, startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";
import { SYMBOLS, Traffic } from "./traffic.ts";
import { TradingWatcher } from "./tradingWatcher.ts";

const TRADERS = 3;
const FUNDS = { dollars: "100000000", shares: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "50000"])) };
/** Active files are longer than this: some commits fail, others succeed after a restart has compacted the file. */
const TIGHT_BYTES = 200_000;
/** Every file is longer than this: nothing can be written, not even the log. */
const NO_BYTES = 4_096;
const MINUTE = 60_000;

let site: CrashSite;
let client: Client;
let traders: Trader[];
let traffic: Traffic;
let watchers: Map<Trader, TradingWatcher>;

beforeAll(async () => {
  if (!CAN_FILL_DISK) return;
  site = await startCrashSite();
  const { url, bootstrapSecret } = site.exchange;
  traders = await makeTraders(url, bootstrapSecret, TRADERS, FUNDS);
  client = new Client(url);
  traffic = new Traffic(client, traders, SEED);
  watchers = new Map(traders.map((trader) => [trader, new TradingWatcher(url, trader)]));
}, 2 * MINUTE);

afterAll(async () => {
  if (!CAN_FILL_DISK) return;
  await Promise.all([...watchers.values()].map(({ stream }) => stream.close()));
  client.close();
  await site.close();
});

/** Waits until `more` further requests were answered with 503: the client repeats them. */
async function refused(more: number): Promise<void> {
  const count = (client.failures.get(503) ?? 0) + more;
  await vi.waitFor(() => expect(client.failures.get(503) ?? 0).toBeGreaterThanOrEqual(count), MINUTE / 2);
}

test.skipIf(!CAN_FILL_DISK)(
  "AK-20: on a full disk requests are refused as unavailable, nothing acknowledged is lost, and with space everything continues",
  async () => {
    const { exchange } = site;
    traffic.start();
    await traffic.waitForOrders(300);
    limitFiles(exchange.pid(), TIGHT_BYTES);
    await refused(20);
    limitFiles(exchange.pid(), NO_BYTES);
    await refused(100);
    limitFiles(exchange.pid(), null);
    await traffic.waitForOrders(200);
    limitFiles(exchange.pid(), NO_BYTES);
    await refused(50);
    // A crash while it is full; the new process has room.
    await site.crash();
    await traffic.waitForOrders(200);
    await traffic.stop();
    expect([...client.failures.keys()]).toEqual([503]);

    const orders = await cancelAndCollectOrders(client, traders, traffic.acknowledged);
    await checkHoldings(client, traders, FUNDS, traffic.acknowledged.placed.length);
    const trail = await AuditTrail.open(site.database.url);
    try {
      await checkAudit(trail, site.exchange.url, [...orders.values()].flat());
    } finally {
      await trail.close();
    }
    await checkUpdates(watchers, orders);
  },
  3 * MINUTE,
);
