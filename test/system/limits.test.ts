/** The limits of the whole exchange, as the clients of traders meet them. */
import { Alpaca } from "@alpacahq/alpaca-trade-api";
import ccxt from "ccxt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startExchange } from "./exchange.ts";
import type { Exchange, Reply, Trader } from "./exchange.ts";

let exchange: Exchange;
beforeAll(async () => {
  exchange = await startExchange();
});
afterAll(async () => {
  await exchange.close();
});

let floods = 0;
/** So many requests at once from an address of their own, and what came of them. */
async function flood(who: Trader | null, count: number, method: string, path: string): Promise<Reply[]> {
  const from = { "CF-Connecting-IP": `203.0.113.${++floods}` };
  return Promise.all(Array.from({ length: count }, () => exchange.call(who, method, path, undefined, from)));
}
const withStatus = (replies: readonly Reply[], status: number) => replies.filter((reply) => reply.status === status);

test("RL-1, RL-5: a login on the standard plan gets a burst, then 429, which the SDK and ccxt recognise as a rate limit", async () => {
  const trader = await exchange.trader(1_000, {}, { plan: "standard" });
  const started = Date.now();
  const replies = await flood(trader, 300, "GET", "/v2/account");
  const passed = withStatus(replies, 200).length;
  expect(passed).toBeGreaterThanOrEqual(200);
  expect(passed).toBeLessThanOrEqual(201 + Math.ceil((Date.now() - started) / 600));
  expect(withStatus(replies, 429)).toHaveLength(300 - passed);
  for (const { headers } of replies) {
    expect(headers.get("X-RateLimit-Limit")).toBe("200");
    expect(Number(headers.get("X-RateLimit-Remaining"))).toBeLessThan(200);
  }

  const alpaca = new Alpaca({
    keyId: trader.keyId,
    secret: trader.secret,
    rateLimit: false,
    retry: false,
    fetchApi: (input, init) => fetch(exchange.url + new URL(String(input)).pathname, init),
  });
  const drained = async (ask: () => Promise<unknown>): Promise<unknown> => {
    for (let i = 0; i < 50; i++) {
      const error = await ask().then(
        () => null,
        (thrown: unknown) => thrown,
      );
      if (error !== null) return error;
    }
    return null;
  };
  const refused = await drained(() => alpaca.trading.account.getAccount());
  expect(refused).toMatchObject({ name: "RateLimitError", status: 429, code: 42910000, retryAfterMs: 1_000 });
  expect(refused).toMatchObject({ rateLimit: { limit: 200, remaining: 0, reset: expect.any(Date) as Date } });

  const client = new ccxt.alpaca({
    apiKey: trader.keyId,
    secret: trader.secret,
    enableRateLimit: false,
    urls: { api: { trader: exchange.url, market: exchange.url, broker: exchange.url } },
  });
  expect(await drained(() => client.fetchBalance())).toBeInstanceOf(ccxt.RateLimitExceeded);
});

test("RL-1: a login on the market maker plan is not limited at this rate", async () => {
  const maker = await exchange.trader(1_000);
  const replies = await flood(maker, 400, "GET", "/v2/account");
  expect(withStatus(replies, 200)).toHaveLength(400);
});

test("RL-4: an address may try 30 sign-ins a minute, and does not limit another address", async () => {
  // The minute may end in between: twice as many and one more must be refused somewhere.
  const replies = await flood(null, 61, "POST", "/v1/auth/login");
  const refused = withStatus(replies, 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(Number(refused[0]?.headers.get("Retry-After"))).toBeGreaterThan(0);
  expect(refused[0]?.body).toMatchObject({ code: 42910000, type: "/docs/errors#rate_limited" });
  const [other] = await flood(null, 1, "POST", "/v1/auth/login");
  expect(other?.status).toBe(400);
});

test("RL-4: a user on the standard plan may send 100 market data requests a minute", async () => {
  const trader = await exchange.trader(0, {}, { plan: "standard" });
  const replies = await flood(trader, 201, "GET", "/v1/books/AAPL");
  const refused = withStatus(replies, 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(refused[0]?.headers.get("X-RateLimit-Limit")).toBe("100");
  // Its account is another matter.
  expect((await exchange.call(trader, "GET", "/v2/account")).status).toBe(200);
});
