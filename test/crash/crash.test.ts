import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { makeTraders } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";
import { Client } from "./client.ts";
import { checkAudit, checkHoldings, settleOrders } from "./reckoning.ts";
import { KILLS, startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";
import { SYMBOLS, Traffic } from "./traffic.ts";

const TRADERS = 5;
const FUNDS = { dollars: "10000000", shares: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "50000"])) };
const MINUTE = 60_000;

let site: CrashSite;
let client: Client;
let traders: Trader[];
let traffic: Traffic;

beforeAll(async () => {
  site = await startCrashSite();
  const { url, bootstrapSecret } = site.exchange;
  traders = await makeTraders(url, bootstrapSecret, TRADERS, FUNDS);
  client = new Client(url);
  const seed = Number(process.env["CRASH_SEED"] ?? Date.now() % 1_000_000);
  console.log(`CRASH_SEED=${seed}`);
  traffic = new Traffic(client, traders, seed);
}, 2 * MINUTE);

afterAll(async () => {
  client.close();
  await site.close();
});

/** Everything that has to hold, over all orders of this file so far. */
async function reckon(): Promise<void> {
  const orders = await settleOrders(client, traders, traffic.placed);
  await checkHoldings(client, traders, FUNDS);
  await checkAudit(site.database.url, orders);
  // A crash of the process may cut calls short; nothing may be wrong inside an object or the gateway.
  expect(readFileSync(site.exchange.logFile, "utf8")).not.toMatch(/actor\.commit_failed|"event":"internal"/);
}

test(
  `AK-1, AK-2, AK-3: after ${KILLS} times kill -9 while trading every acknowledged order is there once, money and shares are conserved`,
  async () => {
    traffic.start();
    for (let kills = 0; kills < KILLS; kills++) {
      await traffic.acknowledged(traffic.between(1, 80));
      await site.crash();
    }
    await traffic.acknowledged(20);
    await traffic.stop();
    expect(client.repeats).toBeGreaterThan(0);
    await reckon();
  },
  MINUTE + KILLS * 10_000,
);

test(
  "AU-2: while PostgreSQL is away no order fails, a crash included; when it is back the audit is complete",
  async () => {
    traffic.start();
    await traffic.acknowledged(30);
    await site.database.stop();
    const before = traffic.placed.length;
    await traffic.acknowledged(100);
    await site.crash();
    await traffic.acknowledged(50);
    expect(traffic.placed.length).toBeGreaterThanOrEqual(before + 150);
    await site.database.start();
    await traffic.acknowledged(50);
    await traffic.stop();
    await reckon();
  },
  3 * MINUTE,
);
