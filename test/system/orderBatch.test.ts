/** Batches of orders over real HTTP, also hostile ones. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Trader } from "./exchange.ts";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(async () => {
  await exchange.close();
});

const place = (symbol: string, price: number, clientOrderId: string, extra: Record<string, unknown> = {}) => ({
  action: "place",
  symbol,
  side: "buy",
  type: "limit",
  time_in_force: "gtc",
  qty: "1",
  limit_price: price,
  client_order_id: clientOrderId,
  ...extra,
});

const send = (as: Trader, commands: readonly unknown[], more: object = {}, headers: Record<string, string> = {}) =>
  exchange.call(as, "POST", "/v1/orders/batch", { commands, ...more }, headers);

interface Outcome {
  readonly index: number;
  readonly status: number;
  readonly body: { readonly id: string; readonly reason?: string; readonly status?: string } | null;
}
const told = (outcomes: readonly Outcome[]) =>
  outcomes.map(({ status, body }) => [status, body?.reason ?? body?.status ?? null]);

const open = async (as: Trader) => (await exchange.call(as, "GET", "/v2/orders?limit=500")).body as { id: string }[];

test("GW-12, AC-53: a batch of several symbols has an outcome for each command, in order", async () => {
  const trader = await exchange.trader(10_000);
  const reply = await send(trader, [
    place("AAPL", 100, "a1"),
    place("MSFT", 100, "m1"),
    place("AAPL", 100, "a1"),
    place("AAPL", 101, "a1"),
    place("NONE", 100, "n1"),
    place("AAPL", 100, "bad", { qty: "many" }),
    place("F", 10, "dear", { qty: "5000" }),
    place("KO", 60, "k1", { order_class: "bracket", take_profit: { limit_price: 80 }, stop_loss: { stop_price: 50 } }),
    { action: "cancel", client_order_id: "m1" },
    { action: "cancel", order_id: crypto.randomUUID() },
    { action: "replace", order_id: crypto.randomUUID(), qty: "2" },
  ]);
  expect(reply.status).toBe(207);
  const outcomes = reply.body as Outcome[];
  expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(told(outcomes)).toEqual([
    [200, "new"],
    [200, "canceled"],
    [200, "new"],
    [422, "client_order_id_taken"],
    [422, "asset_not_found"],
    [422, "qty_malformed"],
    [403, "insufficient_buying_power"],
    [200, "new"],
    [204, null],
    [404, "order_not_found"],
    [404, "order_not_found"],
  ]);
  expect(outcomes[2]?.body).toEqual(outcomes[0]?.body);
  const replaced = await send(trader, [
    { action: "replace", order_id: outcomes[0]?.body?.id, limit_price: 99, client_order_id: "a2" },
    { action: "cancel", client_order_id: "a1" },
  ]);
  // The cancel is decided while the replace is pending, and goes to both orders.
  expect(told(replaced.body as Outcome[]).map(([status]) => status)).toEqual([200, 204]);
  const left = await open(trader);
  // The bracket and its legs.
  expect(left).toHaveLength(3);
});

test("AC-54: all or none: what one command is refused for leaves everything as it was", async () => {
  const trader = await exchange.trader(1_000, { MSFT: 3 });
  const [kept] = (await send(trader, [place("AAPL", 100, "kept")])).body as Outcome[];
  const before = await exchange.call(trader, "GET", "/v2/account");
  const commands = [
    place("AAPL", 100, "one"),
    { action: "cancel", order_id: kept?.body?.id },
    { action: "replace", order_id: kept?.body?.id, qty: "2" },
    place("MSFT", 900, "short", { side: "sell", qty: "4" }),
  ];
  const refused = await send(trader, commands, { all_or_none: true });
  expect(told(refused.body as Outcome[])).toEqual([
    [422, "batch_not_executed"],
    [422, "batch_not_executed"],
    [422, "order_not_replaceable"],
    [403, "insufficient_qty"],
  ]);
  expect((await exchange.call(trader, "GET", "/v2/account")).body).toEqual(before.body);
  expect((await open(trader)).map(({ id }) => id)).toEqual([kept?.body?.id]);
  const executed = await send(trader, commands.slice(0, 2), { all_or_none: true });
  expect(told(executed.body as Outcome[]).map(([status]) => status)).toEqual([200, 204]);
});

test("GW-14, AC-12: a repeated batch is the same orders, also many times at once, by ids or by the key of the batch", async () => {
  const trader = await exchange.trader(100_000);
  const { client_order_id: _, ...unnamed } = place("F", 10, "");
  const commands = [...Array.from({ length: 5 }, () => unnamed), place("F", 10, "named")];
  const replies = await Promise.all(
    Array.from({ length: 10 }, () => send(trader, commands, {}, { "Idempotency-Key": "once" })),
  );
  const ids = replies.map(({ body }) => (body as Outcome[]).map((outcome) => outcome.body?.id).join());
  expect(new Set(ids).size).toBe(1);
  expect(await open(trader)).toHaveLength(6);
  const found = await exchange.call(trader, "GET", "/v2/orders:by_client_order_id?client_order_id=once-4");
  expect(found.status).toBe(200);
});

test("GW-13: what is no batch is refused as a whole and changes nothing", async () => {
  const trader = await exchange.trader(10_000);
  const good = place("AAPL", 100, "never");
  const many = Array.from({ length: 101 }, (_, nth) => place("AAPL", 100, `never-${nth}`));
  expect(await send(trader, many)).toMatchObject({ status: 422, body: { reason: "body_field" } });
  expect((await send(trader, [])).status).toBe(422);
  expect((await send(trader, [good, { ...good, legs_: [] }])).status).toBe(422);
  expect((await send(trader, [good, null])).status).toBe(422);
  expect((await send(trader, [good, [good]])).status).toBe(422);
  expect((await send(trader, [good], { all_or_none: "yes" })).status).toBe(422);
  const deep = `{"commands":${"[".repeat(40)}${"]".repeat(40)}}`;
  expect((await exchange.call(trader, "POST", "/v1/orders/batch", deep)).status).toBe(400);
  const huge = JSON.stringify({ commands: [good], padding: "x".repeat(140_000) });
  expect((await exchange.call(trader, "POST", "/v1/orders/batch", huge)).status).toBe(413);
  const prototype = `{"commands":[{"__proto__":{"all_or_none":true},"action":"cancel","client_order_id":"x"}]}`;
  expect((await exchange.call(trader, "POST", "/v1/orders/batch", prototype)).status).toBe(422);
  expect((await exchange.call(null, "POST", "/v1/orders/batch", { commands: [good] })).status).toBe(401);
  expect((await exchange.call(trader, "GET", "/v1/orders/batch")).status).toBe(405);
  expect(await open(trader)).toEqual([]);
});

test("RL-2: a batch over the rate limit is refused as a whole, with the time after which it can be sent", async () => {
  const trader = await exchange.trader(100_000, {}, { plan: "standard" });
  const many = (first: number) => Array.from({ length: 100 }, (_, nth) => place("F", 10, `r-${first + nth}`));
  const one = await send(trader, many(0));
  const rest = Number(one.headers.get("X-RateLimit-Remaining"));
  expect(rest).toBeLessThanOrEqual(100);
  await send(trader, many(100).slice(0, rest - 10));
  const refused = await send(trader, many(200).slice(0, 50));
  expect(refused).toMatchObject({ status: 429, body: { reason: "rate_limited" } });
  // Some 40 tokens at 100 a minute.
  expect(Number(refused.headers.get("Retry-After"))).toBeGreaterThan(15);
  const found = await exchange.call(trader, "GET", "/v2/orders:by_client_order_id?client_order_id=r-200");
  expect(found.status).toBe(404);
});
