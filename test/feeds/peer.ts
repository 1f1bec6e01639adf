/**
 * `npm run feeds:peer`: two exchanges, of which the second is the upstream of the first. The upstream is frozen, killed
 * (`kill -9`) and started again. Tells what clients of the first one see, and after how long. Exit code 1 when a step
 * fails.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { exchangeApi } from "../../dev/api.ts";
import { errorText } from "../../dev/failure.ts";
import { type HttpAnswer, httpClient } from "../../dev/http.ts";
import { startTestDatabase } from "../../dev/testing.ts";
import { RESET_MS } from "../../domain/market/feeds/breaker.ts";
import { STALE_MS } from "../../domain/market/feeds/liveness.ts";
import { type RiggedExchange, startExchange } from "../rig/exchange.ts";
import { openStream } from "../rig/streamSocket.ts";
import { bidsByClient } from "./clients.ts";
import { ADMIN, makeTraders, PASSWORD, type Trader } from "../rig/traders.ts";

const SYMBOL = "AAPL";
const FUNDS = { dollars: "1000000", shares: { [SYMBOL]: "1000" } };
const PRICES = 40;
const POLL_MS = 20;
/** A step that takes longer has failed. */
const STEP_MS = 100_000;

interface Element {
  readonly T: string;
  readonly bp?: number;
  readonly stale?: boolean;
  readonly at: number;
}

const ms = (value: number): string => (value < 10_000 ? `${value.toFixed(0)} ms` : `${(value / 1_000).toFixed(1)} s`);

function tell(what: string, took?: number): void {
  console.log(took === undefined ? what : `${what}: ${ms(took)}`);
}

/** Waits until `check` gives something; returns it and how long that took. */
async function until<T>(what: string, check: () => Promise<T | null> | T | null): Promise<[T, number]> {
  const begun = performance.now();
  for (;;) {
    const found = await check();
    if (found !== null) return [found, performance.now() - begun];
    if (performance.now() - begun > STEP_MS) throw new Error(`${what} has not happened in ${ms(STEP_MS)}`);
    await sleep(POLL_MS);
  }
}

/** Calls of a trader, or of an administrator, of one exchange. */
function callsOf(url: string, headers: Readonly<Record<string, string>>) {
  const http = httpClient(url, 4, 15_000);
  return {
    call: (method: string, path: string, body?: unknown): Promise<HttpAnswer> =>
      http.request(method, path, headers, body),
    close: () => http.close(),
  };
}
type Calls = ReturnType<typeof callsOf>;

const asTrader = (url: string, { keyId, secret }: Trader): Calls =>
  callsOf(url, { "apca-api-key-id": keyId, "apca-api-secret-key": secret });

async function asAdmin(url: string): Promise<Calls> {
  const api = exchangeApi(url, 1);
  try {
    return callsOf(url, { authorization: `Bearer ${await api.signIn(ADMIN, PASSWORD)}` });
  } finally {
    api.close();
  }
}

/** An order; returns its status, or the reason of its refusal. */
async function order(calls: Calls, fields: Readonly<Record<string, string>>): Promise<string> {
  const ticket = { symbol: SYMBOL, qty: "1", side: "buy", time_in_force: "day", ...fields };
  const { status, body } = await calls.call("POST", "/v2/orders", ticket);
  const { reason } = body as { readonly reason?: string };
  return status === 200 ? "accepted" : `${status} ${reason}`;
}

/** Quotes both sides of the upstream's book at this price in dollars. */
async function makeQuote(upstream: Calls, price: number): Promise<void> {
  await upstream.call("DELETE", "/v2/orders");
  for (const [side, at] of [
    ["buy", price],
    ["sell", price + 0.05],
  ] as const) {
    const made = await order(upstream, { side, type: "limit", limit_price: at.toFixed(2), time_in_force: "gtc" });
    if (made !== "accepted") throw new Error(`the upstream takes no order: ${made}`);
  }
}

/** The quotes that a client of the stream gets, with the time of each. */
async function quotesOf(url: string, { keyId, secret }: Trader) {
  const quotes: Element[] = [];
  const stream = await openStream(`${url}/v2/iex`, (text) => {
    const at = performance.now();
    for (const element of JSON.parse(text) as Element[]) if (element.T === "q") quotes.push({ ...element, at });
  });
  stream.send({ action: "auth", key: keyId, secret });
  stream.send({ action: "subscribe", quotes: [SYMBOL], trades: [SYMBOL] });
  return { quotes, close: () => stream.close() };
}

function expectIs(what: string, found: unknown, expected: unknown): void {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }
}

async function walk(upstream: RiggedExchange, makers: Calls, exchange: RiggedExchange): Promise<void> {
  const [trader] = await makeTraders(exchange.url, exchange.bootstrapSecret, 1, FUNDS);
  if (trader === undefined) throw new Error("no trader");
  const [calls, admin] = [asTrader(exchange.url, trader), await asAdmin(exchange.url)];
  const changed = await admin.call("PATCH", `/v1/admin/instruments/${SYMBOL}`, { price_source: "feed" });
  expectIs(
    "the price source",
    [changed.status, (changed.body as { price_source: string }).price_source],
    [200, "feed"],
  );
  const feedNow = async () => {
    const { body } = await admin.call("GET", "/v1/admin/feeds");
    const [shares] = body as { state: string; breaker: string; failed: number }[];
    if (shares === undefined) throw new Error("no feed");
    return shares;
  };
  const newest = async () => {
    const { body } = await calls.call("GET", `/v2/stocks/${SYMBOL}/quotes/latest`);
    return (body as { quote: Element }).quote;
  };
  const market = () => order(calls, { type: "market" });

  const begun = performance.now();
  expectIs("the first quote", [(await newest()).bp, (await newest()).stale], [268, false]);
  tell("the first request connects, and has the upstream's quote", performance.now() - begun);
  expectIs("a market order", await market(), "accepted");
  const bids = await bidsByClient(exchange.url, trader, SYMBOL);
  for (const [name, found] of bids) expectIs(`the bid that ${name} reads`, found, 268);
  tell(`npm clients that read the quote with its own field: ${[...bids.keys()].join(", ")}`);

  const stream = await quotesOf(exchange.url, trader);
  const seen = (price: number, stale: boolean) => () =>
    stream.quotes.find(({ bp, stale: marked }) => bp === price && marked === stale) ?? null;
  await until("the first frame", seen(268, false));
  const delays: number[] = [];
  for (let nth = 1; nth <= PRICES; nth++) {
    const price = 268 + nth / 10;
    await makeQuote(makers, price);
    delays.push((await until("a quote", seen(price, false)))[1]);
  }
  delays.sort((a, b) => a - b);
  tell(`${PRICES} quotes, from the upstream's answer to the order to the client's frame, median`, delays[PRICES / 2]);

  // Frozen: connections stay open, nothing answers.
  const bid = 268 + PRICES / 10;
  process.kill(-upstream.pid(), "SIGSTOP");
  const [, frozen] = await until("stale of a frozen upstream", seen(bid, true));
  tell(`frozen: the stream is marked stale (bound ${ms(STALE_MS + 1_500)} after the last message)`, frozen);
  expectIs("a market order", await market(), "403 feed_stale");
  process.kill(-upstream.pid(), "SIGCONT");
  stream.quotes.length = 0;
  tell("thawed: live again", (await until("live again", seen(bid, false)))[1]);
  expectIs("a market order", await market(), "accepted");

  stream.quotes.length = 0;
  await upstream.kill();
  tell("kill -9: the stream is marked stale", (await until("stale of a dead upstream", seen(bid, true)))[1]);
  expectIs("the newest quote", [(await newest()).bp, (await newest()).stale], [bid, true]);
  expectIs("a market order", await market(), "403 feed_stale");
  expectIs("a stop", await order(calls, { type: "stop", stop_price: "300" }), "403 feed_stale");
  expectIs("a limit order", await order(calls, { type: "limit", limit_price: "250" }), "accepted");
  const opened = await until("an open breaker", async () => ((await feedNow()).breaker === "open" ? true : null));
  tell(`the circuit breaker opens, after ${(await feedNow()).failed} failures`, opened[1]);

  stream.quotes.length = 0;
  await upstream.restart();
  const [, back] = await until("live again", seen(bid, false));
  tell(`upstream back: live again (the breaker waits ${ms(RESET_MS)} from its opening)`, back);
  expectIs("a market order", await market(), "accepted");
  const closed = await until("a closed breaker", async () => ((await feedNow()).breaker === "closed" ? true : null));
  tell("the circuit breaker closes", closed[1]);
  await makeQuote(makers, 270);
  tell("a new quote of the upstream arrives", (await until("a new quote", seen(270, false)))[1]);

  stream.close();
  await admin.call("PATCH", `/v1/admin/instruments/${SYMBOL}`, { price_source: "own" });
  const own = await until("prices of its own", async () => ((await newest()).bp === 250 ? true : null));
  tell("the symbol shows its own book again", own[1]);
  calls.close();
  admin.close();
}

async function main(): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), "exchange-feeds-"));
  const databases = [await startTestDatabase(), await startTestDatabase()] as const;
  const running: RiggedExchange[] = [];
  try {
    const upstream = await startExchange({ dir: join(dir, "upstream"), database: databases[0] });
    running.push(upstream);
    const [maker] = await makeTraders(upstream.url, upstream.bootstrapSecret, 1, FUNDS);
    if (maker === undefined) throw new Error("no maker");
    const makers = asTrader(upstream.url, maker);
    await makeQuote(makers, 268);
    const vars = {
      FEED_SOURCE: "alpaca",
      FEED_URL: upstream.url.replace("http", "ws"),
      FEED_DATA_URL: upstream.url,
      FEED_CREDENTIALS: JSON.stringify({ key: maker.keyId, secret: maker.secret }),
    };
    const exchange = await startExchange({ dir: join(dir, "exchange"), database: databases[1], vars });
    running.push(exchange);
    await walk(upstream, makers, exchange);
    makers.close();
    const isSecret = readFileSync(exchange.logFile, "utf8").includes(maker.secret);
    expectIs("the log has the secret of the upstream", isSecret, false);
    tell("no line of the log has the secret of the upstream");
  } finally {
    for (const exchange of running) await exchange.stop().catch(() => undefined);
    for (const database of databases) await database.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(errorText(error));
  process.exitCode = 1;
});
