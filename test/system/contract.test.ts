/**
 * The contract with Alpaca's clients: every method about trading of all five npm clients, unchanged, against one running
 * exchange. Market data is not part of it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { activityStream } from "./contract/activityEvents.ts";
import { ROWS } from "./contract/errors.ts";
import { ccxtClient } from "./contract/ccxt.ts";
import { type Results, matrix, runProbes } from "./contract/matrix.ts";
import { masterChief } from "./contract/masterChief.ts";
import { type ContractClient, OWNED, SYMBOL } from "./contract/probes.ts";
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

let exchange: Exchange;
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
    results.set(client.name, await runProbes(client, { url: exchange.url, streamUrl, trader, kept: new Map() }));
  });
  await Promise.all(running);
}, 180_000);

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

  test("401 40110000 request is not authorized", async () => {
    const stranger = { ...trader, secret: "wrong" };
    const body = { code: 40_110_000, message: "request is not authorized" };
    expect(await exchange.call(stranger, "GET", "/v2/account")).toMatchObject({ status: 401, body });
  });

  test("403 40310000 forbidden.", async () => {
    const session = { Authorization: `Bearer ${trader.token}` };
    const made = await exchange.call(null, "POST", "/v1/keys", { scopes: ["read"] }, session);
    const reader = { ...trader, keyId: made.body.key_id, secret: made.body.secret };
    const body = { code: 40_310_000, message: "forbidden." };
    expect(await exchange.call(reader, "DELETE", "/v2/orders")).toMatchObject({ status: 403, body });
    expect(await exchange.call(reader, "GET", "/v2/account")).toMatchObject({ status: 200 });
  });

  test("403 40310000 new orders are rejected by user request", async () => {
    const suspend = (suspend_trade: boolean) =>
      exchange.call(trader, "PATCH", "/v2/account/configurations", { suspend_trade });
    await suspend(true);
    const ticket = { symbol: SYMBOL, side: "buy", type: "limit", time_in_force: "gtc", qty: "1", limit_price: "150" };
    const body = { code: 40_310_000, message: "new orders are rejected by user request" };
    expect(await exchange.call(trader, "POST", "/v2/orders", ticket)).toMatchObject({ status: 403, body });
    await suspend(false);
  });

  test("422 42210000 of a cancel and of replaces", async () => {
    const gone = { code: 42_210_000, message: 'order is already in "filled" state' };
    expect(await exchange.call(trader, "DELETE", `/v2/orders/${filledId}`)).toMatchObject({ status: 422, body: gone });
    const replace = async (id: string, change: object, message: string) =>
      expect(await exchange.call(trader, "PATCH", `/v2/orders/${id}`, change)).toMatchObject({
        status: 422,
        body: { code: 42_210_000, message },
      });
    await replace(filledId, { qty: "2" }, "unable to replace order, order is not open");
    await replace(openId, { qty: "1" }, "order parameters are not changed");
  });

  test("403 and {code, message} of an element of a 207", async () => {
    const { status, body } = await exchange.call(trader, "DELETE", "/v2/positions");
    expect(status).toBe(207);
    const error = { code: 40_310_000, message: "insufficient qty available for order (requested: 10, available: 4)" };
    expect(body).toContainEqual({ symbol: SYMBOL, status: 403, body: expect.objectContaining(error) });
  });

  test("429 42910000 with the headers of the limit", async () => {
    const many = await exchange.trader(0, {}, { plan: "standard" });
    const asked = await Promise.all(Array.from({ length: 230 }, () => exchange.call(many, "GET", "/v2/account")));
    const refused = asked.find(({ status }) => status === 429);
    expect(refused?.body).toMatchObject({ code: 42_910_000, message: "too many requests." });
    for (const name of ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "Retry-After"])
      expect(refused?.headers.get(name)).toMatch(/^\d+$/);
    const partner = { "APCA-PARTNER-ID": "ccxt" };
    const more = Array.from({ length: 50 }, () => exchange.call(many, "GET", "/v2/account", undefined, partner));
    const asCcxt = (await Promise.all(more)).find(({ status }) => status === 429);
    expect(asCcxt?.body).toMatchObject({ code: 42_910_000, message: "rate limit exceeded" });
  });
});
