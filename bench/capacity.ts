/**
 * `npm run bench:capacity [-- --json]`: what one symbol, one pair of accounts and one market maker take on one thread,
 * with CPU time by hop and commits by object class: the figures of docs/capacity.md.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { startExchange } from "../test/rig/exchange.ts";
import type { RiggedExchange } from "../test/rig/exchange.ts";
import { makeTraders } from "../test/rig/traders.ts";
import type { Trader } from "../test/rig/traders.ts";
import type { Hop } from "./attribution.ts";
import { commitsPerOrder, countCommits } from "./commits.ts";
import { profileDuring } from "./inspector.ts";
import { exchangeOrders, startGenerator } from "./load.ts";
import type { Generator } from "./load.ts";
import { quoteFor } from "./makerQuotes.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { hopShares, profiledWorkers } from "./profiledHops.ts";
import { machineText } from "./report.ts";

const SECONDS = 5;
const WARM_UP_SECONDS = 2;
const ACCOUNTS = 16;
const SYMBOLS = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
/** Concurrent requests by the orders in each. */
const IN_FLIGHT: Readonly<Record<number, number>> = { 1: 64, 10: 64, 100: 16 };
const FUNDS = 10_000_000;
const SHARES = "100000";

interface Load {
  readonly name: string;
  /** Runs for some seconds and resolves to the number of commands that were acknowledged. */
  readonly run: (seconds: number) => Promise<number>;
}

interface Capacity {
  readonly load: string;
  readonly commandsPerSecond: number;
  readonly cpuMsPerCommand: number;
  readonly cpuMsByHop: Readonly<Partial<Record<Hop | "runtime", number>>>;
  readonly commitsPerCommand: Readonly<Record<string, number>>;
}

const HOPS: readonly (Hop | "runtime")[] = [
  "gateway",
  "account",
  "book",
  "kernel",
  "storage",
  "audit",
  "engine",
  "runtime",
];

function loadsOf(url: string, traders: readonly Trader[], generator: Generator): Load[] {
  const shapes = [
    ["16 accounts, 20 symbols", { accounts: ACCOUNTS, symbols: SYMBOLS }],
    ["16 accounts, 1 symbol", { accounts: ACCOUNTS, symbols: SYMBOLS.slice(0, 1) }],
    ["2 accounts, 20 symbols", { accounts: 2, symbols: SYMBOLS }],
  ] as const;
  const flows = shapes.flatMap(([name, shape]) =>
    [1, 100].map((batch): Load => ({
      name: `${name}, ${batch === 1 ? "single" : `batches of ${batch}`}`,
      run: async (seconds) => {
        const pace = { kind: "closed", inFlight: IN_FLIGHT[batch] ?? 1 } as const;
        const result = await generator.run({ ...shape, seconds, batch, pace });
        if (result.errorCount > 0) throw new Error(result.errors.join("; "));
        return result.orders + result.cancels;
      },
    })),
  );
  const maker = traders[0];
  if (maker === undefined) throw new Error("no trader");
  const quotes: Load = {
    name: "1 market maker, 20 symbols, replaces in batches of 40",
    run: (seconds) => quoteFor(url, maker, SYMBOLS, seconds),
  };
  return [...flows, quotes];
}

async function measure(exchange: RiggedExchange, { name, run }: Load): Promise<Capacity> {
  await run(WARM_UP_SECONDS);
  const commitsBefore = countCommits(exchange.storageDir);
  const cpuBefore = cpuTime(exchange.pid());
  const started = performance.now();
  const commands = await run(SECONDS);
  const seconds = (performance.now() - started) / 1000;
  const cpuMs = cpuSince(exchange.pid(), cpuBefore).totalMs;
  const commits = commitsPerOrder(exchange.storageDir, commitsBefore, commands);
  if (exchange.inspectorUrl === null) throw new Error("the inspector is closed");
  const profiledBefore = cpuTime(exchange.pid());
  const profiles = await profileDuring(exchange.inspectorUrl, () => run(SECONDS));
  const profiledMs = cpuSince(exchange.pid(), profiledBefore).totalMs;
  const shares = hopShares(await profiledWorkers(profiles), profiledMs);
  return {
    load: name,
    commandsPerSecond: commands / seconds,
    cpuMsPerCommand: cpuMs / commands,
    cpuMsByHop: Object.fromEntries(shares.map(([hop, share]) => [hop, (share * cpuMs) / commands])),
    commitsPerCommand: Object.fromEntries(Object.entries(commits).filter(([, count]) => count >= 0.001)),
  };
}

async function bench(tell: (line: string) => void): Promise<Capacity[]> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-capacity-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, inspect: true });
    try {
      tell(`making ${ACCOUNTS} funded accounts`);
      const shares = Object.fromEntries(SYMBOLS.map((symbol) => [symbol, SHARES]));
      const funds = { dollars: String(FUNDS), shares };
      const traders = await makeTraders(exchange.url, exchange.bootstrapSecret, ACCOUNTS, funds);
      const generator = startGenerator(exchangeOrders(exchange.url, traders));
      try {
        const capacities: Capacity[] = [];
        for (const load of loadsOf(exchange.url, traders, generator)) {
          tell(load.name);
          capacities.push(await measure(exchange, load));
        }
        return capacities;
      } finally {
        await generator.close();
      }
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

function print(capacities: readonly Capacity[]): void {
  console.log(`Commands (orders, cancels, replaces) on one thread, ${machineText()}; CPU in microseconds a command\n`);
  console.log(`per second  CPU us  ${HOPS.map((hop) => hop.padStart(8)).join("")}  commits by class`);
  for (const { load, commandsPerSecond, cpuMsPerCommand, cpuMsByHop, commitsPerCommand } of capacities) {
    const hops = HOPS.map((hop) => (1000 * (cpuMsByHop[hop] ?? 0)).toFixed(0).padStart(8)).join("");
    const commits = Object.entries(commitsPerCommand).map(([name, count]) => `${name} ${count.toFixed(3)}`);
    const rate = `${commandsPerSecond.toFixed(0).padStart(10)}  ${(1000 * cpuMsPerCommand).toFixed(0).padStart(6)}`;
    console.log(`${load}\n${rate}  ${hops}  ${commits.join(", ")}`);
  }
}

const USAGE = "npm run bench:capacity -- [--json]";

try {
  const { values } = parseArgs({ options: { json: { type: "boolean" } } });
  const json = values.json === true;
  const capacities = await bench((line) => {
    if (!json) console.error(line);
  });
  if (json) for (const capacity of capacities) console.log(JSON.stringify(capacity));
  else print(capacities);
} catch (error) {
  console.error(`bench:capacity: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
