/**
 * `npm run drill:cuts [-- --clients 100 --cuts 200 --seconds 600 --kills 3]`: clients that follow books and trades while
 * several symbols trade are cut at random, and the exchange is killed a few times. Each client verifies each element. In
 * the end every copy must equal the server's books and tapes. Exit code 1 when anything was lost, double or wrong.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { quantile } from "../../bench/load.ts";
import { cpuSince, cpuTime } from "../../bench/processCpu.ts";
import { errorText } from "../../dev/failure.ts";
import { startTestDatabase } from "../../dev/testing.ts";
import { Client } from "../crash/client.ts";
import { type RiggedExchange, startExchange } from "../rig/exchange.ts";
import { seededRandom } from "../rig/random.ts";
import { makeTraders, type Trader } from "../rig/traders.ts";
import type { ProcessReport, ProcessRequest } from "./clientProcess.ts";
import { SteadyTrading } from "./trading.ts";

const USAGE = `npm run drill:cuts -- [--clients 100] [--cuts 200] [--seconds 600] [--kills 3] [--rate 8]
  [--processes 2] [--seed N]`;
const SYMBOLS = ["AAPL", "AMZN", "MSFT", "NVDA", "TSLA", "F"];
const SYMBOLS_EACH = 3;
/** Accounts that trade, and those whose keys the clients have. */
const TRADERS = 2;
const VIEWERS = 6;
const FUNDS = { dollars: "100000000", shares: Object.fromEntries(SYMBOLS.map((symbol) => [symbol, "1000000"])) };
/** RELAY_COUNT of workers/quotes/wrangler.toml. */
const RELAYS = 4;
const WARM_UP_MS = 2_000;
const VIOLATIONS_SHOWN = 20;
/** The bound of "resume p99". */
const RESUME_P99_MS = 300;

/** Ends that the clients have not made. */
const BY_ITSELF: ReadonlySet<string> = new Set(["relay", "exchange"]);
/** Between two deaths of a relay. */
const RELAY_MS = 7_000;

interface Plan {
  readonly clients: number;
  readonly cuts: number;
  readonly seconds: number;
  readonly kills: number;
  readonly rate: number;
  readonly processes: number;
  readonly seed: number;
}

/** A process of clients. */
function startClients() {
  const child = fork(fileURLToPath(new URL("clientProcess.ts", import.meta.url)), { execArgv: ["--no-warnings"] });
  return {
    ask: (request: ProcessRequest): Promise<ProcessReport | null> =>
      new Promise((resolve, reject) => {
        child.once("exit", (code) => reject(new Error(`the clients have ended: ${code}`)));
        child.once("message", ({ answer, error }: { answer?: ProcessReport | null; error?: string }) => {
          child.removeAllListeners("exit");
          if (answer === undefined) reject(new Error(error));
          else resolve(answer);
        });
        child.send(request);
      }),
    stop: () => void child.kill(),
  };
}

async function drill(plan: Plan): Promise<boolean> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-cuts-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, observed: true });
    try {
      return await run(exchange, plan);
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function run(exchange: RiggedExchange, plan: Plan): Promise<boolean> {
  const { clients, processes, seed } = plan;
  const all = await makeTraders(exchange.url, exchange.bootstrapSecret, TRADERS + VIEWERS, FUNDS);
  const [maker, taker, ...viewers] = all as [Trader, Trader, ...Trader[]];
  const client = new Client(exchange.url);
  const trading = new SteadyTrading(client, [maker, taker], SYMBOLS, seed);
  const groups = Array.from({ length: processes }, () => startClients());
  try {
    trading.start(plan.rate);
    const keys = viewers.map(({ keyId, secret }) => ({ keyId, secret }));
    await Promise.all(
      groups.map((group, nth) =>
        group.ask({
          kind: "start",
          url: exchange.url,
          keys,
          symbols: SYMBOLS,
          symbolsEach: SYMBOLS_EACH,
          clients: Math.floor((clients + nth) / processes),
          seed: seed + 1_000 * (nth + 1),
        }),
      ),
    );
    await sleep(WARM_UP_MS);
    const before = cpuTime(exchange.pid());
    const began = performance.now();
    const done = new AbortController();
    const killing = Promise.all([killAtRandom(exchange, plan), abortRelays(exchange, done.signal)]);
    await Promise.all(groups.map((group) => group.ask({ kind: "cut", cuts: plan.cuts, seconds: plan.seconds })));
    done.abort();
    const [restarts] = await killing;
    const elapsed = (performance.now() - began) / 1_000;
    // The CPU time of a process that was killed is gone.
    const cpuMs = plan.kills > 0 ? Number.NaN : cpuSince(exchange.pid(), before).totalMs;
    await trading.stop();
    const reports = await Promise.all(groups.map((group) => group.ask({ kind: "finish" })));
    return tell(plan, reports as ProcessReport[], { elapsed, restarts, rounds: trading.rounds, cpuMs });
  } finally {
    for (const group of groups) group.stop();
    client.close();
  }
}

/** Kills the exchange at random times; returns the milliseconds until it answered again. */
async function killAtRandom(exchange: RiggedExchange, { kills, seconds, seed }: Plan): Promise<number[]> {
  const random = seededRandom(seed + 1);
  const restarts: number[] = [];
  for (let nth = 0; nth < kills; nth++) {
    // The middle of each part, so that there is time to resume.
    await sleep(((0.3 + 0.4 * random()) * 1_000 * seconds) / kills);
    const began = performance.now();
    await exchange.kill();
    await exchange.restart();
    restarts.push(performance.now() - began);
    await sleep((0.3 * 1_000 * seconds) / kills);
  }
  return restarts;
}

/** Lets one relay after the other die, as when the platform moves it. */
async function abortRelays({ observers }: RiggedExchange, until: AbortSignal): Promise<void> {
  for (let nth = 0; !until.aborted; nth++) {
    await sleep(RELAY_MS, undefined, { signal: until }).catch(() => {});
    const url = `${observers.get("Relay")}/abort?class=Relay&name=relay-${nth % RELAYS}`;
    // While the exchange restarts it does not answer.
    if (!until.aborted) await fetch(url, { method: "POST" }).catch(() => {});
  }
}

interface Course {
  readonly elapsed: number;
  readonly restarts: readonly number[];
  readonly rounds: number;
  readonly cpuMs: number;
}

function tell(plan: Plan, reports: readonly ProcessReport[], { elapsed, restarts, rounds, cpuMs }: Course): boolean {
  const sum = (of: (report: ProcessReport) => number): number => reports.reduce((total, each) => total + of(each), 0);
  const resumes = reports.flatMap((report) => report.resumes);
  const kinds = Object.keys(reports[0]?.counts ?? {}) as (keyof ProcessReport["counts"])[];
  const cuts = kinds.reduce((total, kind) => total + (BY_ITSELF.has(kind) ? 0 : sum(({ counts }) => counts[kind])), 0);
  const spread = (values: readonly number[]): string => {
    const sorted = Float64Array.from(values).sort();
    const at = (share: number): string => `${quantile(sorted, share).toFixed(0)} ms`;
    return `${values.length}: p50 ${at(0.5)}, p99 ${at(0.99)}, longest ${at(1)}`;
  };
  // What the exchange has ended includes its restarts, after which everything is read from disk.
  const byCut = resumes.filter(({ after }) => !BY_ITSELF.has(after));
  console.log(`${plan.clients} clients, ${cuts} cuts in ${elapsed.toFixed(0)} s, ${restarts.length} kills of the exchange; seed ${plan.seed}
cuts        ${kinds.map((kind) => `${kind} ${sum(({ counts }) => counts[kind])}`).join(", ")}
frames      ${sum(({ frames }) => frames)}, elements ${sum(({ elements }) => elements)}, of depth and verified ${sum(({ verified }) => verified)}, \
snapshots ${sum(({ snapshots }) => snapshots)}
books       ${sum(({ compared }) => compared)} compared with another client's or the server's of the same sequence
trades      ${sum(({ trades }) => trades)} received; rounds of trading ${rounds}
resumed     until the acknowledgement ${spread(byCut.map(({ acknowledged }) => acknowledged))}
            until the first data      ${spread(byCut.map(({ data }) => data))}`);
  for (const kind of kinds) {
    const some = resumes.filter(({ after }) => after === kind).map(({ data }) => data);
    if (some.length > 0) console.log(`            after ${kind.padEnd(10)} ${spread(some)}`);
  }
  if (restarts.length > 0) console.log(`restarts    ${spread(restarts)} from kill -9 to the first answer`);
  if (cpuMs > 0) console.log(`exchange    ${(cpuMs / elapsed / 10).toFixed(0)} % of a core`);
  console.log(
    `clients     ${(sum((each) => each.cpuMs) / elapsed / 10).toFixed(0)} % of a core, silences ${sum(({ silences }) => silences)}`,
  );
  const violations = reports.flatMap((report) => report.violations);
  for (const violation of violations.slice(0, VIOLATIONS_SHOWN)) console.log(`WRONG       ${violation}`);
  console.log(
    violations.length === 0
      ? "            every copy equals the server's books and tapes: nothing lost, nothing double"
      : `            ${violations.length} things are wrong`,
  );
  const sorted = Float64Array.from(byCut.map(({ data }) => data)).sort();
  const isInTime = quantile(sorted, 0.99) < RESUME_P99_MS;
  if (!isInTime) console.log(`            resuming took longer than ${RESUME_P99_MS} ms (p99)`);
  return violations.length === 0 && isInTime;
}

async function main(): Promise<number> {
  const option = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      clients: option,
      cuts: option,
      seconds: option,
      kills: option,
      rate: option,
      processes: option,
      seed: option,
    },
  });
  const plan: Plan = {
    clients: Number(values.clients ?? "100"),
    cuts: Number(values.cuts ?? "200"),
    seconds: Number(values.seconds ?? "600"),
    kills: Number(values.kills ?? "3"),
    rate: Number(values.rate ?? "8"),
    processes: Number(values.processes ?? "2"),
    seed: Number(values.seed ?? Date.now() % 1_000_000),
  };
  if (Object.values(plan).some((value) => !(value >= 0))) throw new Error("every option is a number");
  return (await drill(plan)) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`drill:cuts: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
