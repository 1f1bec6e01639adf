/**
 * `npm run bench:fanout [-- --json] [-- --quick] [-- --functions] [-- --save]`: updates of market data that a CPU second
 * of the server delivers, beside Socket.IO with one message an update, plain `ws` with our conflation, and a bare workerd
 * that sends the same frames. All in one run by alternation; the subscribers are a process of their own.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { buildBundles, ROOT } from "../test/rig/bundles.ts";
import { largeRuns } from "./fanoutLarge.ts";
import { type Choice, cpuMs, residentKilobytes, startClients, symbolsOf } from "./fanoutRun.ts";
import { type RelayCosts, treeRuns } from "./fanoutTreeRuns.ts";
import { CONFIGS, installPeers, startBare, startBareWs, startOurs, startSocketIo, startWs } from "./fanoutSystems.ts";
import type { FanOutSystem, SystemName } from "./fanoutSystems.ts";
import { functionTimes } from "./functionTimes.ts";
import { profileDuring } from "./inspector.ts";
import { quantile } from "./load.ts";
import { hasRedis, REDIS_MISSING } from "./peers/classic/redis.ts";
import { machineText, median } from "./report.ts";
import { sourcesOf } from "./sources.ts";

interface Setting extends Choice {
  readonly name: string;
  readonly systems: readonly SystemName[];
}

const ALL: readonly SystemName[] = ["exchange", "socket.io", "ws", "bare", "bare-ws"];

const SETTINGS: readonly Setting[] = [
  { name: "50 symbols", symbols: 50, choice: "same", systems: ALL },
  { name: "20 symbols", symbols: 20, choice: "same", systems: ALL },
  { name: "20 of 50, each client its own", symbols: 20, choice: "own", systems: ["exchange", "ws"] },
];
/** Socket.IO is given a load that it can follow. */
const CLIENTS: Readonly<Record<SystemName, number>> = {
  exchange: 1_000,
  ws: 1_000,
  bare: 1_000,
  "bare-ws": 1_000,
  "socket.io": 60,
};
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
    const ages = Float64Array.from(system.name.startsWith("bare") ? [] : received.ages).sort();
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

/** What a frame costs this platform, beside `ws`, without anything of ours. */
function platformLine(setting: Setting, bare: Summary, bareWs: Summary): string {
  const ratio = { cpuPerFrame: rounded(bare.cpuMicrosecondsPerFrame / bareWs.cpuMicrosecondsPerFrame) };
  return JSON.stringify({ platform: "bare workerd to bare ws", setting: setting.name, ratio });
}

/** `one`: the run with one subscriber, whose CPU time is that of the changes. */
function costsOf(ours: Summary, one: Run | undefined, { symbols }: Setting): RelayCosts {
  const changes = (one?.cpuMsPerSecond ?? Number.NaN) / (10 * symbols);
  return { changeMicroseconds: 1_000 * changes, frameMicroseconds: ours.addedMicrosecondsPerFrame };
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
  ["bare-ws", startBareWs],
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
  const [rounds, seconds] = quick ? [1, 3] : [2, 3];
  const only = values.functions === true ? "exchange" : values.only;
  const dir = mkdtempSync(join(tmpdir(), "exchange-fanout-"));
  const systems: FanOutSystem[] = [];
  const output: string[] = [];
  let costs: RelayCosts | null = null;
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
      const asked = systems.filter(({ name }) => setting.systems.includes(name));
      for (const system of asked) alone.set(system.name, await measure(system, setting, 1, 2));
      for (let round = 0; round < rounds; round++) {
        for (const system of asked) {
          const run = await measure(system, setting, clientsOf(system.name), seconds);
          runs.get(system.name)?.push(run);
        }
      }
      const summaries = [...alone].map(([name, one]) => summaryOf(name, clientsOf(name), one, runs.get(name) ?? []));
      for (const line of table(setting, summaries)) tell(line);
      const [ours, ...peers] = summaries;
      if (ours?.name === "exchange") for (const peer of peers) tell(ratioLine(setting, ours, peer));
      const [bare, bareWs] = ["bare", "bare-ws"].map((name) => summaries.find((summary) => summary.name === name));
      if (bare !== undefined && bareWs !== undefined) tell(platformLine(setting, bare, bareWs));
      if (ours?.name === "exchange" && setting === SETTINGS[0]) costs = costsOf(ours, alone.get("exchange"), setting);
    }
    if (only === undefined || only === "exchange") {
      for (const system of systems.splice(0).toReversed()) await system.stop();
      for (const line of await largeRuns(dir, quick)) tell(line);
      for (const line of await treeRuns(costs)) tell(line);
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
