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
  /** Longer than ten seconds: objects fall asleep, except those that reconcile just now. */
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

const FULL: Size = { accounts: 1_000, ordersEach: 100, restSeconds: 20 };
const QUICK: Size = { accounts: 50, ordersEach: 20, restSeconds: 1 };
const CONFIG = join(ROOT, "bench/accounts/wrangler.toml");
/** What the platform gives an isolate. */
const V8_FLAGS = ["--max-heap-size=128"];
const CORE = "exchange-core";
/** The isolate may be busy with what the accounts have caused. */
const ANSWER_MS = 60_000;
/** Accounts of one request to the worker. */
const PER_CALL = 10;
const PER_WAKE = 200;
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
  const ids: string[] = [];
  let orders = 0;
  const fill = async (accounts: number, ordersEach: number): Promise<void> => {
    ids.push(...(await call(exchange, { accounts, ordersEach, symbols: SYMBOLS })));
    orders += accounts * ordersEach;
  };
  const read = async (stage: string): Promise<void> => {
    const reached = { stage, accounts: ids.length, orders, ...(await memoryOf(exchange)) };
    stages.push(reached);
    tell(lineOf(reached));
  };
  await fill(1, 1);
  for (const share of [0, 0.25, 0.5, 1]) {
    while (ids.length < size.accounts * share) await fill(PER_CALL, size.ordersEach);
    // Objects without requests fall asleep after ten seconds.
    for (let i = 0; i < ids.length; i += PER_WAKE) await call(exchange, { wake: ids.slice(i, i + PER_WAKE) });
    await read("awake");
  }
  await sleep(size.restSeconds * 1_000);
  await read("asleep");
  return stages;
}

async function call({ url }: RiggedExchange, body: unknown): Promise<string[]> {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as string[];
}

async function memoryOf({ url, inspectorUrl, pid }: RiggedExchange): Promise<Memory> {
  let measuring = true;
  // The inspector is served only while the isolate runs.
  const requests = (async () => {
    for (; measuring; await sleep(10)) await fetch(url);
  })();
  const memory = await isolateMemory(inspectorUrl ?? "", true, ANSWER_MS, (name) => name === CORE);
  const core = memory.get(CORE);
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
