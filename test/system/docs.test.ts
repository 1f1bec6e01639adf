/** The reference as a browser meets it, and answers of the running system against their descriptions. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import * as z from "zod";
import { documented, openapi } from "../../ops/api/openapi.ts";
import { asyncapi } from "../../ops/api/asyncapi.ts";
import { type Exchange, startExchange, type Trader } from "./exchange.ts";

let exchange: Exchange;
let trader: Trader;
let admin: Trader;

beforeAll(async () => {
  exchange = await startExchange();
  [trader, admin] = [await exchange.trader(100_000, { AAPL: 10 }), await exchange.admin()];
});
afterAll(() => exchange.close());

test("GW-31: the reference loads resources from the exchange only, and its pages have no inline scripts or styles", async () => {
  for (const page of ["/docs", "/docs/", "/docs/streams", "/docs/errors", "/docs/try"]) {
    const answer = await fetch(exchange.url + page);
    expect([page, answer.status, answer.headers.get("content-type")]).toEqual([
      page,
      200,
      expect.stringMatching("text/html"),
    ]);
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https:/);
    const text = await answer.text();
    expect(text).not.toMatch(/<style|\sstyle=|<script>|<[^>]*\son\w+=|(?:src|href)="https?:/i);
    const loaded = [...text.matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1] ?? "");
    expect(loaded.length).toBeGreaterThan(0);
    for (const path of loaded) {
      const file = await fetch(exchange.url + path);
      expect([path, file.status]).toEqual([path, 200]);
      const wanted = { js: "javascript", ss: "css", on: "json", vg: "image/svg+xml" }[path.slice(-2)] ?? "html";
      expect(file.headers.get("content-type"), path).toContain(wanted);
      expect(file.headers.get("x-content-type-options")).toBe("nosniff");
      await file.body?.cancel();
    }
  }
  expect((await fetch(`${exchange.url}/docs/ui/../api/nothing.json`)).status).toBe(404);
});

test("GW-31: the type of a problem links to its entry on the page of errors", async () => {
  const { body } = await exchange.call(null, "GET", "/v1/nowhere");
  const [path, anchor] = String(body.type).split("#");
  const page = await (await fetch(exchange.url + path)).text();
  expect(page).toContain(`<tr id="${anchor}">`);
});

test("GW-30: the documents are served", async () => {
  const served = async (name: string): Promise<unknown> => (await fetch(`${exchange.url}/v1/${name}.json`)).json();
  expect(await served("openapi")).toEqual(openapi());
  expect(await served("asyncapi")).toEqual(asyncapi());
});

test("GW-32: responses of the running system match the OpenAPI document, without further fields", async () => {
  const { call } = exchange;
  const order = { symbol: "AAPL", side: "sell", type: "limit", time_in_force: "gtc", qty: 1, limit_price: "300" };
  const placed = await call(trader, "POST", "/v2/orders", order);
  await call(trader, "POST", "/v2/orders", {
    ...order,
    order_class: "oco",
    type: "limit",
    take_profit: { limit_price: "310" },
    stop_loss: { stop_price: "200" },
  });
  const values: Record<string, string> = {
    id: placed.body.id,
    asset: "AAPL",
    symbol: "AAPL",
    kind: "book",
    name: "AAPL",
  };
  const queries: Record<string, string> = {
    getOrderByClientOrderId: `client_order_id=${placed.body.client_order_id}`,
    latestQuotes: "symbols=AAPL,MSFT",
    latestTrades: "symbols=AAPL,MSFT",
    // Ends; without it the events of an hour are one answer.
    streamActivities: "since=2026-01-01&until=2026-01-02",
  };
  const checked: string[] = [];
  for (const { method, path, rule, operation } of documented()) {
    if (method !== "GET" || path.startsWith("/docs") || path.startsWith("/v1/audit/verify")) continue;
    const id = path.includes("/audit/") ? trader.accountId : values["id"];
    const at = path.replace(/\/:(\w+)/g, (_, name: string) => `/${name === "id" ? id : (values[name] ?? "none")}`);
    const who = rule.who === "anyone" || rule.who.includes("trader") ? trader : admin;
    const query = queries[operation.id];
    const bearer = { Authorization: `Bearer ${who.token}` };
    const byKey = rule.who !== "anyone" && rule.scope !== null;
    const response = await fetch(`${exchange.url}${at}${query === undefined ? "" : `?${query}`}`, {
      headers: byKey ? { "APCA-API-KEY-ID": who.keyId, "APCA-API-SECRET-KEY": who.secret } : bearer,
      redirect: "manual",
    });
    const schema = operation.responses[response.status];
    const text = await response.text();
    const route = `${method} ${at} as ${who === admin ? "admin" : "trader"}: ${response.status} ${text.slice(0, 200)}`;
    if (schema === undefined || schema === null || !("_zod" in schema)) {
      expect(response.status, route).toBeGreaterThanOrEqual(schema === undefined ? 400 : 200);
      continue;
    }
    const body: unknown = JSON.parse(text);
    const read = schema.safeParse(body);
    expect(read.error === undefined ? "" : z.prettifyError(read.error), route).toBe("");
    // What a schema does not have it drops.
    expect(read.data, route).toEqual(body);
    checked.push(operation.id);
  }
  expect(checked).toEqual(
    expect.arrayContaining(["getAccount", "listOrders", "getOrder", "getBook", "getMarket", "getClock"]),
  );
});

const OF_A_MONTH = new Set(["getSealedFile", "listSealedDays", "getStatement"]);

test("GW-34: the examples of the OpenAPI document work unchanged", async () => {
  // What there is to see of a market: a trade, and an order that stays.
  const other = await exchange.trader(100_000);
  const limit = { symbol: "AAPL", type: "limit", time_in_force: "gtc", qty: 1, limit_price: "268" };
  for (const [as, order] of [
    [trader, { ...limit, side: "sell" }],
    [other, { ...limit, side: "buy" }],
    [other, { ...limit, side: "buy", limit_price: "200" }],
  ] as const) {
    expect((await exchange.call(as, "POST", "/v2/orders", order)).status).toBe(200);
  }
  // A tape has a trade some seconds later than its book.
  const latest = "/v2/stocks/AAPL/bars/latest";
  await vi.waitFor(async () => expect((await exchange.call(trader, "GET", latest)).status).toBe(200), {
    timeout: 20_000,
  });
  const failed: string[] = [];
  for (const { method, path, rule, operation } of documented()) {
    const { example, form } = operation;
    // Of a person who is not here, or of an app.
    if (example === undefined || form === true || operation.publicCredential !== undefined) continue;
    const at = path.replace(/\/:(\w+)/g, (_, name: string) => `/${encodeURIComponent(example.path?.[name] ?? "")}`);
    const who = rule.who === "anyone" || rule.who.includes("trader") ? trader : admin;
    const byKey = rule.who !== "anyone" && rule.scope !== null && rule.scope !== "withdraw";
    const keys = { "APCA-API-KEY-ID": who.keyId, "APCA-API-SECRET-KEY": who.secret };
    const response = await fetch(`${exchange.url}${at}${example.query === undefined ? "" : `?${example.query}`}`, {
      method,
      headers: rule.who === "anyone" ? {} : byKey ? keys : { Authorization: `Bearer ${who.token}` },
      ...(example.body === undefined ? {} : { body: JSON.stringify(example.body) }),
    });
    // Their examples name a month; this exchange began in this one, and has sealed nothing.
    const isNotYetThere = OF_A_MONTH.has(operation.id) && response.status === 404;
    if (!(response.status in operation.responses) && !isNotYetThere) {
      failed.push(`${operation.id}: ${response.status} ${(await response.text()).slice(0, 200)}`);
    }
  }
  expect(failed).toEqual([]);
});
