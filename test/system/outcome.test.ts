/** Queries the outcome of orders over HTTP while workerd is killed. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { exchangeApi } from "../../dev/api.ts";
import { Client } from "../crash/client.ts";
import { startCrashSite } from "../crash/setup.ts";
import type { CrashSite } from "../crash/setup.ts";
import { ADMIN, makeTraders, PASSWORD } from "../rig/traders.ts";
import type { Trader } from "../rig/traders.ts";

const WAIT_OPTIONS = { timeout: 20_000, interval: 20 };

let site: CrashSite;
let client: Client;
let traders: Trader[];
beforeAll(async () => {
  site = await startCrashSite();
  client = new Client(site.exchange.url);
  const { url, bootstrapSecret } = site.exchange;
  traders = await makeTraders(url, bootstrapSecret, 3, { dollars: "100000", shares: { NFLX: "100", META: "100" } });
});
afterAll(async () => {
  client.close();
  await site.close();
});

function trader(nth: number): Trader {
  const found = traders[nth];
  if (found === undefined) throw new Error("no such trader");
  return found;
}

const limit = (symbol: string, side: string, qty: string, price: string, clientOrderId: string) => ({
  symbol,
  side,
  type: "limit",
  time_in_force: "gtc",
  qty,
  limit_price: price,
  client_order_id: clientOrderId,
});

test("AC-12: a hundred concurrent submissions of one order create one order and get equal answers", async () => {
  const [seller, buyer] = [trader(0), trader(1)];
  await client.submit(seller, limit("NFLX", "sell", "4", "160", "ask"));
  const bid = limit("NFLX", "buy", "10", "160", "bid");
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.send(buyer, "POST", "/v2/orders", bid)));
  expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 200, body: { status: "partially_filled", filled_qty: "4" } });
  expect(await client.orders(buyer)).toHaveLength(1);
});

test("AC-12, AC-13: with kill -9 during the submissions there is one order too, and a query returns its state at once", async () => {
  const buyer = trader(2);
  for (let round = 0; round < 5; round++) {
    const key = `cut off ${round}`;
    const order = limit("META", "buy", "1", "500", key);
    const sent = Array.from({ length: 100 }, () => client.send(buyer, "POST", "/v2/orders", order));
    await sleep(round * 8);
    await site.crash();
    const found = await client.find(buyer, key);
    const answers = (await Promise.all(sent)).map(({ status, body }) => {
      const { id, client_order_id, created_at } = body as Record<string, unknown>;
      return JSON.stringify({ status, id, client_order_id, created_at });
    });
    expect(new Set(answers).size, key).toBe(1);
    const [answer = ""] = answers;
    if (found !== null) expect(found.id).toBe((JSON.parse(answer) as { id: string }).id);
    expect((await client.find(buyer, key))?.status).toBe("new");
  }
  expect(await client.orders(buyer)).toHaveLength(5);
  expect(await client.find(buyer, "never sent")).toBeNull();
});

test("AC-53: with kill -9 during a batch each of its orders exists once, and a query tells its state", async () => {
  const buyer = trader(1);
  const before = (await client.orders(buyer)).length;
  const COUNT = 40;
  for (let round = 0; round < 4; round++) {
    const names = Array.from({ length: COUNT }, (_, nth) => `batch ${round}.${nth}`);
    const commands = names.map((name, nth) => {
      const order = limit(nth % 2 === 0 ? "META" : "NFLX", "buy", "0.1", nth % 2 === 0 ? "500" : "100", name);
      return { action: "place", ...order };
    });
    const body = { commands, all_or_none: round % 2 === 0 };
    const sent = Array.from({ length: 3 }, () => client.send(buyer, "POST", "/v1/orders/batch", body));
    await sleep(round * 12);
    await site.crash();
    const found = await client.find(buyer, names[COUNT - 1] ?? "");
    const answers = (await Promise.all(sent)).map(({ status, body: outcomes }) => {
      expect(status).toBe(207);
      return (outcomes as { status: number; body: { id: string } }[]).map((outcome) => [
        outcome.status,
        outcome.body.id,
      ]);
    });
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const [answer = []] = answers;
    expect(answer.map(([status]) => status)).toEqual(Array(COUNT).fill(200));
    if (found !== null) expect(answer[COUNT - 1]?.[1]).toBe(found.id);
    expect((await client.find(buyer, names[0] ?? ""))?.status).toBe("new");
  }
  expect(await client.orders(buyer)).toHaveLength(before + 4 * COUNT);
  await client.cancelAll(buyer);
});

test("AC-14: the dead-man's switch fires in time, not sooner, and cancels what is open", async () => {
  const bot = trader(0);
  const order = await client.submit(bot, limit("META", "sell", "1", "900", "guarded"));
  const set = await client.send(bot, "POST", "/v1/orders/cancel-after", { timeout_seconds: 1 });
  const { current_time, trigger_time } = set.body as Record<string, string>;
  expect(Date.parse(trigger_time ?? "") - Date.parse(current_time ?? "")).toBe(1_000);
  const canceled = await vi.waitFor(async () => {
    const { body } = await client.send(bot, "GET", `/v2/orders/${order.id}`);
    expect(body).toMatchObject({ status: "canceled" });
    return body as { canceled_at: string };
  }, WAIT_OPTIONS);
  const late = Date.parse(canceled.canceled_at) - Date.parse(trigger_time ?? "");
  expect(late).toBeGreaterThanOrEqual(0);
  expect(late).toBeLessThan(1_000);
  expect((await client.send(bot, "GET", "/v1/orders/cancel-after")).body).toMatchObject({ trigger_time: null });
});

test("AC-14: the switch fires after kill -9 too, without a request to the account", async () => {
  const [bot, watcher] = [trader(0), trader(1)];
  const before = await client.resting(watcher, "META");
  await client.submit(bot, limit("META", "sell", "1", "901", "guarded through a crash"));
  await client.send(bot, "POST", "/v1/orders/cancel-after", { timeout_seconds: 2 });
  await site.crash();
  expect(await client.resting(watcher, "META")).toBe(before + 1);
  await vi.waitFor(async () => expect(await client.resting(watcher, "META")).toBe(before), WAIT_OPTIONS);
});

test("WS-17: a deposit with an Idempotency-Key is made once, with kill -9 in the middle", async () => {
  const { url } = site.exchange;
  const api = exchangeApi(url, 2);
  const bearer = await api.signIn(ADMIN, PASSWORD);
  api.close();
  const { accountId } = trader(1);
  const deposit = async (body: string): Promise<Response> => {
    const headers = { Authorization: `Bearer ${bearer}`, "Idempotency-Key": "once" };
    for (;;) {
      try {
        const answer = await fetch(`${url}/v1/admin/accounts/${accountId}/deposits`, { method: "POST", headers, body });
        if (answer.status < 500) return answer;
      } catch {
        // Connections are refused while workerd is down.
      }
      await sleep(20);
    }
  };
  const before = Number((await client.account(trader(1))).cash);
  const sent = Array.from({ length: 20 }, () => deposit('{"amount":"7.5"}'));
  await sleep(10);
  await site.crash();
  const answers = await Promise.all(sent);
  expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  expect(Number((await client.account(trader(1))).cash)).toBe(before + 7.5);
  const again = await deposit('{"amount":"7.5"}');
  expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([200, "true"]);
  const other = await deposit('{"amount":"8"}');
  expect([other.status, await other.json()]).toMatchObject([422, { code: 42210001 }]);
});
