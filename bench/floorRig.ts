/** The bare workerd of bench/floor/, and what the operations of an order cost in it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { freePort } from "../dev/ports.ts";
import { ROOT, buildBundles } from "../test/rig/bundles.ts";
import { startWorkerd } from "../test/rig/workerd.ts";
import { workerdConfig } from "../test/rig/workerdConfig.ts";
import { cpuSince, cpuTime } from "./processCpu.ts";

export interface FloorRig {
  readonly url: string;
  readonly pid: number;
  readonly storageDir: string;
  stop(): Promise<void>;
}

/** Starts it; `dir` holds configuration, log and the objects' files. */
export async function startFloor(dir: string): Promise<FloorRig> {
  const storageDir = join(dir, "objects");
  mkdirSync(storageDir, { recursive: true });
  const [bundle] = await buildBundles([join(ROOT, "bench/floor/wrangler.toml")]);
  if (bundle === undefined) throw new Error("no bundle of the floor");
  // An isolate for the gateway and one for the objects, as in the exchange.
  const gateway = { ...bundle, config: { ...bundle.config, exports: {} } };
  const core = { ...bundle, name: "floor-core" };
  const address = `127.0.0.1:${await freePort(undefined)}`;
  const configFile = join(dir, "workerd.capnp");
  writeFileSync(configFile, workerdConfig([gateway, core], { configDir: dir, storageDir, address, text: {} }));
  const url = `http://${address}`;
  const logFile = join(dir, "workerd.log");
  const workerd = await startWorkerd({ configFile, logFile, healthUrl: url, inspectorAddress: null });
  return { url, pid: workerd.pid, storageDir, stop: () => workerd.stop() };
}

export interface OperationCost {
  readonly what: string;
  readonly cpuMicroseconds: number;
  readonly wallMicroseconds: number;
}

const IN_OBJECT: readonly (readonly [what: string, count: number])[] = [
  ["commit", 4_000],
  ["commit of 3 rows", 4_000],
  ["select of a row", 40_000],
  ["setAlarm", 4_000],
  ["setTimeout that fires", 4_000],
  ["setTimeout that is cleared", 100_000],
  ["console.log", 40_000],
  ["JSON of an order", 100_000],
  ["SHA-256 of a row", 20_000],
];
const ARGUMENTS = ["nothing", "object", "buffer"];
/** Calls of one request, fewer than its limit of subrequests. */
const CALLS = 900;
const ROUNDS = 10;
const FRAMES = 20_000;
const FRAMES_IN_FLIGHT = 32;

/** Measures each operation alone, one after the other. */
export async function operationCosts(rig: FloorRig): Promise<OperationCost[]> {
  const costs: OperationCost[] = [];
  for (const [what, count] of IN_OBJECT) {
    const path = `/repeat/object/${encodeURIComponent(what)}`;
    costs.push(await costOf(rig, what, count, () => post(`${rig.url}${path}/${count}`)));
  }
  for (const argument of ARGUMENTS) {
    for (const [from, path] of [
      ["gateway", "calls"],
      ["object", "call"],
    ]) {
      const run = async (): Promise<void> => {
        for (let i = 0; i < ROUNDS; i++) await post(`${rig.url}/repeat/${path}/${argument}/${CALLS}`);
      };
      costs.push(await costOf(rig, `RPC of the ${from}: ${argument}`, ROUNDS * CALLS, run));
    }
  }
  costs.push(await costOf(rig, "frame to an object and back", FRAMES, () => frames(rig.url)));
  return costs;
}

async function costOf(rig: FloorRig, what: string, count: number, run: () => Promise<void>): Promise<OperationCost> {
  const before = cpuTime(rig.pid);
  const started = performance.now();
  await run();
  const wallMs = performance.now() - started;
  const cpu = cpuSince(rig.pid, before);
  return { what, cpuMicroseconds: (1000 * cpu.totalMs) / count, wallMicroseconds: (1000 * wallMs) / count };
}

async function post(url: string): Promise<void> {
  const response = await fetch(url, { method: "POST" });
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
}

async function frames(url: string): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`);
  await once(socket, "open");
  const frame = new Uint8Array(200);
  let [sent, received] = [0, 0];
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const send = (): void => {
    if (sent++ < FRAMES) socket.send(frame);
  };
  socket.addEventListener("message", () => {
    if (++received === FRAMES) resolve();
    else send();
  });
  socket.addEventListener("close", () => reject(new Error("the socket was closed")));
  for (let i = 0; i < FRAMES_IN_FLIGHT; i++) send();
  await done;
  socket.close();
}
