/**
 * `npm run bench:orders [-- --json] [-- --quick] [-- --only exchange|peers] [-- --save]`: the highest rate of orders, the cost of an
 * order, and the comparison with the classic peer. The production bundles on a bare workerd, every commit on disk before
 * it is acknowledged, the audit trail drained to a real PostgreSQL meanwhile.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { ROOT } from "../test/rig/bundles.ts";
import { startExchange } from "../test/rig/exchange.ts";
import type { RiggedExchange } from "../test/rig/exchange.ts";
import { makeTraders } from "../test/rig/traders.ts";
import { compare } from "./comparison/compare.ts";
import type { ComparedDurations } from "./comparison/compare.ts";
import { comparisonLines, resultsText } from "./comparison/print.ts";
import type { ComparisonReport } from "./comparison/ratios.ts";
import { REDIS_MISSING, hasRedis } from "./peers/classic/redis.ts";
import type { Hop } from "./attribution.ts";
import { commitsPerOrder, countCommits } from "./commits.ts";
import { probeFsync } from "./disk.ts";
import type { FsyncTimes } from "./disk.ts";
import { profileDuring } from "./inspector.ts";
import { exchangeOrders, quantile, startGenerator } from "./load.ts";
import type { Generator, LoadPlan, LoadResult } from "./load.ts";
import type { FlowShape } from "./orderFlow.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { hopShares, profiledWorkers } from "./profiledHops.ts";
import { machineText, printReport } from "./report.ts";
import type { OrdersReport } from "./report.ts";
import { findSaturation, stepOf } from "./saturation.ts";
import { probeDuring, stallsOf } from "./stalls.ts";
import type { Stall } from "./stalls.ts";

interface Durations {
  readonly warmUp: number;
  readonly closed: number;
  readonly step: number;
  readonly half: number;
  readonly profile: number;
  /** Seconds of each run with other numbers of accounts and symbols; 0 leaves them out. */
  readonly shape: number;
}

const FULL: Durations = { warmUp: 6, closed: 5, step: 5, half: 20, profile: 12, shape: 4 };
const QUICK: Durations = { warmUp: 2, closed: 2, step: 2, half: 4, profile: 3, shape: 0 };
const COMPARED: ComparedDurations = { rounds: 3, warmUp: 2, closed: 4, open: 5 };
const COMPARED_QUICK: ComparedDurations = { rounds: 1, warmUp: 1, closed: 2, open: 3 };

const ACCOUNTS = 16;
/** Concurrent requests in closed loops. */
const IN_FLIGHT = 64;
/** One request in ten of the flow is a cancel. */
const REQUESTS_PER_ORDER = 10 / 9;
const AUDIT_MS = 60_000;
/** Shares only, as the recorded results. */
const SYMBOLS = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
const SHAPE: FlowShape = { accounts: ACCOUNTS, symbols: SYMBOLS };

/** State of the running benchmark. */
type Measured = Omit<OrdersReport, "fsync" | "seconds">;

/** Counts acknowledged and failed requests of all runs. */
class Totals {
  orders = 0;
  errorCount = 0;
  readonly errors: string[] = [];

  add(result: LoadResult): LoadResult {
    this.orders += result.orders;
    this.errorCount += result.errorCount;
    this.errors.push(...result.errors);
    return result;
  }
}

/** Either part may be left out. */
interface Reports {
  readonly exchange: OrdersReport | null;
  readonly peers: ComparisonReport | null;
  readonly fsync: FsyncTimes;
  /** Processes that wanted a processor before the run, averaged over a minute. */
  readonly loadBefore: number;
}

type Part = "exchange" | "peers";

async function bench(quick: boolean, only: Part | null, tell: (line: string) => void): Promise<Reports> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-bench-"));
  const started = Date.now();
  const loadBefore = loadavg()[0] ?? Number.NaN;
  tell("starting PostgreSQL and the exchange");
  const database = await startTestDatabase();
  try {
    const fsync = probeFsync(dir);
    const exchange = await startExchange({ dir, database, inspect: true });
    let report: Measured | null = null;
    let peers: ComparisonReport | null = null;
    try {
      tell(`making ${ACCOUNTS} funded accounts`);
      const shares = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "100000"]));
      const funds = { dollars: "10000000", shares };
      const traders = await makeTraders(exchange.url, exchange.bootstrapSecret, ACCOUNTS, funds);
      const generator = startGenerator(exchangeOrders(exchange.url, traders));
      try {
        if (only !== "peers") report = await measure(exchange, generator, database.url, quick ? QUICK : FULL, tell);
        if (only !== "exchange" && !hasRedis()) console.error(REDIS_MISSING);
        else if (only !== "exchange") {
          const systems = { dir, exchange, database, generator, shape: SHAPE };
          peers = await compare(systems, quick ? COMPARED_QUICK : COMPARED, tell);
        }
      } finally {
        await generator.close();
      }
    } finally {
      await exchange.stop();
    }
    const seconds = (Date.now() - started) / 1000;
    return { exchange: report === null ? null : { ...report, fsync, seconds }, peers, fsync, loadBefore };
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(
  exchange: RiggedExchange,
  generator: Generator,
  databaseUrl: string,
  durations: Durations,
  tell: (line: string) => void,
): Promise<Measured> {
  const totals = new Totals();
  const run = async (shape: FlowShape, seconds: number, pace: LoadPlan["pace"]): Promise<LoadResult> =>
    totals.add(await generator.run({ ...shape, seconds, pace }));
  const closed = async (shape: FlowShape, seconds: number): Promise<number> =>
    (await run(shape, seconds, { kind: "closed", inFlight: IN_FLIGHT })).ordersInTime / seconds;
  const open = (seconds: number, ordersPerSecond: number) =>
    run(SHAPE, seconds, { kind: "open", perSecond: ordersPerSecond * REQUESTS_PER_ORDER });

  tell("warming up");
  await closed(SHAPE, durations.warmUp);
  const closedLoop = await closed(SHAPE, durations.closed);
  tell(`a closed loop of ${IN_FLIGHT} requests reaches ${closedLoop.toFixed(0)} orders/s; raising the offered rate`);
  const { steps, saturation } = await findSaturation(closedLoop, async (rate) => {
    const step = stepOf(await open(durations.step, rate), durations.step);
    tell(`  offered ${step.offered.toFixed(0)}/s: ${step.achieved.toFixed(0)}/s, p99 ${step.p99.toFixed(0)} ms`);
    return step;
  });
  if (saturation === null) throw new Error("the exchange followed no rate at all");

  const halfRate = saturation.achieved / 2;
  tell(`measuring at half of it: ${halfRate.toFixed(0)} orders/s`);
  const before = cpuTime(exchange.pid());
  const commitsBefore = countCommits(exchange.storageDir);
  const half = await open(durations.half, halfRate);
  const cpu = cpuSince(exchange.pid(), before);
  const commits = commitsPerOrder(exchange.storageDir, commitsBefore, half.orders);
  tell("profiling at the same rate");
  const { hops, stalls } = await profile(exchange, () => open(durations.profile, halfRate));
  const shapes = durations.shape === 0 ? [] : await otherShapes(closed, durations.shape, tell);
  const auditMs = await auditComplete(databaseUrl, totals.orders);
  return {
    machine: machineText(),
    accounts: ACCOUNTS,
    symbols: SYMBOLS.length,
    ordersPerSecond: saturation.achieved,
    steps,
    closedLoop: { inFlight: IN_FLIGHT, ordersPerSecond: closedLoop },
    half: {
      ordersPerSecond: half.ordersInTime / durations.half,
      ackP50Ms: quantile(half.latencies, 0.5),
      ackP99Ms: quantile(half.latencies, 0.99),
      cpuMsPerOrder: cpu.totalMs / half.orders,
      systemCpuMsPerOrder: cpu.systemMs / half.orders,
      commitsPerOrder: commits,
    },
    hops: hops.map(([hop, share]) => ({ hop, share, cpuMsPerOrder: (share * cpu.totalMs) / half.orders })),
    stalls,
    shapes,
    auditBehindMs: auditMs,
    totalOrders: totals.orders,
    errorCount: totals.errorCount,
    errors: totals.errors.slice(0, 5),
  };
}

interface Profiled {
  /** Shares of the process's CPU time by hop; time outside of the profiles counts for the runtime. */
  readonly hops: readonly (readonly [hop: Hop | "runtime", share: number])[];
  readonly stalls: readonly Stall[];
}

async function profile(exchange: RiggedExchange, load: () => Promise<unknown>): Promise<Profiled> {
  if (exchange.inspectorUrl === null) throw new Error("the inspector is closed");
  const before = cpuTime(exchange.pid());
  const { inspectorUrl } = exchange;
  const work = () => profileDuring(inspectorUrl, load);
  const { result: profiles, probes } = await probeDuring(exchange.url, exchange.pid(), work);
  const { totalMs } = cpuSince(exchange.pid(), before);
  const workers = await profiledWorkers(profiles);
  return { hops: hopShares(workers, totalMs), stalls: stallsOf(probes, workers) };
}

async function otherShapes(
  closed: (shape: FlowShape, seconds: number) => Promise<number>,
  seconds: number,
  tell: (line: string) => void,
): Promise<OrdersReport["shapes"]> {
  tell("comparing shapes of the load");
  const shapes: [string, FlowShape][] = [
    [`${ACCOUNTS} accounts, ${SYMBOLS.length} symbols`, SHAPE],
    [`2 accounts, ${SYMBOLS.length} symbols`, { accounts: 2, symbols: SYMBOLS }],
    [`${ACCOUNTS} accounts, 1 symbol`, { accounts: ACCOUNTS, symbols: SYMBOLS.slice(0, 1) }],
    ["2 accounts, 1 symbol", { accounts: 2, symbols: SYMBOLS.slice(0, 1) }],
  ];
  const results: { shape: string; ordersPerSecond: number }[] = [];
  for (const [shape, flow] of shapes) results.push({ shape, ordersPerSecond: await closed(flow, seconds) });
  return results;
}

/** Waits until PostgreSQL has a row for every acknowledged order; returns the duration. */
async function auditComplete(databaseUrl: string, orders: number): Promise<number> {
  const started = Date.now();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (;;) {
      const { rows } = await client.query<{ count: string }>(
        "select count(*) from audit_events where action = 'order.accepted'",
      );
      const count = Number(rows[0]?.count ?? 0);
      if (count === orders) return Date.now() - started;
      if (count > orders) throw new Error(`PostgreSQL has ${count} accepted orders, ${orders} were acknowledged`);
      if (Date.now() - started > AUDIT_MS)
        throw new Error(`PostgreSQL has ${count} of ${orders} orders after a minute`);
      await sleep(20);
    }
  } finally {
    await client.end();
  }
}

/** Dated results, which are committed. */
const RESULTS = join(ROOT, "bench/results");
const USAGE = "npm run bench:orders -- [--json] [--quick] [--only exchange|peers] [--save]";

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      only: { type: "string" },
      save: { type: "boolean" },
    },
  });
  const { json = false, quick = false, only = null } = values;
  if (only !== null && only !== "exchange" && only !== "peers") throw new Error(`no part ${only}`);
  const reports = await bench(quick, only, (line) => {
    if (!json) console.error(line);
  });
  const { exchange, peers } = reports;
  if (values.save === true && peers !== null) {
    const date = new Date().toISOString().slice(0, 10);
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(join(RESULTS, `${date}.txt`), resultsText(peers, { date, machine: machineText(), ...reports }));
  }
  if (json) {
    if (exchange !== null) console.log(JSON.stringify(exchange));
    for (const comparison of peers?.comparisons ?? []) console.log(JSON.stringify(comparison));
  } else {
    if (exchange !== null) printReport(exchange);
    if (peers !== null) console.log(comparisonLines(peers).join("\n"));
  }
  if (exchange === null || exchange.errorCount === 0) return 0;
  console.error(`${exchange.errorCount} requests failed: ${exchange.errors.join("; ")}`);
  return 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`bench:orders: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
