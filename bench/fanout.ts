/**
 * `npm run bench:fanout [-- --json] [-- --quick] [-- --functions] [-- --save]`: updates of market data that a CPU second
 * of the server delivers, beside Socket.IO with one message an update, plain `ws` with our conflation, and a bare workerd
 * that sends the same frames. All in one run by alternation; the subscribers are a process of their own.
 */
import { fork } from "node:child_process";
import { readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { buildBundles, ROOT } from "../test/rig/bundles.ts";
import { SYMBOLS } from "./fanout/symbols.ts";
import type { ClientsRequest, Received } from "./fanoutClients.ts";
import { CONFIGS, installPeers, startBare, startOurs, startSocketIo, startWs } from "./fanoutSystems.ts";
import type { FanOutSystem, SystemName } from "./fanoutSystems.ts";
import { functionTimes } from "./functionTimes.ts";
import { profileDuring } from "./inspector.ts";
import { quantile } from "./load.ts";
import { hasRedis, REDIS_MISSING } from "./peers/classic/redis.ts";
import { cpuTime } from "./processCpu.ts";
import { machineText, median } from "./report.ts";
import { sourcesOf } from "./sources.ts";

/** `same`: every client subscribes to the same symbols. `own`: each to its own choice of the fifty. */
interface Setting {
  readonly name: string;
  readonly symbols: number;
  readonly choice: "same" | "own";
}

const SETTINGS: readonly Setting[] = [
  { name: "50 symbols", symbols: 50, choice: "same" },
  { name: "20 symbols", symbols: 20, choice: "same" },
  { name: "20 of 50, each client its own", symbols: 20, choice: "own" },
];
/** Socket.IO is given a load that it can follow. */
const CLIENTS: Readonly<Record<SystemName, number>> = { exchange: 1_000, ws: 1_000, bare: 1_000, "socket.io": 60 };
const WARM_UP_MS = 1_000;
const FUNCTIONS = 40;
const USAGE = "npm run bench:fanout -- [--json] [--quick] [--functions] [--save] [--only NAME,…] [--clients N]";

interface Run {
  readonly updatesPerCpuSecond: number;
  readonly updatesPerSecond: number;
  /** All CPU time divided by the frames, and the CPU time that each further subscriber's frames add. */
  readonly cpuMicrosecondsPerFrame: number;
  readonly addedMicrosecondsPerFrame: number;
  readonly cpuMsPerSecond: number;
  readonly framesPerSecond: number;
  readonly updatesPerFrame: number;
  readonly bytesPerUpdate: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Resident memory that a socket added; NaN in later rounds, because a process keeps what it had. */
  readonly kilobytesPerSocket: number;
}

/** The subscribers' process. */
function startClients(): { ask(request: ClientsRequest): Promise<Received>; stop(): void } {
  const child = fork(fileURLToPath(new URL("fanoutClients.ts", import.meta.url)), { execArgv: ["--no-warnings"] });
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        child.once("message", ({ answer, error }: { answer?: Received; error?: string }) => {
          if (answer === undefined) reject(new Error(error));
          else resolve(answer);
        });
        child.send(request);
      }),
    stop: () => void child.kill(),
  };
}

const cpuMs = ({ pids }: FanOutSystem): number => pids.reduce((sum, pid) => sum + cpuTime(pid).totalMs, 0);

function residentKilobytes({ pids }: FanOutSystem): number {
  return pids.reduce(
    (sum, pid) => sum + Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
    0,
  );
}

/** The symbols of each client. */
function symbolsOf({ symbols, choice }: Setting, clients: number): string[][] {
  if (choice === "same") return Array.from({ length: clients }, () => SYMBOLS.slice(0, symbols));
  let seed = 1;
  // The generator of Lehmer.
  const random = (): number => (seed = (seed * 48_271) % 0x7fffffff) / 0x7fffffff;
  return Array.from({ length: clients }, () =>
    SYMBOLS.map((symbol) => ({ symbol, at: random() }))
      .sort((a, b) => a.at - b.at)
      .slice(0, symbols)
      .map(({ symbol }) => symbol),
  );
}

/** One run: connects, measures for `seconds` while `work` runs, and disconnects. */
async function measure(
  system: FanOutSystem,
  setting: Setting,
  clients: number,
  seconds: number,
  during: (run: () => Promise<void>) => Promise<unknown> = (run) => run(),
): Promise<Run> {
  const subscribers = startClients();
  try {
    const memoryBefore = residentKilobytes(system);
    const url = system.url(setting.symbols);
    await subscribers.ask({ kind: "connect", protocol: system.protocol, url, symbols: symbolsOf(setting, clients) });
    await sleep(WARM_UP_MS);
    const kilobytesPerSocket = (residentKilobytes(system) - memoryBefore) / clients;
    await subscribers.ask({ kind: "measure" });
    const before = cpuMs(system);
    const started = performance.now();
    await during(() => sleep(1_000 * seconds));
    const received = await subscribers.ask({ kind: "measure" });
    const elapsed = performance.now() - started;
    const cpu = cpuMs(system) - before;
    await subscribers.ask({ kind: "close" });
    if (received.lost > 0) throw new Error(`${system.name} closed ${received.lost} sockets`);
    // The bare frames have the time at which their bytes were made.
    const ages = Float64Array.from(system.name === "bare" ? [] : received.ages).sort();
    return {
      updatesPerCpuSecond: (1_000 * received.updates) / cpu,
      updatesPerSecond: (1_000 * received.updates) / elapsed,
      cpuMicrosecondsPerFrame: (1_000 * cpu) / received.frames,
      addedMicrosecondsPerFrame: Number.NaN,
      cpuMsPerSecond: (1_000 * cpu) / elapsed,
      framesPerSecond: (1_000 * received.frames) / elapsed,
      updatesPerFrame: received.updates / received.frames,
      bytesPerUpdate: received.bytes / received.updates,
      p50Ms: quantile(ages, 0.5),
      p99Ms: quantile(ages, 0.99),
      kilobytesPerSocket,
    };
  } finally {
    subscribers.stop();
  }
}

interface Summary extends Run {
  readonly name: SystemName;
  readonly clients: number;
}

/** `one`: the run with one subscriber, which has the costs that do not depend on their number. */
function summaryOf(name: SystemName, clients: number, one: Run, runs: readonly Run[]): Summary {
  const added = (run: Run): number =>
    (1_000 * (run.cpuMsPerSecond - one.cpuMsPerSecond)) / (run.framesPerSecond - one.framesPerSecond);
  const of = (field: keyof Run): number => median(runs.map((run) => run[field]));
  return {
    name,
    clients,
    updatesPerCpuSecond: of("updatesPerCpuSecond"),
    updatesPerSecond: of("updatesPerSecond"),
    cpuMicrosecondsPerFrame: of("cpuMicrosecondsPerFrame"),
    addedMicrosecondsPerFrame: median(runs.map(added)),
    cpuMsPerSecond: of("cpuMsPerSecond"),
    framesPerSecond: of("framesPerSecond"),
    updatesPerFrame: of("updatesPerFrame"),
    bytesPerUpdate: of("bytesPerUpdate"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    kilobytesPerSocket: runs[0]?.kilobytesPerSocket ?? Number.NaN,
  };
}

/** The line of a peer: how many times as many updates a CPU second of ours delivers. */
function ratioLine(setting: Setting, ours: Summary, peer: Summary): string {
  const ratio = {
    updatesPerCpuSecond: rounded(ours.updatesPerCpuSecond / peer.updatesPerCpuSecond),
    cpuPerFrame: rounded(ours.cpuMicrosecondsPerFrame / peer.cpuMicrosecondsPerFrame),
    addedPerFrame: rounded(ours.addedMicrosecondsPerFrame / peer.addedMicrosecondsPerFrame),
    bytesPerUpdate: rounded(ours.bytesPerUpdate / peer.bytesPerUpdate),
  };
  return JSON.stringify({ peer: peer.name, setting: setting.name, ratio, ours, theirs: peer });
}

const rounded = (ratio: number): number => Number(ratio.toPrecision(3));

function table(setting: Setting, summaries: readonly Summary[]): string[] {
  const head =
    "            clients  updates/CPU s  updates/s  CPU us/frame  added  updates/frame  bytes/update  p50 ms  p99 ms  KB/socket";
  const lines = summaries.map(({ name, clients, ...run }) =>
    [
      name.padEnd(10),
      String(clients).padStart(8),
      run.updatesPerCpuSecond.toFixed(0).padStart(14),
      run.updatesPerSecond.toFixed(0).padStart(10),
      run.cpuMicrosecondsPerFrame.toFixed(1).padStart(13),
      run.addedMicrosecondsPerFrame.toFixed(1).padStart(6),
      run.updatesPerFrame.toFixed(1).padStart(14),
      run.bytesPerUpdate.toFixed(0).padStart(13),
      run.p50Ms.toFixed(0).padStart(7),
      run.p99Ms.toFixed(0).padStart(7),
      run.kilobytesPerSocket.toFixed(0).padStart(10),
    ].join(" "),
  );
  return ["", setting.name, head, ...lines];
}

async function printFunctions(system: FanOutSystem, clients: number): Promise<void> {
  const { inspectorUrl } = system;
  const [setting] = SETTINGS;
  if (inspectorUrl === null || setting === undefined) return;
  let profiles = new Map<string, Parameters<typeof functionTimes>[0]>();
  const run = await measure(system, setting, clients, 5, async (work) => {
    profiles = await profileDuring(inspectorUrl, work);
  });
  const bundles = await buildBundles(CONFIGS);
  for (const bundle of bundles) {
    const profile = profiles.get(bundle.name);
    if (profile === undefined) continue;
    console.log(`\n${bundle.name}: ${run.cpuMicrosecondsPerFrame.toFixed(1)} us a frame\n self ms  total ms  function`);
    for (const { name, selfMs, totalMs } of functionTimes(profile, sourcesOf(bundle)).slice(0, FUNCTIONS)) {
      console.log(`${selfMs.toFixed(0).padStart(8)} ${totalMs.toFixed(0).padStart(9)}  ${name}`);
    }
  }
}

const STARTERS: readonly [SystemName, (dir: string, inspect: boolean) => Promise<FanOutSystem>][] = [
  ["exchange", startOurs],
  ["socket.io", startSocketIo],
  ["ws", startWs],
  ["bare", startBare],
];

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      functions: { type: "boolean" },
      save: { type: "boolean" },
      only: { type: "string" },
      clients: { type: "string" },
    },
  });
  const quick = values.quick === true;
  const [rounds, seconds] = quick ? [1, 3] : [3, 5];
  const only = values.functions === true ? "exchange" : values.only;
  const dir = mkdtempSync(join(tmpdir(), "exchange-fanout-"));
  const systems: FanOutSystem[] = [];
  const output: string[] = [];
  const tell = (line: string): void => {
    output.push(line);
    if (values.json !== true || line.startsWith("{")) console.log(line);
  };
  try {
    installPeers();
    for (const [name, start] of STARTERS) {
      if (only !== undefined && !only.split(",").includes(name)) continue;
      if (name === "socket.io" && !hasRedis()) console.error(REDIS_MISSING);
      else systems.push(await start(join(dir, name), values.functions === true));
    }
    const clientsOf = (name: SystemName): number => Math.min(CLIENTS[name], Number(values.clients ?? CLIENTS[name]));
    const [first] = systems;
    if (values.functions === true && first !== undefined) return await printFunctions(first, clientsOf(first.name));
    tell(`${machineText()}; load before: ${loadavg()[0]?.toFixed(1)}; ${rounds} rounds of ${seconds} s`);
    for (const setting of quick ? SETTINGS.slice(0, 2) : SETTINGS) {
      const runs = new Map<SystemName, Run[]>(systems.map(({ name }) => [name, []]));
      const alone = new Map<SystemName, Run>();
      for (const system of systems) alone.set(system.name, await measure(system, setting, 1, Math.min(3, seconds)));
      for (let round = 0; round < rounds; round++) {
        for (const system of systems) {
          const run = await measure(system, setting, clientsOf(system.name), seconds);
          runs.get(system.name)?.push(run);
        }
      }
      const summaries = [...alone].map(([name, one]) => summaryOf(name, clientsOf(name), one, runs.get(name) ?? []));
      for (const line of table(setting, summaries)) tell(line);
      const [ours, ...peers] = summaries;
      if (ours?.name === "exchange") for (const peer of peers) tell(ratioLine(setting, ours, peer));
    }
    if (values.save === true) {
      const day = new Date().toISOString().slice(0, 10);
      writeFileSync(join(ROOT, `bench/results/${day}-fanout.txt`), `${output.join("\n")}\n`);
    }
  } finally {
    for (const system of systems.toReversed()) await system.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench:fanout: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
