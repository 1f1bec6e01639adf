/** Drives the exchange, the classic peer and the bare workerd with the same loads, in alternation. */
import { join } from "node:path";
import pg from "pg";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestDatabase } from "../../dev/testing.ts";
import type { RiggedExchange } from "../../test/rig/exchange.ts";
import { countCommits } from "../commits.ts";
import { startFloor } from "../floorRig.ts";
import { startGenerator } from "../load.ts";
import type { Generator, LoadPlan } from "../load.ts";
import type { FlowShape } from "../orderFlow.ts";
import { startClassic } from "../peers/classic/start.ts";
import type { Classic } from "../peers/classic/start.ts";
import type { Transactions } from "../peers/classic/store.ts";
import { treeCpuMs } from "../processCpu.ts";
import { floorTarget } from "./floorTarget.ts";
import { compareSeries, sequenceOf } from "./ratios.ts";
import type { ComparisonReport, Series } from "./ratios.ts";
import { measure } from "./target.ts";
import type { Measurement, Target } from "./target.ts";

export interface ComparedDurations {
  readonly rounds: number;
  readonly warmUp: number;
  readonly closed: number;
  readonly open: number;
}

export interface ComparedSystems {
  readonly dir: string;
  readonly exchange: RiggedExchange;
  readonly database: TestDatabase;
  readonly generator: Generator;
  readonly shape: FlowShape;
}

/** Concurrent requests of a closed loop. */
const IN_FLIGHT = 64;
/** One request in ten of the flow is a cancel. */
const REQUESTS_PER_ORDER = 10 / 9;
const FUNDS = { dollars: 10_000_000, shares: 100_000 };
/** Delay of the second floor before each commit. */
const GATHER_MS = 5;
/** The audit trail is complete when this long no row has arrived; accounts send records once a second. */
const QUIET_MS = 2_500;
const POLL_MS = 250;

/** The peer whose half rate the open loops take, and whose ratios come first; then its other forms. */
const CLASSICS: readonly (readonly [name: string, transactions: Transactions])[] = [
  ["classic", "pipelined"],
  ["classic-awaited", "awaited"],
  ["classic-procedures", "procedures"],
];

type Tell = (line: string) => void;

/** Compares with the classic peer, which needs Redis. */
export async function compare(
  systems: ComparedSystems,
  durations: ComparedDurations,
  tell: Tell,
): Promise<ComparisonReport> {
  const { dir, shape } = systems;
  tell("starting the classic exchange and the bare workerd");
  const spec = { dir: join(dir, "classic"), ...FUNDS, accounts: shape.accounts, symbols: shape.symbols };
  const classic = await startClassic({ ...spec, transactions: CLASSICS.map(([, transactions]) => transactions) });
  try {
    const floor = await startFloor(join(dir, "floor"));
    try {
      const peers = CLASSICS.map(([name], nth) => classicTarget(name, classic, nth, shape));
      const floors = [0, GATHER_MS].map((ms) => floorTarget(floor, shape, IN_FLIGHT, "second-commit", ms));
      try {
        const report = await rounds(systems, [...peers, ...floors], durations, tell);
        await classic.checkBalances();
        return report;
      } finally {
        for (const { close } of [...peers, ...floors]) await close();
      }
    } finally {
      await floor.stop();
    }
  } finally {
    await classic.stop();
  }
}

async function rounds(
  systems: ComparedSystems,
  others: readonly Target[],
  durations: ComparedDurations,
  tell: Tell,
): Promise<ComparisonReport> {
  const ours = ourTargets(systems);
  const targets = [...others, ...ours];
  const peer = others[0];
  if (peer === undefined) throw new Error("no peer");
  const closed = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]));
  const open = new Map<string, Measurement[]>(targets.map(({ name }) => [name, []]));
  const run = async (into: Map<string, Measurement[]>, target: Target, seconds: number, perSecond: number | null) => {
    const pace =
      perSecond === null
        ? ({ kind: "closed", inFlight: target.inFlight } as const)
        : ({ kind: "open", perSecond: perSecond * REQUESTS_PER_ORDER } as const);
    const measurement = await measure(target, systems.dir, seconds, pace);
    if (measurement.errorCount > 0) throw new Error(`${target.name}: ${measurement.errors.join("; ")}`);
    into.get(target.name)?.push(measurement);
    const { ordersPerSecond, p99Ms, cpuMsPerOrder } = measurement;
    tell(
      `  ${target.name}: ${ordersPerSecond.toFixed(0)}/s, p99 ${p99Ms.toFixed(0)} ms, ${cpuMsPerOrder.toFixed(2)} CPU ms`,
    );
    return measurement;
  };
  for (const target of targets) await run(new Map(), target, durations.warmUp, null);
  for (let round = 0; round < durations.rounds; round++) {
    tell(`round ${round + 1} of ${durations.rounds}: closed loops`);
    for (const target of sequenceOf(targets, round)) await run(closed, target, durations.closed, null);
    const half = (closed.get(peer.name)?.at(-1)?.ordersPerSecond ?? 0) / 2;
    tell(`round ${round + 1}: open loops at ${half.toFixed(0)} orders/s`);
    for (const target of sequenceOf([peer, ...ours], round)) await run(open, target, durations.open, half);
  }
  const seriesOf = ({ name }: Target): Series => ({ name, closed: closed.get(name) ?? [], open: open.get(name) ?? [] });
  const peers = others.slice(0, CLASSICS.length).map(seriesOf);
  const comparisons = peers.flatMap((other) => ours.map((mode) => compareSeries(other, seriesOf(mode))));
  return { series: targets.map(seriesOf), comparisons };
}

function classicTarget(name: string, classic: Classic, nth: number, shape: FlowShape) {
  const credentials = classic.tokens.map((token) => ({ authorization: `Bearer ${token}` }));
  const generator = startGenerator({ ordersUrl: `${classic.urls[nth]}/orders`, credentials, keys: [] });
  return {
    name,
    inFlight: IN_FLIGHT,
    run: (plan: Parameters<Target["run"]>[0]) => generator.run({ ...shape, ...plan }),
    cpuMs: () => treeCpuMs(classic.pids),
    settle: () => Promise.resolve(),
    commits: () => null,
    close: () => generator.close(),
  };
}

/** The ways into our exchange, with the concurrent requests of their closed loops. */
const MODES: readonly (readonly [name: string, load: Pick<LoadPlan, "batch" | "sockets">, inFlight: number])[] = [
  ["single", {}, IN_FLIGHT],
  ["batch10", { batch: 10 }, IN_FLIGHT],
  // Two for each account.
  ["batch100", { batch: 100 }, 32],
  ["socket", { batch: 100, sockets: true }, 32],
];

function ourTargets({ exchange, database, generator, shape }: ComparedSystems): Target[] {
  return MODES.map(([name, load, inFlight]) => ({
    name,
    inFlight,
    run: (plan) => generator.run({ ...shape, ...plan, ...load }),
    // The bridge to PostgreSQL runs in this thread, which does nothing else during a load.
    cpuMs: () => treeCpuMs([exchange.pid(), database.pid()]) + threadCpuMs(),
    settle: () => auditQuiet(database.url),
    commits: () => countCommits(exchange.storageDir),
  }));
}

function threadCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Waits until PostgreSQL gets no more rows of the audit trail. */
async function auditQuiet(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    let [rows, since] = [-1, Date.now()];
    while (Date.now() - since < QUIET_MS) {
      const query = "SELECT coalesce(sum(n_tup_ins), 0) AS rows FROM pg_stat_user_tables WHERE relname LIKE 'audit%'";
      const now = Number((await client.query<{ rows: string }>(query)).rows[0]?.rows);
      if (now !== rows) [rows, since] = [now, Date.now()];
      await sleep(POLL_MS);
    }
  } finally {
    await client.end();
  }
}
