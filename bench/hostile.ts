/**
 * `npm run bench:hostile [-- --json] [-- --seconds N] [-- --rounds N] [-- --only NAME,…]`: what clients that harm cost
 * others: the latency of another trader's orders with and without them, in one run by alternation, and the memory and
 * CPU time of the exchange, a bare workerd. The clients are a process of their own.
 */
import { fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { setPriority, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { startExchange } from "../test/rig/exchange.ts";
import type { RiggedExchange } from "../test/rig/exchange.ts";
import { makeTraders } from "../test/rig/traders.ts";
import type { Trader } from "../test/rig/traders.ts";
import type { Attack, HostileRequest, HostileResult } from "./hostileClients.ts";
import { quantile } from "./load.ts";
import { OrderSocket } from "./orderSockets.ts";
import { cpuTime } from "./processCpu.ts";
import { machineText, median } from "./report.ts";

const ATTACKS: Readonly<Record<Attack, string>> = {
  "never-reads": "100 sockets of an account subscribe to all trades and quotes and read nothing",
  "never-reads-credit": "the same, having offered credit",
  subscribes: "16 sockets subscribe and unsubscribe without end, with a cursor",
  "wrong-keys": "1,000 clients of one network reconnect with wrong keys",
  "wrong-keys-networks": "1,000 clients, each of its own network, reconnect with wrong keys",
};
const SYMBOLS = ["AAPL", "MSFT", "NVDA", "AMZN", "GOOGL", "META", "TSLA", "AMD", "INTC", "NFLX"];
/** Quotes of each symbol change this often, and the measured trader places an order. */
const QUOTE_MS = 200;
const ORDER_MS = 20;
const SETTLE_MS = 1_000;
/** Before an attack is measured: its clients connect all at once, and then only again and again. */
const ATTACK_SETTLE_MS = 5_000;

/** One phase: latencies of orders, and the exchange's process. */
interface Phase {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly cpuMsPerSecond: number;
  readonly residentMb: number;
}

interface Comparison {
  readonly attack: Attack;
  readonly undisturbed: Phase;
  readonly attacked: Phase;
  /** Of the p95 of orders, attacked to undisturbed: the median of the rounds, and that of the best of each. */
  readonly ratio: number;
  readonly bestRatio: number;
  /** Resident memory at the end of each phase: undisturbed, attacked, and so on. */
  readonly residentMb: readonly number[];
  readonly clients: HostileResult;
}

const limitOrder = (symbol: string, price: string, id: string): string =>
  `{"action":"place","symbol":"${symbol}","side":"buy","type":"limit","qty":"1","time_in_force":"gtc",` +
  `"limit_price":"${price}","client_order_id":"${id}"}`;
const cancelOf = (id: string): string => `{"action":"cancel","client_order_id":"${id}"}`;

/** Changes the quote of each symbol, so that there is something to send. */
async function quote(socket: OrderSocket, until: () => boolean): Promise<void> {
  for (let nth = 0; !until(); nth++) {
    const commands = SYMBOLS.flatMap((symbol) => [
      ...(nth === 0 ? [] : [cancelOf(`q-${symbol}-${nth - 1}`)]),
      limitOrder(symbol, `${10 + (nth % 2)}`, `q-${symbol}-${nth}`),
    ]);
    await Promise.all([socket.send(commands), sleep(QUOTE_MS)]);
  }
}

/** Places an order and cancels the one before, at fixed times, for `seconds`. The latencies in milliseconds, sorted. */
async function latencies(socket: OrderSocket, name: string, seconds: number): Promise<Float64Array> {
  const taken: number[] = [];
  const asked: Promise<void>[] = [];
  const begun = performance.now();
  for (let nth = 0; nth * ORDER_MS < seconds * 1_000; nth++) {
    const due = begun + nth * ORDER_MS;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    const commands = [limitOrder("JPM", "5", `${name}-${nth}`), ...(nth === 0 ? [] : [cancelOf(`${name}-${nth - 1}`)])];
    asked.push(socket.send(commands).then(() => void taken.push(performance.now() - due)));
  }
  await Promise.all(asked);
  return Float64Array.from(taken).sort();
}

function residentMb(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Math.round(Number(kilobytes) / 1_024);
}

async function phase(exchange: RiggedExchange, socket: OrderSocket, name: string, seconds: number): Promise<Phase> {
  const pid = exchange.pid();
  const before = cpuTime(pid).totalMs;
  const sorted = await latencies(socket, name, seconds);
  const cpu = cpuTime(pid).totalMs - before;
  return {
    p50Ms: quantile(sorted, 0.5),
    p95Ms: quantile(sorted, 0.95),
    cpuMsPerSecond: cpu / seconds,
    residentMb: residentMb(pid),
  };
}

function middle(phases: readonly Phase[]): Phase {
  const of = (field: keyof Phase): number => median(phases.map((each) => each[field]));
  return { p50Ms: of("p50Ms"), p95Ms: of("p95Ms"), cpuMsPerSecond: of("cpuMsPerSecond"), residentMb: of("residentMb") };
}

/** The lowest p95: what else runs on the machine only adds to it. */
const best = (phases: readonly Phase[]): number => Math.min(...phases.map(({ p95Ms }) => p95Ms));

/** The process of the clients. */
function startClients(): { start(request: HostileRequest): void; stop(): Promise<HostileResult>; end(): void } {
  const child = fork(fileURLToPath(new URL("hostileClients.ts", import.meta.url)), { execArgv: ["--no-warnings"] });
  // Their own CPU time is to take none from the exchange: they would have machines of their own.
  if (child.pid !== undefined) setPriority(child.pid, 15);
  return {
    start: (request) => void child.send(request),
    stop: () =>
      new Promise((resolve) => {
        child.once("message", (result) => resolve(result as HostileResult));
        child.send({ kind: "stop" } satisfies HostileRequest);
      }),
    end: () => void child.kill(),
  };
}

async function compare(
  exchange: RiggedExchange,
  attack: Attack,
  socket: OrderSocket,
  attacker: Trader,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<Comparison> {
  const clients = startClients();
  const [quiet, attacked]: [Phase[], Phase[]] = [[], []];
  let sum: HostileResult = { connections: 0, frames: 0, refused: 0, closed: 0 };
  for (let round = 0; round < rounds; round++) {
    await sleep(SETTLE_MS);
    quiet.push(await phase(exchange, socket, `${attack}-${round}-u`, seconds));
    clients.start({ kind: "start", attack, url: exchange.url, key: attacker });
    await sleep(ATTACK_SETTLE_MS);
    attacked.push(await phase(exchange, socket, `${attack}-${round}-a`, seconds));
    const done = await clients.stop();
    sum = {
      connections: sum.connections + done.connections,
      frames: sum.frames + done.frames,
      refused: sum.refused + done.refused,
      closed: sum.closed + done.closed,
    };
  }
  clients.end();
  const ratio = median(attacked.map(({ p95Ms }, nth) => p95Ms / (quiet[nth]?.p95Ms ?? Number.NaN)));
  return {
    attack,
    undisturbed: middle(quiet),
    attacked: middle(attacked),
    ratio,
    bestRatio: best(attacked) / best(quiet),
    residentMb: attacked.flatMap((each, nth) => [quiet[nth]?.residentMb ?? Number.NaN, each.residentMb]),
    clients: sum,
  };
}

function print({ attack, undisturbed, attacked, ratio, bestRatio, residentMb: memory, clients }: Comparison): void {
  const line = (name: string, { p50Ms, p95Ms, cpuMsPerSecond }: Phase): string =>
    `  ${name.padEnd(12)} orders p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms; CPU ${cpuMsPerSecond.toFixed(0)} ms a second`;
  console.log(`\n${attack}: ${ATTACKS[attack]}`);
  console.log(line("undisturbed", undisturbed));
  console.log(line("attacked", attacked));
  console.log(
    `  p95 ratio ${ratio.toFixed(2)}, of the best rounds ${bestRatio.toFixed(2)}; resident MB after each phase: ${memory.join(", ")}`,
  );
  console.log(`  clients: ${JSON.stringify(clients)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean", default: false },
      seconds: { type: "string", default: "5" },
      rounds: { type: "string", default: "3" },
      only: { type: "string", default: Object.keys(ATTACKS).join(",") },
    },
  });
  const pace = { rounds: Number(values.rounds), seconds: Number(values.seconds) };
  const attacks = values.only.split(",").filter((name): name is Attack => Object.hasOwn(ATTACKS, name));
  const dir = mkdtempSync(join(tmpdir(), "exchange-hostile-"));
  const database = await startTestDatabase();
  const exchange = await startExchange({ dir, database });
  let over = false;
  try {
    const [trader, maker, attacker] = await makeTraders(exchange.url, exchange.bootstrapSecret, 3, {
      dollars: "10000000",
      shares: {},
    });
    if (trader === undefined || maker === undefined || attacker === undefined) throw new Error("no traders");
    const [socket, quotes] = [
      await OrderSocket.open(exchange.url, trader),
      await OrderSocket.open(exchange.url, maker),
    ];
    const quoting = quote(quotes, () => over);
    await latencies(socket, "warm-up", 2);
    if (!values.json) console.log(`${machineText()}; ${pace.rounds} rounds of ${pace.seconds} s`);
    for (const attack of attacks) {
      const result = await compare(exchange, attack, socket, attacker, pace);
      if (values.json) console.log(JSON.stringify(result));
      else print(result);
    }
    over = true;
    await quoting;
    for (const each of [socket, quotes]) each.close();
  } finally {
    over = true;
    await exchange.stop();
    await database.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(errorText(error));
  process.exitCode = 1;
});
