/** The systems that `npm run bench:fanout` compares: ours, the peers of bench/peers/fanout/, and a bare workerd. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startChild } from "../dev/children.ts";
import { freePort } from "../dev/ports.ts";
import { buildBundles, ROOT, WORKER_CONFIGS } from "../test/rig/bundles.ts";
import { startExchange } from "../test/rig/exchange.ts";
import { startWorkerd } from "../test/rig/workerd.ts";
import { workerdConfig } from "../test/rig/workerdConfig.ts";
import { SYMBOLS } from "./fanout/symbols.ts";
import type { Protocol } from "./fanoutClients.ts";
import { startRedis, untilListening } from "./peers/classic/redis.ts";

export type SystemName = "exchange" | "socket.io" | "ws" | "bare" | "bare-ws";

export interface FanOutSystem {
  readonly name: SystemName;
  readonly protocol: Protocol;
  /** Where clients connect, by the number of symbols that each subscribes to. */
  url(symbols: number): string;
  /** Processes whose CPU time counts. */
  readonly pids: readonly number[];
  readonly inspectorUrl: string | null;
  stop(): Promise<void>;
}

/** The configurations of `exchange`: gateway and quotes as in production, over books that do nothing else. */
export const CONFIGS = [
  WORKER_CONFIGS[0] ?? "",
  WORKER_CONFIGS[1] ?? "",
  join(ROOT, "bench/fanout/wrangler.toml"),
] as const;
const PEERS = fileURLToPath(new URL("peers/fanout", import.meta.url));
/** The peers run here, with packages of their own. */
const INSTALLED = join(ROOT, ".cache/fanout-peers");

/** Our relays: all sockets at one. Each symbol changes once in `changeMs`. */
export async function startOurs(dir: string, inspect: boolean, changeMs = 100): Promise<FanOutSystem> {
  const database = { writerUrl: "none", fetchEndpoint: "none" };
  const vars = { RELAY_COUNT: "1", CHANGE_MS: String(changeMs) };
  const exchange = await startExchange({ dir, database, configs: CONFIGS, inspect, vars });
  return {
    name: "exchange",
    protocol: "exchange",
    url: () => `${exchange.url}/v2/iex`,
    pids: [exchange.pid()],
    inspectorUrl: exchange.inspectorUrl,
    stop: () => exchange.stop(),
  };
}

/** A bare workerd that sends frames of as many updates. */
export async function startBare(dir: string): Promise<FanOutSystem> {
  const storageDir = join(dir, "objects");
  mkdirSync(storageDir, { recursive: true });
  const bundles = await buildBundles([join(ROOT, "bench/fanout/bare/wrangler.toml")]);
  const address = `127.0.0.1:${await freePort(undefined)}`;
  const configFile = join(dir, "workerd.capnp");
  writeFileSync(configFile, workerdConfig(bundles, { configDir: dir, storageDir, address, text: {} }));
  const healthUrl = `http://${address}`;
  const logFile = join(dir, "workerd.log");
  const workerd = await startWorkerd({ configFile, logFile, healthUrl, inspectorAddress: null });
  return {
    name: "bare",
    protocol: "frames",
    url: (symbols) => `${healthUrl}/?updates=${updatesOfWindow(symbols)}`,
    pids: [workerd.pid],
    inspectorUrl: null,
    stop: () => workerd.stop(),
  };
}

/** Installs the peers' own packages when that was not done before. */
export function installPeers(): void {
  cpSync(PEERS, INSTALLED, { recursive: true });
  if (existsSync(join(INSTALLED, "node_modules/socket.io"))) return;
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: INSTALLED, stdio: "ignore" });
}

/** Plain `ws` with our conflation. */
export async function startWs(dir: string): Promise<FanOutSystem> {
  const { url, pid, stop } = await startPeer("ws.mjs", dir, {});
  return { name: "ws", protocol: "frames", url: () => url, pids: [pid], inspectorUrl: null, stop };
}

/** A bare `ws` that sends the same frames. */
export async function startBareWs(dir: string): Promise<FanOutSystem> {
  const { url, pid, stop } = await startPeer("bareWs.mjs", dir, {});
  return {
    name: "bare-ws",
    protocol: "frames",
    url: (symbols) => `${url}/?updates=${updatesOfWindow(symbols)}`,
    pids: [pid],
    inspectorUrl: null,
    stop,
  };
}

/** Of symbols that change ten times a second, those that change within a window of 75 ms. */
const updatesOfWindow = (symbols: number): number => Math.round(0.75 * symbols);

/** Socket.IO with its Redis adapter. */
export async function startSocketIo(dir: string): Promise<FanOutSystem> {
  mkdirSync(dir, { recursive: true });
  const port = await freePort(undefined);
  const redis = await startRedis(port, dir);
  try {
    const peer = await startPeer("socketio.mjs", dir, { PEER_REDIS_PORT: String(port) });
    return {
      name: "socket.io",
      protocol: "socket.io",
      url: () => `${peer.url}/socket.io/?EIO=4&transport=websocket`,
      pids: [peer.pid, redis.pid],
      inspectorUrl: null,
      stop: async () => {
        await peer.stop();
        await redis.stop();
      },
    };
  } catch (error) {
    await redis.stop();
    throw error;
  }
}

async function startPeer(
  script: string,
  dir: string,
  variables: Record<string, string>,
): Promise<{ url: string; pid: number; stop: () => Promise<void> }> {
  mkdirSync(dir, { recursive: true });
  const port = await freePort(undefined);
  const logFile = join(dir, "peer.log");
  const own = { ...variables, PEER_PORT: String(port), PEER_SYMBOLS: SYMBOLS.join(",") };
  const child = await startChild({
    name: script,
    command: process.execPath,
    args: [join(INSTALLED, script)],
    env: { ...process.env, ...own, NODE_ENV: "production" },
    cwd: dir,
    logFile,
    stopSignal: "SIGTERM",
  });
  await untilListening(child, port, logFile);
  return { url: `http://127.0.0.1:${port}`, pid: child.pid, stop: () => child.stop() };
}
