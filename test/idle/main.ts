/**
 * `npm run drill:idle`: after some trading, with sockets of every kind open, nothing happens for 15 seconds. Then no object
 * may be in memory, and none may have been woken by an alarm: each is called, and must be constructed for it. Afterwards
 * the sockets answer pings while their objects sleep, and get the next trade. Exit code 1 when something is awake. What
 * works once a minute is left out: no order stays open (reconciliation), and the trades are made early in a minute (bars).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { OrderSocket } from "../../bench/orderSockets.ts";
import { exchangeApi } from "../../dev/api.ts";
import { errorText } from "../../dev/failure.ts";
import { startTestDatabase } from "../../dev/testing.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { type RiggedExchange, startExchange } from "../rig/exchange.ts";
import { type ObservedEvent, observedIn } from "../rig/observedObjects.ts";
import { openStream, type StreamSocket } from "../rig/streamSocket.ts";
import { makeTraders, type Trader } from "../rig/traders.ts";

const USAGE = "npm run drill:idle -- [--seconds 15] [--verbose]";
const SYMBOLS = ["AAPL", "F", "BTC/USD"];
const FUNDS = { dollars: "1000000", shares: { AAPL: "1000", F: "1000", "BTC/USD": "10" } };
/** workerd keeps an object for this time after its last event. */
const KEPT_MS = 10_000;
const MINUTE_MS = 60_000;
const WAIT_MS = 10_000;
const POLL_MS = 20;

interface Client {
  readonly name: string;
  readonly socket: StreamSocket;
  readonly texts: string[];
}

async function until(what: string, done: () => boolean): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!done()) {
    if (Date.now() > deadline) throw new Error(`not in time: ${what}`);
    await sleep(POLL_MS);
  }
}

async function open(
  url: string,
  name: string,
  path: string,
  hello: readonly unknown[],
  ready: string,
): Promise<Client> {
  const texts: string[] = [];
  const socket = await openStream(`${url}${path}`, (text) => texts.push(text));
  for (const message of hello) socket.send(message);
  await until(`${name}: ${ready}`, () => texts.some((text) => text.includes(ready)));
  return { name, socket, texts };
}

/** Sockets of every kind. None asks for heartbeats, which are a timer of its relay. */
async function openAll(url: string, { keyId, secret }: Trader): Promise<Client[]> {
  const auth = { action: "auth", key: keyId, secret };
  const every = { trades: SYMBOLS, quotes: SYMBOLS, statuses: ["*"], bars: ["*"] };
  return Promise.all([
    open(url, "/v2/iex", "/v2/iex", [auth, { action: "subscribe", ...every }], '"subscription"'),
    open(
      url,
      "/v2/iex with depth",
      "/v2/iex",
      [auth, { action: "subscribe", trades: SYMBOLS, depth: SYMBOLS, orders: SYMBOLS }],
      '"subscription"',
    ),
    open(url, "/v1/books/AAPL/stream", "/v1/books/AAPL/stream", [auth], '"subscription"'),
    open(
      url,
      "/stream",
      "/stream",
      [
        { action: "authenticate", data: { key_id: keyId, secret_key: secret } },
        { action: "listen", data: { streams: ["trade_updates", "account_updates"] } },
      ],
      '"listening"',
    ),
  ]);
}

/** Trades each symbol. Unless something is to rest, no order stays open, and the last change is one of the quote alone. */
async function trade(
  url: string,
  [seller, buyer]: readonly [Trader, Trader],
  round: number,
  rests: boolean,
): Promise<void> {
  const api = exchangeApi(url, 2);
  try {
    for (const symbol of SYMBOLS) {
      const price = String(Math.round(requireInstrument(symbol).referencePrice / 10_000));
      const order = (side: "buy" | "sell", qty: string, at = price) => ({
        symbol,
        side,
        type: "limit" as const,
        time_in_force: "gtc" as const,
        qty,
        limit_price: at,
        client_order_id: `idle-${round}-${symbol.slice(0, 3)}-${side}-${at}`,
      });
      const [one, two] = symbol === "BTC/USD" ? ["0.01", "0.02"] : ["1", "2"];
      await api.submitOrder(seller, order("sell", rests ? two : one));
      await api.submitOrder(buyer, order("buy", one));
    }
  } finally {
    api.close();
  }
}

const nameOf = ({ class: className, object }: ObservedEvent): string => `${className} ${object}`;

/** Calls every object that was ever there. Returns those for which none was constructed. */
async function touchAll({ observers, logFile }: RiggedExchange, objects: readonly string[]): Promise<string[]> {
  const before = observedIn(logFile).length;
  for (const name of objects) {
    const [className, object] = [name.slice(0, name.indexOf(" ")), name.slice(name.indexOf(" ") + 1)];
    const query = `class=${className}&name=${encodeURIComponent(object)}`;
    const { status } = await fetch(`${observers.get(className)}/touch?${query}`);
    if (status !== 200) throw new Error(`${name} answers ${status}`);
  }
  const constructed = new Set(
    observedIn(logFile)
      .slice(before)
      .filter(({ event }) => event === "rig.constructed")
      .map(nameOf),
  );
  return objects.filter((name) => !constructed.has(name));
}

/** Counts by object class. */
function byClass(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) {
    const key = name.slice(0, name.indexOf(" "));
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${name} ${count}`).join(", ");
}

async function run(exchange: RiggedExchange, seconds: number, verbose: boolean): Promise<boolean> {
  const { url, bootstrapSecret, logFile } = exchange;
  const traders = (await makeTraders(url, bootstrapSecret, 2, FUNDS)) as [Trader, Trader];
  const clients = await openAll(url, traders[1]);
  const entry = await OrderSocket.open(url, traders[1]);
  // The bars of a minute are published after its end.
  const intoMinute = Date.now() % MINUTE_MS;
  if (intoMinute + 1_500 * seconds + 2 * KEPT_MS > MINUTE_MS) await sleep(MINUTE_MS - intoMinute + 1_000);
  await trade(url, traders, 1, false);
  const changed = Date.now();
  await sleep(1_000 * seconds);
  const quiet = Date.now();
  const events = observedIn(logFile);
  const objects = [...new Set(events.map(nameOf))];
  const kept = await touchAll(exchange, objects);
  const alarms = events.filter(({ event, at }) => event === "rig.alarm" && at > quiet - KEPT_MS);
  const woken = kept.filter((name) => alarms.some((alarm) => nameOf(alarm) === name));
  const awake = kept.filter((name) => !woken.includes(name));
  console.log(`${objects.length} objects: ${byClass(objects)}
open sockets: ${clients.map(({ name }) => name).join(", ")}, order entry
after ${seconds} s without a change ${objects.length - kept.length} were constructed for the next call`);
  const told = (names: readonly string[]) =>
    names
      .map((name) => {
        const own = events
          .filter((event) => nameOf(event) === name)
          .map(({ event, at }) => `${event.slice(4)} ${((at - changed) / 1_000).toFixed(1)}`);
        return `  ${name}: ${own.slice(-4).join(", ")}`;
      })
      .join("\n");
  if (woken.length > 0) console.log(`woken by an alarm in the last ${KEPT_MS / 1_000} s:\n${told(woken)}`);
  if (awake.length > 0) console.log(`AWAKE:\n${told(awake)}`);
  if (verbose) console.log(told(objects));

  await sleep(KEPT_MS + 2_000 + (1_000 * seconds) / 3);
  const asleep = observedIn(logFile).length;
  for (const { socket } of clients) socket.sendText("ping");
  for (const { name, texts } of clients)
    await until(`${name}: pong`, () => texts.at(-1) === "pong" || texts.includes("pong"));
  const pinged = observedIn(logFile).slice(asleep);
  console.log(`pings answered, objects constructed for them: ${pinged.map(nameOf).join(", ") || "none"}`);
  const seen = clients.map(({ texts }) => texts.length);
  const began = performance.now();
  await trade(url, traders, 2, true);
  const market = clients.slice(0, 2);
  for (const [nth, { name, texts }] of market.entries()) {
    await until(`${name}: a trade`, () => texts.slice(seen[nth]).some((text) => text.includes('"T":"t"')));
  }
  await until(
    "/v1/books/AAPL/stream: a change",
    () => clients[2]?.texts.slice(seen[2]).some((text) => text.includes('"T":"depth"')) === true,
  );
  await until(
    "/stream: a fill",
    () => clients[3]?.texts.slice(seen[3]).some((text) => text.includes('"fill"')) === true,
  );
  console.log(
    `the next trades arrived on every socket, ${(performance.now() - began).toFixed(0)} ms after the first order`,
  );
  const after = observedIn(logFile)
    .slice(asleep)
    .filter(({ event }) => event === "rig.constructed");
  console.log(`objects constructed for them: ${byClass(after.map(nameOf))}`);
  const twice = after.map(nameOf).filter((name, nth, all) => all.indexOf(name) !== nth);
  if (twice.length > 0) console.log(`constructed twice: ${twice.join(", ")}`);
  for (const { socket } of clients) socket.tear();
  entry.close();
  return kept.length + twice.length === 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { seconds: { type: "string" }, verbose: { type: "boolean" } } });
  const seconds = Number(values.seconds ?? "15");
  if (!(seconds > 0)) throw new Error("seconds is a positive number");
  const dir = mkdtempSync(join(tmpdir(), "exchange-idle-"));
  const database = await startTestDatabase();
  try {
    const exchange = await startExchange({ dir, database, observed: true });
    try {
      return (await run(exchange, seconds, values.verbose === true)) ? 0 : 1;
    } finally {
      await exchange.stop();
    }
  } finally {
    await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`drill:idle: ${errorText(error)}\n${USAGE}`);
  process.exitCode = 1;
}
