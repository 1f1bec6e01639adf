/**
 * `npm run bench:symbol [-- --json] [-- --seconds 60] [-- --rate 10000] [-- --profile]`: orders into one symbol over
 * order entry sockets of eight accounts, in frames of 100 commands, on the production bundles with every commit on disk.
 * A closed loop with full windows finds the ceiling, then orders are offered at the rate.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { buildBundles } from "../test/rig/bundles.ts";
import { startExchange } from "../test/rig/exchange.ts";
import type { RiggedExchange } from "../test/rig/exchange.ts";
import { makeTraders } from "../test/rig/traders.ts";
import { timeByHop } from "./attribution.ts";
import { commitsPerOrder, countCommits } from "./commits.ts";
import { profileDuring } from "./inspector.ts";
import { OrderFlow, commandText } from "./orderFlow.ts";
import type { FlowRequest } from "./orderFlow.ts";
import { OrderSocket } from "./orderSockets.ts";
import type { Times } from "./orderSockets.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { machineText } from "./report.ts";
import { sourcesOf } from "./sources.ts";

const ACCOUNTS = 8;
/** A cheap share: four accounts only buy. */
const SYMBOL = "F";
const FRAME = 100;
/** One request in ten of the flow is a cancel. */
const REQUESTS_PER_ORDER = 10 / 9;
/** Frames that wait at the client; beyond that the offered rate is not followed. */
const BACKLOG_FRAMES_MAX = 200;

export interface SymbolRun {
  readonly offered: number | null;
  readonly ordersPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Mean milliseconds of a frame: until it reached the account, at the account, and back. */
  readonly hopsMs: { readonly toAccount: number; readonly account: number; readonly back: number };
  readonly cpuMsPerOrder: number;
  readonly commitsPerOrder: Readonly<Record<string, number>>;
  /** The client stopped offering, because too many frames waited. */
  readonly fellBehind: boolean;
  readonly errors: readonly string[];
}

class Load {
  readonly #sockets: readonly OrderSocket[];
  readonly #flow: OrderFlow;
  readonly #gathered: FlowRequest[][];
  readonly latencies: number[] = [];
  readonly times: Times[] = [];
  readonly errors: string[] = [];
  orders = 0;
  ordersInTime = 0;
  waiting = 0;
  end = Number.POSITIVE_INFINITY;

  constructor(sockets: readonly OrderSocket[], run: number) {
    this.#sockets = sockets;
    const shape = { accounts: ACCOUNTS, symbols: [SYMBOL] };
    this.#flow = new OrderFlow(shape, `symbol-${Date.now().toString(36)}-${run}`, run);
    this.#gathered = sockets.map(() => []);
  }

  /** Takes the flow until one account has a frame, and sends that. */
  sendFrame(): void {
    for (;;) {
      const request = this.#flow.next();
      const gathered = this.#gathered[request.account] ?? [];
      gathered.push(request);
      if (gathered.length < FRAME) continue;
      this.#gathered[request.account] = [];
      void this.#send(request.account, gathered);
      return;
    }
  }

  async #send(account: number, requests: readonly FlowRequest[]): Promise<void> {
    const due = performance.now();
    this.waiting++;
    try {
      const ack = await this.#sockets[account]?.send(requests.map(commandText));
      const now = performance.now();
      this.latencies.push(now - due);
      if (ack === undefined) return;
      this.times.push(ack.times);
      ack.results.forEach(({ status, body }, index) => {
        const request = requests[index];
        if (request === undefined || status >= 300) this.#failed(JSON.stringify(body));
        else if (request.kind === "order") {
          this.orders++;
          if (now <= this.end) this.ordersInTime++;
          if (request.far && body !== null) this.#flow.rests(account, body.id);
        }
      });
    } catch (error) {
      this.#failed(errorText(error));
    } finally {
      this.waiting--;
    }
  }

  #failed(text: string): void {
    if (this.errors.length < 5) this.errors.push(text);
  }
}

let runs = 0;

/** Runs a load. `rate`: orders a second; null for full windows. */
async function run(
  exchange: RiggedExchange,
  sockets: readonly OrderSocket[],
  seconds: number,
  rate: number | null,
): Promise<SymbolRun> {
  const load = new Load(sockets, ++runs);
  const before = cpuTime(exchange.pid());
  const commitsBefore = countCommits(exchange.storageDir);
  const start = performance.now();
  load.end = start + seconds * 1_000;
  const most = rate === null ? (ACCOUNTS * 1_000) / FRAME : BACKLOG_FRAMES_MAX;
  let sent = 0;
  let fellBehind = false;
  while (performance.now() < load.end && !fellBehind) {
    const due =
      rate === null
        ? sent + most - load.waiting
        : ((performance.now() - start) / 1_000) * ((rate * REQUESTS_PER_ORDER) / FRAME);
    while (sent < due) {
      load.sendFrame();
      sent++;
    }
    fellBehind = rate !== null && load.waiting > most;
    await sleep(1);
  }
  const ended = Math.min(performance.now(), load.end);
  load.end = ended;
  while (load.waiting > 0) await sleep(5);
  const cpu = cpuSince(exchange.pid(), before);
  const latencies = load.latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor((latencies.length - 1) * share)] ?? Number.NaN;
  const mean = (of: (times: Times) => number): number =>
    load.times.reduce((sum, times) => sum + of(times), 0) / load.times.length;
  return {
    offered: rate,
    ordersPerSecond: (load.ordersInTime * 1_000) / (ended - start),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    hopsMs: {
      toAccount: mean((times) => (times.account_in ?? times.in) - times.in),
      account: mean((times) => (times.account_out ?? 0) - (times.account_in ?? 0)),
      back: mean((times) => times.out - (times.account_out ?? times.out)),
    },
    cpuMsPerOrder: cpu.totalMs / load.orders,
    commitsPerOrder: commitsPerOrder(exchange.storageDir, commitsBefore, load.orders),
    fellBehind,
    errors: load.errors,
  };
}

function lineOf(result: SymbolRun): string {
  const { offered, ordersPerSecond, p50Ms, p99Ms, hopsMs, cpuMsPerOrder } = result;
  const commits = Object.entries(result.commitsPerOrder)
    .filter(([, count]) => count > 0.000_05)
    .map(([name, count]) => `${name} ${count.toFixed(4)}`);
  return [
    `${offered === null ? "full windows" : `offered ${offered}/s`}: ${ordersPerSecond.toFixed(0)} orders/s${result.fellBehind ? ", not followed" : ""}`,
    `a frame of ${FRAME}: p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`,
    `to the account ${hopsMs.toAccount.toFixed(1)} ms, there ${hopsMs.account.toFixed(1)} ms, back ${hopsMs.back.toFixed(1)} ms`,
    `${cpuMsPerOrder.toFixed(3)} CPU ms an order; commits an order: ${commits.join(", ")}`,
    ...result.errors.map((error) => `error: ${error}`),
  ].join("\n  ");
}

/** Prints the functions and hops that take the most CPU while `load` runs. */
async function profile(exchange: RiggedExchange, load: () => Promise<SymbolRun>): Promise<void> {
  if (exchange.inspectorUrl === null) throw new Error("the inspector is closed");
  const before = cpuTime(exchange.pid());
  let result: SymbolRun | null = null;
  const profiles = await profileDuring(exchange.inspectorUrl, async () => void (result = await load()));
  const { totalMs, systemMs } = cpuSince(exchange.pid(), before);
  console.log(`profile: ${totalMs} CPU ms, of them ${systemMs} in the operating system`);
  for (const bundle of await buildBundles()) {
    const taken = profiles.get(bundle.name);
    if (taken === undefined) continue;
    for (const [hop, ms] of timeByHop(bundle.name, taken, sourcesOf(bundle))) {
      console.log(`  ${bundle.name} ${hop}: ${((ms / totalMs) * 100).toFixed(1)} %`);
    }
    const self = new Map<string, number>();
    const sourceOf = sourcesOf(bundle);
    const names = new Map(
      taken.nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName} ${sourceOf(callFrame)}`.trim()]),
    );
    for (const sample of taken.samples) {
      const name = names.get(sample) ?? "";
      self.set(name, (self.get(name) ?? 0) + 1);
    }
    const top = [...self].sort(([, a], [, b]) => b - a).slice(0, 30);
    for (const [name, count] of top) {
      console.log(`    ${((count / taken.samples.length) * 100).toFixed(1).padStart(5)} % ${name}`);
    }
  }
  if (result !== null) console.log(lineOf(result));
}

async function bench(seconds: number, rate: number, withProfile: boolean, json: boolean): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-symbol-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, inspect: withProfile });
    try {
      const funds = { dollars: "10000000", shares: { [SYMBOL]: "900000" } };
      const traders = await makeTraders(exchange.url, exchange.bootstrapSecret, ACCOUNTS, funds);
      const sockets = await Promise.all(traders.map((trader) => OrderSocket.open(exchange.url, trader)));
      const tell = (result: SymbolRun): void => console.log(json ? JSON.stringify(result) : lineOf(result));
      if (!json) console.log(machineText());
      await run(exchange, sockets, Math.min(5, seconds), null);
      if (withProfile) await profile(exchange, () => run(exchange, sockets, Math.min(10, seconds), null));
      else tell(await run(exchange, sockets, Math.min(15, seconds), null));
      const offered = await run(exchange, sockets, seconds, rate);
      tell(offered);
      for (const socket of sockets) socket.close();
      return offered.errors.length;
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      profile: { type: "boolean", default: false },
      seconds: { type: "string", default: "60" },
      rate: { type: "string", default: "10000" },
    },
  });
  const errors = await bench(Number(values.seconds), Number(values.rate), values.profile, values.json);
  process.exitCode = errors === 0 ? 0 : 1;
} catch (error) {
  console.error(`bench:symbol: ${errorText(error)}`);
  process.exitCode = 1;
}
