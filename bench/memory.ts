/**
 * `npm run bench:memory [-- --json] [-- --quick]`: the memory of the objects' isolate with 1,000 awake accounts, which
 * have 100,000 orders in 20 books. The production bundles on a bare workerd, whose isolates have at most the 128 MB of
 * the platform: beyond it the process would end.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { isolateMemory } from "../dev/isolates.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { PRICE_DECIMALS, formatDecimal } from "../domain/decimal.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { ROOT, WORKER_CONFIGS } from "../test/rig/bundles.ts";
import { startExchange } from "../test/rig/exchange.ts";
import type { RiggedExchange } from "../test/rig/exchange.ts";
import { machineText } from "./report.ts";

interface Size {
  readonly accounts: number;
  readonly ordersEach: number;
  /** Until nothing is in flight any more: audit records drain. */
  readonly restSeconds: number;
}

interface Memory {
  /** Megabytes of the objects' isolate after a full collection. */
  readonly heap: number;
  readonly buffers: number;
  /** Megabytes of the whole process. */
  readonly resident: number;
}

interface Stage extends Memory {
  readonly stage: string;
  readonly accounts: number;
  readonly orders: number;
}

const FULL: Size = { accounts: 1_000, ordersEach: 100, restSeconds: 10 };
const QUICK: Size = { accounts: 50, ordersEach: 20, restSeconds: 1 };
const CONFIG = join(ROOT, "bench/accounts/wrangler.toml");
/** What the platform gives an isolate. */
const V8_FLAGS = ["--max-heap-size=128"];
/** The isolate may be busy with what the accounts have caused. */
const ANSWER_MS = 60_000;
/** Accounts of one request to the worker. */
const PER_CALL = 50;
/** Orders rest far below the market. */
const SYMBOLS = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(
  ({ symbol, referencePrice }) => ({
    symbol,
    price: formatDecimal(Math.floor(referencePrice / 200) * 100, PRICE_DECIMALS),
  }),
);

async function bench(size: Size, tell: (line: string) => void): Promise<Stage[]> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-memory-"));
  const database = await startTestDatabase();
  try {
    const configs = [CONFIG, ...WORKER_CONFIGS];
    const exchange = await startExchange({ dir, database, inspect: true, configs, v8Flags: V8_FLAGS });
    try {
      return await measure(exchange, size, tell);
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(exchange: RiggedExchange, size: Size, tell: (line: string) => void): Promise<Stage[]> {
  const stages: Stage[] = [];
  let accounts = 0;
  let orders = 0;
  const read = async (stage: string): Promise<void> => {
    const reached = { stage, accounts, orders, ...(await memoryOf(exchange)) };
    stages.push(reached);
    tell(lineOf(reached));
  };
  accounts = 1;
  orders = await fill(exchange, accounts, 1);
  await read("awake");
  for (const share of [0.25, 0.5, 0.75, 1]) {
    for (; accounts < size.accounts * share; accounts += PER_CALL)
      orders += await fill(exchange, PER_CALL, size.ordersEach);
    await read("awake");
  }
  await sleep(size.restSeconds * 1_000);
  await read("at rest");
  return stages;
}

/** Opens accounts with orders. Returns the number of orders. */
async function fill(exchange: RiggedExchange, accounts: number, ordersEach: number): Promise<number> {
  const body = JSON.stringify({ accounts, ordersEach, symbols: SYMBOLS });
  const answer = await fetch(exchange.url, { method: "POST", body });
  if (!answer.ok) throw new Error(await answer.text());
  return ((await answer.json()) as { placed: number }).placed;
}

async function memoryOf({ url, inspectorUrl, pid }: RiggedExchange): Promise<Memory> {
  let measuring = true;
  // The inspector is served only while the isolate runs.
  const requests = (async () => {
    for (; measuring; await sleep(10)) await fetch(url);
  })();
  const core = (await isolateMemory(inspectorUrl ?? "", true, ANSWER_MS)).get("exchange-core");
  measuring = false;
  await requests;
  if (core === undefined) throw new Error("the isolate of the objects does not answer");
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid()}/status`, "utf8"))?.[1];
  return { heap: core.used, buffers: core.buffers, resident: Number(resident) / 1024 };
}

function lineOf({ stage, accounts, orders, heap, buffers, resident }: Stage): string {
  const memory = `heap ${heap.toFixed(1)} MB, buffers ${buffers.toFixed(1)} MB, process ${resident.toFixed(0)} MB`;
  return `${stage}: ${accounts} accounts, ${orders} orders: ${memory}`;
}

try {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const json = values.json === true;
  if (!json) console.log(machineText());
  const stages = await bench(values.quick === true ? QUICK : FULL, (line) => {
    if (!json) console.log(line);
  });
  if (json) console.log(JSON.stringify(stages));
} catch (error) {
  console.error(`bench:memory: ${errorText(error)}`);
  process.exitCode = 1;
}
