/**
 * `npm run drill:outage [-- --minutes 10 --rate 500]`: PostgreSQL is killed and stays away while orders come in at a steady
 * rate; then it comes back. Tells what the orders noticed (nothing should fail), what the exchange keeps meanwhile, how fast
 * the audit trail catches up and whether it is whole. Exit code 1 when an order failed or the trail is not whole.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { exchangeOrders, quantile, startGenerator } from "../../bench/load.ts";
import type { LoadResult } from "../../bench/load.ts";
import { cpuSince, cpuTime } from "../../bench/processCpu.ts";
import { errorText } from "../../dev/failure.ts";
import { startTestDatabase } from "../../dev/testing.ts";
import type { TestDatabase } from "../../dev/testing.ts";
import { startExchange } from "../rig/exchange.ts";
import type { RiggedExchange } from "../rig/exchange.ts";
import { makeTraders } from "../rig/traders.ts";
import { AuditTrail } from "./auditTrail.ts";
import { bytesUnder, residentBytes } from "./usage.ts";

const USAGE = "npm run drill:outage -- [--minutes 10] [--rate 500]";
const ACCOUNTS = 8;
const SYMBOLS = ["AAPL", "AMZN", "MSFT", "NVDA", "TSLA"];
const SHAPE = { accounts: ACCOUNTS, symbols: SYMBOLS };
const FUNDS = { dollars: "100000000", shares: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "1000000"])) };
/** One request in ten of the flow is a cancel. */
const REQUESTS_PER_ORDER = 10 / 9;
const WARM_UP_S = 5;
const CATCH_UP_MS = 15 * 60_000;
const POLL_MS = 200;

interface Sample {
  readonly seconds: number;
  readonly resident: number;
  readonly stored: number;
}

const MB = 1_000_000;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const megabytes = (bytes: number): string => `${(bytes / MB).toFixed(0)} MB`;

async function drill(minutes: number, rate: number): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-drill-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database });
    try {
      return await run(exchange, database, minutes * 60, rate);
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(exchange: RiggedExchange, database: TestDatabase, duration: number, rate: number): Promise<boolean> {
  const traders = await makeTraders(exchange.url, exchange.bootstrapSecret, ACCOUNTS, FUNDS);
  const generator = startGenerator(exchangeOrders(exchange.url, traders));
  try {
    const pace = { kind: "open", perSecond: rate * REQUESTS_PER_ORDER } as const;
    const warm = await generator.run({ ...SHAPE, seconds: WARM_UP_S, pace });
    console.log(`PostgreSQL is killed; ${rate} orders/s for ${duration} s`);
    await database.kill();
    const before = cpuTime(exchange.pid());
    const { result, samples } = await sampled(exchange, duration, generator.run({ ...SHAPE, seconds: duration, pace }));
    tellLoad(result, samples, duration, cpuSince(exchange.pid(), before).totalMs);
    const orders = warm.orders + result.orders;
    return (await catchUp(exchange, database, orders)) && warm.errorCount + result.errorCount === 0;
  } finally {
    await generator.close();
  }
}

/** Watches the process and its folder while the load runs. */
async function sampled(
  exchange: RiggedExchange,
  duration: number,
  load: Promise<LoadResult>,
): Promise<{ result: LoadResult; samples: Sample[] }> {
  const started = Date.now();
  const samples: Sample[] = [];
  const done = new AbortController();
  const every = Math.max(2_000, (duration * 1000) / 20);
  const sampling = (async (): Promise<void> => {
    while (!done.signal.aborted) {
      const at = (Date.now() - started) / 1000;
      const sample = {
        seconds: at,
        resident: residentBytes(exchange.pid()),
        stored: bytesUnder(exchange.storageDir),
      };
      samples.push(sample);
      console.log(
        `  ${at.toFixed(0).padStart(4)} s  workerd ${megabytes(sample.resident)}, state folder ${megabytes(sample.stored)}`,
      );
      await sleep(every, undefined, { signal: done.signal }).catch(() => {});
    }
  })();
  try {
    return { result: await load, samples };
  } finally {
    done.abort();
    await sampling;
  }
}

function tellLoad(result: LoadResult, samples: readonly Sample[], duration: number, cpuMs: number): void {
  const at = (share: number): string => `${quantile(result.latencies, share).toFixed(1)} ms`;
  const [first, last] = [samples[0], samples.at(-1)];
  const residents = samples.map(({ resident }) => resident);
  console.log(`orders      ${result.orders} (${(result.ordersInTime / duration).toFixed(0)}/s), cancels ${result.cancels}
failed      ${result.errorCount} ${result.errors.join("; ")}
latency     p50 ${at(0.5)}, p99 ${at(0.99)}, p99.9 ${at(0.999)}, longest ${at(1)}
workerd     ${megabytes(Math.min(...residents))} to ${megabytes(Math.max(...residents))} resident, ${(cpuMs / result.orders).toFixed(2)} ms of CPU an order
folder      grew by ${megabytes((last?.stored ?? 0) - (first?.stored ?? 0))}`);
}

/** PostgreSQL comes back. True when the trail becomes complete and nothing is wrong with it. */
async function catchUp(exchange: RiggedExchange, database: TestDatabase, orders: number): Promise<boolean> {
  await database.start();
  const trail = await AuditTrail.open(database.url);
  try {
    const written = async (): Promise<number> =>
      Number((await trail.rows("select coalesce(sum(seq), 0)::text as rows from audit_heads"))[0]?.["rows"]);
    const before = await written();
    const started = Date.now();
    let rows = before;
    let [busyMs, fastest, first, last, looked] = [0, 0, 0, 0, started];
    while (Date.now() - started < CATCH_UP_MS) {
      await sleep(POLL_MS);
      const [now, at] = [await written(), Date.now()];
      if (now > rows) {
        busyMs += at - looked;
        fastest = Math.max(fastest, ((now - rows) * 1000) / (at - looked));
        if (rows === before) first = looked - started;
        last = at - started;
      } else if (rows > before && (await accepted(trail)) === orders) break;
      rows = now;
      looked = Date.now();
    }
    const perSecond = ((rows - before) * 1000) / busyMs;
    console.log(`audit       first row ${seconds(first)} after PostgreSQL was back, last one after ${seconds(last)} (shards look for it every 10 s)
            ${rows - before} rows, ${perSecond.toFixed(0)} rows/s while rows came, at best ${fastest.toFixed(0)} rows/s`);
    const wrong = [...(await trail.violations()), ...(await trail.unverified(exchange.url))];
    const recorded = await accepted(trail);
    if (recorded !== orders) wrong.push(`${recorded} accepted orders, ${orders} were acknowledged`);
    console.log(
      wrong.length === 0
        ? "            whole: every order, no gap; chains, accounts and books verified"
        : wrong.join("\n"),
    );
    return wrong.length === 0;
  } finally {
    await trail.close();
  }
}

async function accepted(trail: AuditTrail): Promise<number> {
  const [row] = await trail.rows("select count(*)::int as count from audit_events where action = 'order.accepted'");
  return Number(row?.["count"]);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: "string" }, rate: { type: "string" } } });
  const minutes = Number(values.minutes ?? "10");
  const rate = Number(values.rate ?? "500");
  if (!(minutes > 0 && rate > 0)) throw new Error("minutes and rate are positive numbers");
  return (await drill(minutes, rate)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`drill:outage: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
