import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import { afterEach, expect, test } from "vitest";
import { openExchange } from "./exchange.ts";

let server: Server | null = null;
afterEach(() => server?.close());

/** An exchange that gives these answers one after the other: a status, or null for a connection that breaks. */
async function exchangeOf(...answers: (number | null)[]) {
  server = createServer((request, response) => {
    const status = answers.shift();
    if (status === null) return void request.socket.destroy();
    response.statusCode = status ?? 200;
    if (status === 429) response.setHeader("Retry-After", "1");
    response.end('{"bids":[],"asks":[]}');
    return undefined;
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  const said: string[] = [];
  return { said, exchange: openExchange(url, { keyId: "k", secret: "s" }, (sentence) => said.push(sentence)) };
}

test("AU-23: a verification that is rate-limited waits for Retry-After, reports it once, and continues", async () => {
  const { said, exchange } = await exchangeOf(...Array.from({ length: 9 }, () => 429));
  const books = await Promise.all(["AAPL", "MSFT", "F"].map((symbol) => exchange.book(symbol)));
  expect(books).toHaveLength(3);
  expect(said.length).toBeLessThanOrEqual(9);
  expect(said[0]).toMatch(/429.* wait 1 s: waiting/);
  expect(exchange.waitedMs()).toBe(said.length * 1_000);
  exchange.close();
});

test("AU-23: a verification waits for an exchange that restarts, and not for one that never answered or keeps failing", async () => {
  const again = await exchangeOf(200, null, null, null, null, null, null, null, 503, 200);
  await again.exchange.book("AAPL");
  expect(await again.exchange.book("AAPL")).toEqual({ bids: [], asks: [] });
  again.exchange.close();
  const failing = await exchangeOf(...Array.from({ length: 9 }, () => 500));
  await expect(failing.exchange.book("AAPL")).rejects.toThrow(/answers 500 to/);
  failing.exchange.close();
  const never = openExchange("http://127.0.0.1:1", { keyId: "k", secret: "s" }, () => {});
  await expect(never.book("AAPL")).rejects.toThrow(/does not answer/);
});
