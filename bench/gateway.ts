/**
 * `npm run bench:gateway [-- --functions] [-- --json]`: CPU time of an order in the gateway alone, over objects that
 * answer at once. `--functions` lists the functions that need it. `npm run bench:floor` (http, rpc) has the part that a
 * bare workerd needs for the same hops.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { httpClient } from "../dev/http.ts";
import { newKeyId, newSecret } from "../protocol/ids/loginRoute.ts";
import { buildBundles, ROOT, WORKER_CONFIGS } from "../test/rig/bundles.ts";
import { type RiggedExchange, startExchange } from "../test/rig/exchange.ts";
import { functionTimes } from "./functionTimes.ts";
import { profileDuring } from "./inspector.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";
import { median } from "./report.ts";
import { sourcesOf } from "./sources.ts";

const IN_FLIGHT = 16;
const WARM_UP = 4_000;
const ORDERS = 3_000;
const ROUNDS = 5;
const FUNCTIONS = 40;
const ANSWER_MS = 20_000;
const CONFIGS = [WORKER_CONFIGS[0] ?? "", WORKER_CONFIGS[1] ?? "", join(ROOT, "bench/gateway/wrangler.toml")];
const NO_DATABASE = { writerUrl: "none", fetchEndpoint: "none" };
const USAGE = "npm run bench:gateway -- [--functions] [--json]";

const ORDER = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "day", qty: "3", limit_price: "100.25" };

/** Sends so many orders, a constant number of them concurrently. Throws when one is not accepted. */
async function place(exchange: RiggedExchange, orders: number): Promise<void> {
  const http = httpClient(exchange.url, IN_FLIGHT, ANSWER_MS);
  const headers = { "APCA-API-KEY-ID": newKeyId("A".repeat(20)), "APCA-API-SECRET-KEY": newSecret() };
  let left = orders;
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, body } = await http.request("POST", "/v2/orders", headers, ORDER);
      if (status !== 200) throw new Error(`${status} instead of 200: ${JSON.stringify(body)}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: IN_FLIGHT }, client));
  } finally {
    http.close();
  }
}

/** CPU milliseconds of the process an order: of HTTP, the gateway and one call of an object. */
async function cost(exchange: RiggedExchange): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = cpuTime(exchange.pid());
    await place(exchange, ORDERS);
    rounds.push(cpuSince(exchange.pid(), before).totalMs / ORDERS);
  }
  return median(rounds);
}

async function printFunctions(exchange: RiggedExchange): Promise<void> {
  if (exchange.inspectorUrl === null) throw new Error("the inspector is closed");
  const profiles = await profileDuring(exchange.inspectorUrl, () => place(exchange, ORDERS));
  const [gateway] = await buildBundles(CONFIGS);
  const profile = gateway === undefined ? undefined : profiles.get(gateway.name);
  if (gateway === undefined || profile === undefined) throw new Error("no profile of the gateway");
  console.log("\n self us  total us  function");
  for (const { name, selfMs, totalMs } of functionTimes(profile, sourcesOf(gateway)).slice(0, FUNCTIONS)) {
    console.log(`${microseconds(selfMs, 8)} ${microseconds(totalMs, 9)}  ${name}`);
  }
}

function microseconds(ms: number, width: number): string {
  return ((1_000 * ms) / ORDERS).toFixed(1).padStart(width);
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { functions: { type: "boolean" }, json: { type: "boolean" } } });
  const dir = mkdtempSync(join(tmpdir(), "exchange-gateway-"));
  try {
    const inspect = values.functions === true;
    const exchange = await startExchange({ dir, database: NO_DATABASE, configs: CONFIGS, inspect });
    try {
      await place(exchange, WARM_UP);
      const cpuMsPerOrder = await cost(exchange);
      if (values.json === true) console.log(JSON.stringify({ cpuMsPerOrder }));
      else console.log(`an order needs ${cpuMsPerOrder.toFixed(3)} ms of CPU: HTTP, gateway, one call of an object`);
      if (inspect) await printFunctions(exchange);
    } finally {
      await exchange.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench:gateway: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
