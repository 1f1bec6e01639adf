import { expect, test } from "vitest";
import { app, env, quotes, send, trade } from "./fakes.ts";
import { TRADER } from "./samples.ts";

test("WS-10: market data requests are passed on with the caller instead of the credentials", async () => {
  await trade("GET", "/v2//stocks/AAPL/quotes/latest?feed=iex", undefined, { "x-principal": "forged" });
  const request = quotes.fetch.mock.calls[0]?.[0];
  expect(request?.url).toBe("http://exchange.test/v2/stocks/AAPL/quotes/latest?feed=iex");
  expect(JSON.parse(request?.headers.get("x-principal") ?? "")).toEqual(TRADER);
  expect(request?.headers.get("APCA-API-SECRET-KEY")).toBeNull();
  expect((await send("GET", "/v2/stocks/AAPL/quotes/latest")).status).toBe(401);
  expect((await send("GET", "/v1/books/AAPL")).status).toBe(401);
  expect(quotes.fetch).toHaveBeenCalledTimes(1);
});

test("WS-10: crypto data is public, and upgrades are passed on without a caller", async () => {
  await app.request(
    "http://exchange.test/v1beta3/crypto/us/snapshots",
    { headers: { "x-principal": "forged" } },
    env(),
  );
  await app.request(
    "http://exchange.test/stream/",
    { headers: { Upgrade: "WebSocket", "x-principal": "forged" } },
    env(),
  );
  expect(quotes.fetch.mock.calls.map(([request]) => request.headers.get("x-principal"))).toEqual([null, null]);
  expect(quotes.fetch.mock.calls[1]?.[0].url).toBe("http://exchange.test/stream");
  expect((await send("GET", "/stream")).status).toBe(426);
});

test("MD-83: indicators are passed on for a caller, and for nobody else", async () => {
  await trade("GET", "/v1/indicators/sma?symbol=AAPL&timeframe=1Min&period=5");
  await trade("GET", "/v1/indicators");
  const urls = quotes.fetch.mock.calls.map(([request]) => request.url);
  const root = "http://exchange.test/v1/indicators";
  expect(urls).toEqual([`${root}/sma?symbol=AAPL&timeframe=1Min&period=5`, root]);
  expect((await send("GET", "/v1/indicators/sma?symbol=AAPL&timeframe=1Min")).status).toBe(401);
  expect((await send("POST", "/v1/indicators/sma")).status).toBe(405);
});
