/** A process that sends a million frames of order entry and reads nothing, beside a client that trades. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WINDOW_COMMANDS } from "../../protocol/stream/orderEntry.ts";
import { openStream } from "../rig/streamSocket.ts";
import { makeTraders } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";
import { Client } from "./client.ts";
import { type FlooderTells, frameOf } from "./flooder.ts";
import { startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";

const FRAMES = 1_000_000;
/** Refusals before the connection is closed, and the code (docs/streams.md). */
const REFUSED_MAX = 1_000;
const CLOSE_RATE_LIMITED = 4429;
/** Orders of the other account, one after another: before the flood, and at least during it. */
const ORDERS = 150;
/** A million frames that were kept would need several hundred megabytes; garbage and a window of orders need 100. */
const GROWTH_BYTES_MAX = 192 * 1024 * 1024;
const MINUTE = 60_000;

let site: CrashSite;
let client: Client;
let flooding: Trader;
let other: Trader;

beforeAll(async () => {
  site = await startCrashSite();
  const { url, bootstrapSecret } = site.exchange;
  const traders = await makeTraders(url, bootstrapSecret, 2, { dollars: "10000000", shares: {} });
  [flooding, other] = traders as [Trader, Trader];
  client = new Client(url);
}, 2 * MINUTE);

afterAll(async () => {
  client.close();
  await site.close();
});

/** Resident bytes of the exchange; 0 where the operating system does not say. */
function residentBytes(): number {
  const file = `/proc/${site.exchange.pid()}/status`;
  if (!existsSync(file)) return 0;
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, "utf8"))?.[1] ?? 0) * 1024;
}

/** Sends a window of frames as a client that reads, and waits for the answers. */
async function fillWindow({ keyId: key, secret }: Trader): Promise<void> {
  const frames: string[] = [];
  const socket = await openStream(`${site.exchange.url}/v1/trading/stream`, (text) => frames.push(text));
  socket.send({ action: "auth", key, secret });
  await vi.waitFor(() => expect(frames[0]).toContain("authenticated"), { timeout: MINUTE / 6 });
  await socket.write(Buffer.concat(Array.from({ length: WINDOW_COMMANDS }, (_, nth) => frameOf(nth))));
  await vi.waitFor(() => expect(frames).toHaveLength(WINDOW_COMMANDS + 1), { timeout: MINUTE });
  socket.tear();
}

interface Flooder {
  readonly process: ChildProcess;
  readonly told: FlooderTells[];
  /** What it has told of this kind; rejects when its process ends without. */
  next<K extends FlooderTells["kind"]>(kind: K): Promise<Extract<FlooderTells, { readonly kind: K }>>;
}

function startFlooder({ keyId, secret }: Trader): Flooder {
  const script = fileURLToPath(new URL("flooder.ts", import.meta.url));
  const args = [site.exchange.url, keyId, secret, String(FRAMES)];
  const child = fork(script, args, { execArgv: ["--no-warnings"] });
  const told: FlooderTells[] = [];
  child.on("message", (what) => told.push(what as FlooderTells));
  return {
    process: child,
    told,
    next: (kind) =>
      vi.waitFor(
        () => {
          const found = told.find((what) => what.kind === kind);
          if (found === undefined) throw new Error(`the flooder has not told ${kind}, exit code ${child.exitCode}`);
          return found as never;
        },
        { timeout: 3 * MINUTE, interval: 20 },
      ),
  };
}

/** Places orders one after another until enough are placed; returns their latencies in milliseconds, sorted. */
async function trade(prefix: string, isEnough: (orders: number) => boolean): Promise<number[]> {
  const latencies: number[] = [];
  for (let nth = 0; !isEnough(nth); nth++) {
    const started = performance.now();
    const order = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "200" };
    await client.submit(other, { ...order, client_order_id: `${prefix}-${nth}` });
    latencies.push(performance.now() - started);
  }
  return latencies.sort((a, b) => a - b);
}

const spread = (sorted: readonly number[]): string =>
  `${sorted.length}, p50 ${sorted[sorted.length >> 1]?.toFixed(1)} ms, p99 ${sorted[Math.floor(sorted.length * 0.99)]?.toFixed(1)} ms`;

test(
  "WS-23: a client that sends a million frames and reads nothing is held at its window and closed; others trade, memory stays",
  async () => {
    // The heap of an exchange that has worked: the other account fills a window and reads its answers.
    await fillWindow(other);
    const flooder = startFlooder(flooding);
    try {
      await flooder.next("ready");
      const quiet = await trade("before", (orders) => orders === ORDERS);
      const before = residentBytes();
      let most = before;
      const watch = setInterval(() => (most = Math.max(most, residentBytes())), 50);
      flooder.process.send("flood");
      const isSent = () => flooder.told.some(({ kind }) => kind === "sent");
      const isOver = () => isSent() || flooder.process.exitCode !== null;
      let whileSending = 0;
      const during = await trade("during", (orders) => {
        if (!isOver()) whileSending = orders;
        return orders >= ORDERS && isOver();
      });
      const { sent, seconds } = await flooder.next("sent");
      const { acknowledged, refused, code } = await flooder.next("read");
      clearInterval(watch);
      const placed = await client.orders(flooding);
      const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
      console.log(`${sent} frames sent in ${seconds.toFixed(1)} s, ${placed.length} orders placed, ${acknowledged} answers and \
${refused} refusals read, closed with ${code}; resident ${megabytes(before)}, at most ${megabytes(most)}, then \
${megabytes(residentBytes())}; orders of the other account: ${spread(quiet)} before, ${spread(during)} during`);
      expect(placed.length).toBeGreaterThan(0);
      expect(placed.length).toBeLessThanOrEqual(WINDOW_COMMANDS);
      expect(acknowledged).toBeLessThanOrEqual(placed.length);
      expect(refused).toBeLessThanOrEqual(REFUSED_MAX + 1);
      expect(code).toBe(CLOSE_RATE_LIMITED);
      expect(sent).toBe(FRAMES);
      expect(whileSending).toBeGreaterThan(0);
      expect(most - before).toBeLessThan(GROWTH_BYTES_MAX);
    } finally {
      flooder.process.kill("SIGKILL");
    }
  },
  6 * MINUTE,
);
