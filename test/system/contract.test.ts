/**
 * The contract with Alpaca's clients: every method and every stream of all five npm clients, unchanged, and a client that
 * fragments its frames, against one running exchange. typescript-sdk has no streams.
 */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { activityStream } from "./contract/activityEvents.ts";
import { ROWS } from "./contract/errors.ts";
import { STEPS } from "./contract/errorSteps.ts";
import { ccxtClient } from "./contract/ccxt.ts";
import { type Results, matrix, runProbes } from "./contract/matrix.ts";
import { masterChief } from "./contract/masterChief.ts";
import { type ContractClient, OWNED, SYMBOL } from "./contract/probes.ts";
import { ccxtStreams } from "./contract/streams/ccxt.ts";
import { masterChiefStreams } from "./contract/streams/masterChief.ts";
import { rawStreams } from "./contract/streams/raw.ts";
import { runStreams, type StreamRun } from "./contract/streams/run.ts";
import { SHARE, type StreamClient } from "./contract/streams/streamClient.ts";
import { v3Streams } from "./contract/streams/v3.ts";
import { v4Streams } from "./contract/streams/v4.ts";
import { typescriptSdk } from "./contract/typescriptSdk.ts";
import { v3 } from "./contract/v3.ts";
import { v4 } from "./contract/v4.ts";
import { type Exchange, startExchange, type Trader } from "./exchange.ts";

const CLIENTS: readonly ContractClient[] = [v4, v3, typescriptSdk, masterChief, ccxtClient];

/**
 * Methods that are not served yet, as `client method`. A probe that passes while it is listed fails the suite: the list
 * only gets shorter.
 */
const EXPECTED_LATER: ReadonlySet<string> = new Set();

const STREAMS: readonly StreamClient[] = [v4Streams, v3Streams, masterChiefStreams, ccxtStreams, rawStreams].flat();

let exchange: Exchange;
let streams: StreamRun;
const results = new Map<string, Results>();

beforeAll(async () => {
  exchange = await startExchange();
  const maker = await exchange.trader(10_000_000, { [SYMBOL]: 10_000 });
  for (const [side, price] of [
    ["sell", 200.1],
    ["buy", 199.9],
  ] as const) {
    const ticket = { symbol: SYMBOL, side, type: "limit", time_in_force: "gtc", qty: 5_000, limit_price: price };
    expect(await exchange.call(maker, "POST", "/v2/orders", ticket)).toMatchObject({ status: 200 });
  }
  const traders = [];
  for (const client of CLIENTS) traders.push([client, await exchange.trader(100_000, client.owns)] as const);
  const streamUrl = exchange.url.replace("http", "ws");
  // The clients are independent of each other; the calls of each are in order.
  const running = traders.map(async ([client, trader]) => {
    const ticket = { symbol: SYMBOL, side: "buy", type: "market", time_in_force: "day", qty: OWNED };
    expect(await exchange.call(trader, "POST", "/v2/orders", ticket)).toMatchObject({ status: 200 });
    // A tape has a trade some seconds later.
    const hasTrades = async () => {
      expect(await exchange.call(trader, "GET", `/v2/stocks/${SYMBOL}/trades?limit=5`)).toMatchObject({
        body: { trades: { length: 5 } },
      });
    };
    await vi.waitFor(hasTrades, { timeout: 30_000, interval: 200 });
    results.set(client.name, await runProbes(client, { url: exchange.url, streamUrl, trader, kept: new Map() }));
  });
  [streams] = await Promise.all([runStreams(exchange, STREAMS), ...running]);
}, 240_000);

afterAll(async () => {
  await exchange.close();
});

test("WS-1: prints what passes of each client and area", ({ task }) => {
  const table = matrix(CLIENTS, results, EXPECTED_LATER);
  task.meta.table = table;
  for (const { name } of CLIENTS) expect(table).toContain(name);
});

describe.each(CLIENTS)("$name", ({ name, probes }) => {
  test("WS-1: has a probe for each of its methods, and only one", () => {
    const probed = probes.map(([, method]) => method);
    expect(probed.toSorted()).toEqual([...new Set(probed)].toSorted());
    expect(probed.toSorted()).toEqual([...new Set(results.get(name)?.methods)].toSorted());
  });

  test.each(probes.map(([area, method]) => [area, method]))("WS-1: %s: %s", (_area, method) => {
    const failure = results.get(name)?.failures.get(method);
    const outcome = failure === undefined ? "passed" : (failure.stack ?? failure.message);
    if (EXPECTED_LATER.has(`${name} ${method}`)) expect(outcome, "remove it from EXPECTED_LATER").not.toBe("passed");
    else expect(outcome).toBe("passed");
  });
});

describe.each(STREAMS)("$name", ({ name, channels }) => {
  test.each(channels.map((channel) => [channel]))("MD-94: the channel %s", (channel) => {
    const failure = streams.results.get(name)?.get(channel);
    expect(failure === null ? "passed" : (failure?.stack ?? "not run")).toBe("passed");
  });
});

test("MD-90: a bar of the stream is the one that REST gives", () => {
  const { streamed, past } = streams.bar;
  expect(past).toHaveProperty("vw");
  expect(streamed).toEqual({ T: "b", S: SHARE, ...(past as object) });
});

describe("AC-130: events of activities", () => {
  const ticket = { symbol: SYMBOL, side: "buy", type: "market", time_in_force: "day", qty: "1" };
  const headersOf = ({ keyId, secret }: Pick<Trader, "keyId" | "secret">) => {
    return { "APCA-API-KEY-ID": keyId, "APCA-API-SECRET-KEY": secret };
  };

  test("come as they happen, continue after an interruption, and end with their key", async () => {
    const trader = await exchange.trader(1_000);
    const session = { Authorization: `Bearer ${trader.token}` };
    const key = await exchange.call(null, "POST", "/v1/keys", { scopes: ["read"] }, session);
    const reads = headersOf({ keyId: key.body.key_id, secret: key.body.secret });
    const first = await activityStream(exchange.url, "", reads);
    expect(await exchange.call(trader, "POST", "/v2/orders", ticket)).toMatchObject({ status: 200 });
    await first.has(1);
    expect(first.events).toMatchObject([{ data: { activity_type: "FILL", net_amount: "-200.1", qty: "1" } }]);
    const last = first.events[0]?.id ?? "";
    await first.close();
    await exchange.call(trader, "POST", "/v2/orders", ticket);
    const again = await activityStream(exchange.url, "", { ...reads, "Last-Event-ID": last });
    await again.has(1);
    await exchange.call(trader, "POST", "/v2/orders", { ...ticket, side: "sell" });
    await again.has(2);
    expect(again.events.map(({ data }) => data.details.side)).toEqual(["buy", "sell"]);
    expect(await exchange.call(null, "DELETE", `/v1/keys/${key.body.key_id}`, undefined, session)).toMatchObject({
      status: 204,
    });
    expect(await again.ended).toMatch(/: these credentials have ended$/);
  });

  test("of a paper account are those of a session that names it", async () => {
    const trader = await exchange.trader(0);
    const session = { Authorization: `Bearer ${trader.token}` };
    const opened = await exchange.call(null, "POST", "/v1/accounts", { type: "paper", name: "p" }, session);
    const onPaper = { ...session, "X-Account-ID": opened.body.account_id };
    const stream = await activityStream(exchange.url, "?since=2026-01-01", onPaper);
    await stream.has(1);
    await exchange.call(null, "POST", "/v2/orders", ticket, onPaper);
    await stream.has(2);
    expect(stream.events.map(({ data }) => data.activity_type)).toEqual(["CSD", "FILL"]);
    await stream.close();
  });

  test("are for callers who may read the account", async () => {
    const trader = await exchange.trader(0);
    const body = { code: 40_110_000 };
    const stranger = { ...trader, secret: "wrong" };
    expect(await exchange.call(stranger, "GET", "/v2beta1/events/activities")).toMatchObject({ status: 401, body });
  });
});

describe("WS-2: the errors that clients know", () => {
  let trader: Trader;
  let filledId: string;
  let openId: string;

  beforeAll(async () => {
    trader = await exchange.trader(1_000 + 200.1, { "BTC/USD": 1 });
    const order = (body: object) => exchange.call(trader, "POST", "/v2/orders", { symbol: SYMBOL, ...body });
    const gtc = { type: "limit", time_in_force: "gtc" };
    const filled = await order({ side: "buy", type: "market", time_in_force: "day", qty: "1" });
    filledId = filled.body.id;
    const { accountId } = trader;
    const shares = { reference: "shares", symbol: SYMBOL, amount: "9" };
    await exchange.call(await exchange.admin(), "POST", `/v1/admin/accounts/${accountId}/deposits`, shares);
    expect(await order({ ...gtc, side: "sell", qty: "6", limit_price: "220" })).toMatchObject({ status: 200 });
    const open = await order({ ...gtc, side: "buy", qty: "1", limit_price: "149", client_order_id: "taken" });
    openId = open.body.id;
  });

  test.each(ROWS)("$row", async ({ method, path, body, headers = {}, status, error }) => {
    expect(await exchange.call(trader, method, path, body, headers)).toMatchObject({ status, body: error });
  });

  test.each(STEPS.map(({ rows, run }) => [rows.join("; "), run] as const))("%s", async (_rows, run) => {
    await expect(run({ exchange, trader, filledId, openId })).resolves.toBeUndefined();
  });
});
