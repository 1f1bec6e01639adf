/**
 * `npm run bench:floor [-- --json]`: what a bare workerd needs for the hops of an order and for the operations that they
 * are made of: the bound of what the exchange can reach on this machine.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { errorText } from "../dev/failure.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { requestCosts } from "./comparison/floorTarget.ts";
import { operationCosts, startFloor } from "./floorRig.ts";

const SYMBOLS = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
const SHAPE = { accounts: 16, symbols: SYMBOLS };
const IN_FLIGHT = 64;
const GATHER_MS = 5;
const USAGE = "npm run bench:floor -- [--json]";

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { json: { type: "boolean" } } });
  const dir = mkdtempSync(join(tmpdir(), "exchange-floor-"));
  try {
    const rig = await startFloor(dir);
    try {
      const requests = await requestCosts(rig, dir, SHAPE, IN_FLIGHT, GATHER_MS);
      const operations = await operationCosts(rig);
      if (values.json === true) return console.log(JSON.stringify({ requests, operations }));
      console.log("request, 64 in flight                orders/s  CPU us  p50 ms");
      for (const { what, cost } of requests) {
        const { ordersPerSecond, cpuMsPerOrder, p50Ms } = cost;
        const figures = [ordersPerSecond.toFixed(0).padStart(8), (1000 * cpuMsPerOrder).toFixed(0).padStart(7)];
        console.log(what.padEnd(36), ...figures, p50Ms.toFixed(1).padStart(7));
      }
      console.log("\noperation                            CPU us  wall us");
      for (const { what, cpuMicroseconds, wallMicroseconds } of operations) {
        console.log(what.padEnd(36), cpuMicroseconds.toFixed(1).padStart(6), wallMicroseconds.toFixed(1).padStart(8));
      }
    } finally {
      await rig.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  console.error(`bench:floor: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
