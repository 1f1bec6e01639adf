/** A client of order entry that sends a million frames and reads nothing, beside one that trades. */
import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WINDOW_COMMANDS } from "../../protocol/stream/orderEntry.ts";
import { openStream, textFrame } from "../rig/streamSocket.ts";
import type { StreamSocket } from "../rig/streamSocket.ts";
import { makeTraders } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";
import { Client } from "./client.ts";
import { startCrashSite } from "./setup.ts";
import type { CrashSite } from "./setup.ts";

const FRAMES = 1_000_000;
const FRAMES_A_WRITE = 500;
/** Orders of the other account, one after another. */
const ORDERS = 150;
/** A million frames that were kept would need several hundred megabytes; garbage and a window of orders need 100. */
const GROWTH_BYTES_MAX = 192 * 1024 * 1024;
const MINUTE = 60_000;

let site: CrashSite;
let client: Client;
let traders: Trader[];

beforeAll(async () => {
  site = await startCrashSite();
  const { url, bootstrapSecret } = site.exchange;
  traders = await makeTraders(url, bootstrapSecret, 2, { dollars: "10000000", shares: {} });
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
async function fillWindow(trader: Trader): Promise<void> {
  let answers = 0;
  const socket = await connected(trader, () => answers++);
  await socket.write(Buffer.concat(Array.from({ length: WINDOW_COMMANDS }, (_, nth) => frameOf(nth))));
  await vi.waitFor(() => expect(answers).toBe(WINDOW_COMMANDS + 1), { timeout: MINUTE });
  socket.tear();
}

async function connected({ keyId: key, secret }: Trader, onFrame = (): unknown => null): Promise<StreamSocket> {
  let welcome = "";
  const socket = await openStream(`${site.exchange.url}/v1/trading/stream`, (text) => {
    welcome ||= text;
    onFrame();
  });
  socket.send({ action: "auth", key, secret });
  await vi.waitFor(() => expect(welcome).toContain("authenticated"), { timeout: MINUTE / 6 });
  return socket;
}

const frameOf = (nth: number): Buffer => {
  const order = { symbol: "F", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "9" };
  return textFrame(JSON.stringify({ action: "orders", id: `f${nth}`, commands: [{ action: "place", ...order }] }));
};

/** Sends frames of one order each until the connection ends or all are sent. Returns how many the network took. */
async function flood(socket: StreamSocket, isOver: () => boolean): Promise<number> {
  socket.pause();
  let sent = 0;
  while (sent < FRAMES && !isOver()) {
    const frames = Array.from({ length: FRAMES_A_WRITE }, (_, nth) => frameOf(sent + nth));
    await Promise.race([socket.write(Buffer.concat(frames)), socket.ended, blocked(isOver)]);
    sent += FRAMES_A_WRITE;
  }
  return sent;
}

/** Resolves when the run is over: a connection whose frames nobody reads takes no more of them. */
function blocked(isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const check = setInterval(() => {
      if (!isOver()) return;
      clearInterval(check);
      resolve();
    }, 50);
  });
}

/** Places orders one after another, and returns their latencies in milliseconds, sorted. */
async function trade(prefix: string): Promise<number[]> {
  const [, other] = traders;
  const latencies: number[] = [];
  for (let nth = 0; nth < ORDERS; nth++) {
    const started = performance.now();
    const order = { symbol: "AAPL", side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "200" };
    await client.submit(other as Trader, { ...order, client_order_id: `${prefix}-${nth}` });
    latencies.push(performance.now() - started);
  }
  return latencies.sort((a, b) => a - b);
}

const spread = (sorted: readonly number[]): string =>
  `p50 ${sorted[sorted.length >> 1]?.toFixed(1)} ms, p99 ${sorted[Math.floor(sorted.length * 0.99)]?.toFixed(1)} ms`;

test(
  "WS-23: a client that sends a million frames and reads nothing is held at its window; others trade, and memory stays",
  async () => {
    const [flooder, other] = traders;
    // The heap of an exchange that has worked: the other account fills a window and reads its answers.
    await fillWindow(other as Trader);
    const socket = await connected(flooder as Trader);
    const quiet = await trade("before");
    const before = residentBytes();
    let over = false;
    let most = before;
    const watch = setInterval(() => (most = Math.max(most, residentBytes())), 50);
    const flooding = flood(socket, () => over);
    const during = await trade("during");
    over = true;
    const sent = await flooding;
    socket.tear();
    clearInterval(watch);
    const placed = await client.orders(flooder as Trader);
    const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(0)} MB`;
    console.log(`${sent} frames sent, ${placed.length} orders placed; resident ${megabytes(before)}, at most \
${megabytes(most)}, then ${megabytes(residentBytes())}; the other account's orders: ${spread(quiet)} before, \
${spread(during)} during`);
    expect(placed.length).toBeGreaterThan(0);
    expect(placed.length).toBeLessThanOrEqual(WINDOW_COMMANDS);
    expect(most - before).toBeLessThan(GROWTH_BYTES_MAX);
  },
  3 * MINUTE,
);
