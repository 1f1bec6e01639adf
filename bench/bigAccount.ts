/**
 * `npm run bench:accounts [-- --json] [-- --quick]`: an account with 100,000 closed orders, 20,000 lots, 1,000 positions
 * and 10,000 open orders. Measured from outside: its wake-up after a restart of the process, pages of what it has
 * recorded, and what the gateway computes of it with the books of all positions. The production bundles on a bare workerd.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { exchangeApi } from "../dev/api.ts";
import type { Key } from "../dev/credentials.ts";
import { errorText } from "../dev/failure.ts";
import { startTestDatabase } from "../dev/testing.ts";
import { INSTRUMENTS } from "../domain/market/listing.ts";
import { ROOT, WORKER_CONFIGS } from "../test/rig/bundles.ts";
import { startExchange, type RiggedExchange } from "../test/rig/exchange.ts";
import { openStream } from "../test/rig/streamSocket.ts";
import { ADMIN, PASSWORD } from "../test/rig/traders.ts";
import { fillAccount, type Trading } from "./accountFile.ts";
import { machineText } from "./report.ts";

interface Size extends Omit<Trading, "symbols"> {
  readonly positions: number;
  readonly openOrders: number;
  readonly restarts: number;
  readonly repeats: number;
  /** Wake-ups while a socket listens. */
  readonly listening: number;
}

const FULL: Size = {
  positions: 1_000,
  buysEach: 60,
  salesEach: 40,
  days: 250,
  openOrders: 10_000,
  restarts: 5,
  repeats: 20,
  listening: 1,
};
const QUICK: Size = { ...FULL, positions: 60, openOrders: 600, restarts: 2, repeats: 5 };

const CONFIG = join(ROOT, "bench/accounts/wrangler.toml");
const SEEDED = INSTRUMENTS.filter(({ assetClass }) => assetClass === "us_equity").map(({ symbol }) => symbol);
const PER_BATCH = 100;
const LISTED_AT_ONCE = 16;

/** Milliseconds: the middle one and the longest of some. */
interface Times {
  readonly what: string;
  readonly middle: number;
  readonly longest: number;
}

interface Report {
  readonly machine: string;
  readonly positions: number;
  readonly lots: number;
  readonly closedOrders: number;
  readonly openOrders: number;
  readonly snapshotBytes: number;
  readonly times: readonly Times[];
}

type Tell = (line: string) => void;

async function bench(size: Size, tell: Tell): Promise<Report> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-account-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, configs: [CONFIG, ...WORKER_CONFIGS] });
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

interface Owner {
  readonly key: Key;
  readonly accountId: string;
  /** An account with nothing in it. */
  readonly emptyId: string;
}

async function measure(exchange: RiggedExchange, size: Size, tell: Tell): Promise<Report> {
  const symbols = symbolsOf(size.positions);
  tell(`listing ${symbols.length} symbols`);
  const owner = await prepare(exchange, symbols);
  const { accountId, emptyId } = owner;
  await exchange.kill();
  tell(`writing ${(size.buysEach + size.salesEach) * symbols.length} orders`);
  const snapshotBytes = fillAccount(exchange.storageDir, accountId, { ...size, symbols });
  await exchange.restart();
  tell(`placing ${size.openOrders} orders that rest`);
  await placeOrders(exchange, accountId, symbols, size.openOrders);

  const times: Times[] = [];
  const add = (what: string, all: readonly number[]): void => {
    const sorted = all.toSorted((a, b) => a - b);
    times.push({ what, middle: sorted[sorted.length >>> 1] ?? 0, longest: sorted.at(-1) ?? 0 });
    tell(lineOf(times.at(-1)));
  };
  const call = (id: string, method: string, ...args: unknown[]) => callAccount(exchange, id, method, args);
  const wakes: number[] = [];
  for (let restart = 0; restart < size.restarts; restart++) {
    await exchange.kill();
    await exchange.restart();
    // The isolates run, and the code of a summary is compiled.
    for (let ping = 0; ping < 5; ping++) await call(emptyId, "summary");
    const first = await timed(() => call(accountId, "summary"));
    const next = await timed(() => call(accountId, "summary"));
    wakes.push(first - next);
  }
  add("wake-up", wakes);
  add("wake-up while a socket listens to balances", await wakesBesideListener(exchange, owner, size.listening));
  const pings: number[] = [];
  for (let ping = 0; ping < size.repeats; ping++) pings.push(await timed(() => call(emptyId, "summary")));
  const ping = pings.toSorted((a, b) => a - b)[pings.length >>> 1] ?? 0;
  for (const [what, method, ...args] of pagesOf(symbols)) {
    const all: number[] = [];
    for (let nth = 0; nth < size.repeats; nth++) all.push((await timed(() => call(accountId, method, ...args))) - ping);
    add(what, all);
  }
  for (const [what, path] of PATHS) {
    const all: number[] = [];
    for (let nth = 0; nth < size.restarts; nth++) {
      // The prices of the request before are forgotten.
      await sleep(1_050);
      all.push(await timed(() => get(exchange, path, owner.key)));
    }
    add(what, all);
  }
  await exchange.kill();
  await exchange.restart();
  await get(exchange, "/v2/clock", owner.key);
  await call(accountId, "summary");
  add("explain, every book asleep, no close known", [
    await timed(() => get(exchange, "/v1/portfolio/explain?figure=equity", owner.key)),
  ]);
  const lots = (size.buysEach - size.salesEach) * symbols.length;
  const closedOrders = (size.buysEach + size.salesEach) * symbols.length;
  const { openOrders } = size;
  return { machine: machineText(), positions: symbols.length, lots, closedOrders, openOrders, snapshotBytes, times };
}

/** An idle object sleeps after ten seconds. */
const ASLEEP_MS = 15_000;

/** How long an account needs to wake up that nobody has called while a socket listens to its balances and positions. */
async function wakesBesideListener(
  exchange: RiggedExchange,
  { key, accountId }: Owner,
  times: number,
): Promise<number[]> {
  let listening = (): void => undefined;
  const heard = new Promise<void>((resolve) => (listening = resolve));
  const socket = await openStream(`${exchange.url}/stream`, (text) => {
    if (text.includes('"listening"') && text.includes("position_updates")) listening();
  });
  socket.send({ action: "auth", key: key.keyId, secret: key.secret });
  socket.send({ action: "listen", data: { streams: ["account_updates", "position_updates"] } });
  await heard;
  const wakes: number[] = [];
  const summary = () => callAccount(exchange, accountId, "summary", []);
  for (let nth = 0; nth < times; nth++) {
    await sleep(ASLEEP_MS);
    const first = await timed(summary);
    wakes.push(first - (await timed(summary)));
  }
  socket.close();
  return wakes;
}

const NO_FILTER = { after: null, until: null, symbols: null, side: null, afterOrderId: null, beforeOrderId: null };

/** Pages of an account: what, its method and arguments. */
function pagesOf([symbol = ""]: readonly string[]): [what: string, method: string, ...args: unknown[]][] {
  const orders = { ...NO_FILTER, direction: "desc", limit: 500 };
  const times = { afterMicros: null, untilMicros: null, pageToken: null };
  return [
    ["summary", "summary"],
    ["500 closed orders", "orders", { ...orders, status: "closed" }],
    ["500 open orders", "orders", { ...orders, status: "open" }],
    ["lots of a symbol", "lots", { symbol, limit: 100, pageToken: null }],
    ["100 realised gains", "realized", { symbol: null, limit: 100, ...times }],
    ["realised gains of a symbol", "realized", { symbol, limit: 100, ...times }],
    ["100 activities", "activities", { types: null, direction: "desc", limit: 100, ...times }],
    ["movements of a month", "movements", Math.floor(Date.now() / 86_400_000) - 31],
  ];
}

const PATHS: readonly (readonly [what: string, path: string])[] = [
  ["explain equity", "/v1/portfolio/explain?figure=equity"],
  ["explain last_equity", "/v1/portfolio/explain?figure=last_equity"],
  ["explain unrealized_pl", "/v1/portfolio/explain?figure=unrealized_pl"],
  ["explain time_weighted", "/v1/portfolio/explain?figure=time_weighted"],
  ["positions", "/v2/positions"],
  ["account", "/v2/account"],
];

/** Lists the symbols and makes a market maker's account without anything. */
async function prepare({ url, bootstrapSecret }: RiggedExchange, symbols: readonly string[]): Promise<Owner> {
  const api = exchangeApi(url, LISTED_AT_ONCE);
  try {
    await api.bootstrapAdmin(bootstrapSecret, ADMIN, PASSWORD);
    const bearer = await api.signIn(ADMIN, PASSWORD);
    const by = { admin: { bearer } };
    const email = "big-account@rig.test";
    await api.createUser(by, email, PASSWORD, "market_maker");
    const key = await api.createKey(await api.signIn(email, PASSWORD));
    const { id: accountId } = await api.account(key);
    const { id: emptyId } = await api.account({ bearer });
    const missing = symbols.filter((symbol) => !SEEDED.includes(symbol));
    const list = async (): Promise<void> => {
      for (let symbol = missing.pop(); symbol !== undefined; symbol = missing.pop()) {
        const body = JSON.stringify({ symbol, name: `Company ${symbol}`, exchange: "NASDAQ", reference_price: "100" });
        const headers = { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" };
        const answer = await fetch(`${url}/v1/admin/instruments`, { method: "POST", headers, body });
        if (!answer.ok) throw new Error(`${symbol} is not listed: ${await answer.text()}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: LISTED_AT_ONCE }, list));
    // The audit records of the opening are acknowledged.
    await sleep(3_000);
    return { key, accountId, emptyId };
  } finally {
    api.close();
  }
}

/** The seeded shares, then QAAA, QAAB and so on. */
function symbolsOf(count: number): string[] {
  const letters = (nth: number) => String.fromCharCode(65 + (nth % 26));
  const made = (nth: number) => `Q${letters(Math.floor(nth / 676))}${letters(Math.floor(nth / 26))}${letters(nth)}`;
  return [...SEEDED, ...Array.from({ length: count }, (_, nth) => made(nth))].slice(0, count);
}

async function placeOrders(
  exchange: RiggedExchange,
  accountId: string,
  symbols: readonly string[],
  count: number,
): Promise<void> {
  const own = symbols.filter((symbol) => !SEEDED.includes(symbol));
  const rest = { notional: null, stopPrice: null, orderClass: "simple", extendedHours: false, clientOrderId: null };
  const principal = { userId: accountId, accountId, roles: ["trader"] };
  for (let from = 0; from < count; from += PER_BATCH) {
    const commands = Array.from({ length: PER_BATCH }, (_, nth) => {
      const terms = { side: "buy", type: "limit", timeInForce: "gtc", qty: "1", limitPrice: "60" };
      return { kind: "place", ticket: { ...terms, ...rest, symbol: own[(from + nth) % own.length] } };
    });
    const origin = { requestId: "bench", ip: "", userAgent: "" };
    const args = [principal, commands, { allOrNone: false }, origin];
    const outcomes = (await callAccount(exchange, accountId, "executeCommands", args)) as { readonly ok: boolean }[];
    const refused = outcomes.find(({ ok }) => !ok);
    if (refused !== undefined) throw new Error(`an order was refused: ${JSON.stringify(refused)}`);
  }
}

async function callAccount({ url }: RiggedExchange, id: string, method: string, args: readonly unknown[]) {
  const answer = await fetch(url, { method: "POST", body: JSON.stringify({ id, method, args }) });
  if (!answer.ok) throw new Error(`${method}: ${await answer.text()}`);
  return (await answer.json()) as unknown;
}

async function get({ url }: RiggedExchange, path: string, key: Key): Promise<void> {
  const headers = { "APCA-API-KEY-ID": key.keyId, "APCA-API-SECRET-KEY": key.secret };
  const answer = await fetch(`${url}${path}`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function lineOf(times: Times | undefined): string {
  if (times === undefined) return "";
  const { what, middle, longest } = times;
  return `${what.padEnd(44)} ${middle.toFixed(1).padStart(7)} ms ${longest.toFixed(1).padStart(7)} ms`;
}

function print({ machine, positions, lots, closedOrders, openOrders, snapshotBytes, times }: Report): void {
  console.log(machine);
  const size = `${positions} positions, ${lots} lots, ${openOrders} open and ${closedOrders} closed orders`;
  console.log(`${size}; snapshot ${(snapshotBytes / 1e6).toFixed(2)} MB before the open orders\n`);
  console.log(`${"".padEnd(44)} ${"middle".padStart(10)} ${"longest".padStart(10)}`);
  for (const each of times) console.log(lineOf(each));
}

try {
  const { values } = parseArgs({ options: { json: { type: "boolean" }, quick: { type: "boolean" } } });
  const json = values.json === true;
  const report = await bench(values.quick === true ? QUICK : FULL, (line) => {
    if (!json) console.error(line);
  });
  if (json) console.log(JSON.stringify(report));
  else print(report);
} catch (error) {
  console.error(`bench:accounts: ${errorText(error)}`);
  process.exitCode = 1;
}
