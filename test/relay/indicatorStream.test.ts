/** Indicators on the data stream inside workerd, over the bars of a fake tape (vitest.config.ts). */
import { exports } from "cloudflare:workers";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Bar } from "../../domain/market/bars/bar.ts";
import { barElements } from "../../protocol/mapping/barElements.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { fakeObject, freshRelay } from "./fakes.ts";
import { open, RIGHT } from "./subscriber.ts";

// The generated types know the bindings and not the entry module.
const { ForGateway: quotes } = exports as unknown as { readonly ForGateway: Fetcher };

/** The last minute of the fake tape of AAPL. */
const NEWEST = Date.UTC(2026, 10, 1, 15, 2);
const price = { open: 1_000_000, high: 1_010_000, low: 990_000, close: 1_005_000 };
const bar: Bar = { at: NEWEST, ...price, volume: 1n, turnover: 1n, count: 2, firstAt: NEWEST, lastAt: NEWEST };
const pushed: MarketSegment = {
  symbol: "AAPL",
  previous: 0,
  sequence: 0,
  trades: new Uint8Array(),
  tradeCount: 0,
  quote: null,
  bars: barElements("bars", "AAPL", [bar]),
};

async function rest(path: string) {
  const headers = { "x-principal": "{}" };
  const answer = await quotes.fetch(new Request(`https://exchange.test${path}`, { headers }));
  const { values } = await answer.json<{ values: Record<string, unknown>[] }>();
  return values.at(-1);
}

describe("MD-85: indicators on the data stream", () => {
  it.each(["json", "msgpack"] as const)("have the values of REST with each bar (%s)", async (codec) => {
    const relay = freshRelay();
    const client = await open(relay, "/v2/iex", codec);
    client.say(RIGHT);
    client.say({ action: "subscribe", indicators: ["AAPL:sma:3:1Min", "AAPL:macd:1Min", "AAPL:nosuch:1Min"] });
    const ids = ["AAPL:sma:3:1Min", "AAPL:macd:12:26:9:1Min"];
    await client.sees([expect.objectContaining({ T: "subscription", bars: [], indicators: ids })]);
    await client.sees([{ T: "error", code: 414, msg: "no such indicator: AAPL:nosuch:1Min" }]);
    expect((await fakeObject(env.ORDER_BOOK, "AAPL").depthSubscriptions()).at(-1)).toEqual(["bars"]);
    expect(await relay.pushMarket(pushed)).toMatchObject({ keep: true });
    const { t, ...values } = (await rest("/v1/indicators/sma?symbol=AAPL&timeframe=1Min&period=3&limit=1")) ?? {};
    expect(t).toBe(new Date(NEWEST).toISOString());
    const at = codec === "json" ? t : new Date(NEWEST);
    await client.sees([{ T: "indicator", S: "AAPL", indicator: ids[0], t: at, ...values }]);
    const macd = (await rest("/v1/indicators/macd?symbol=AAPL&timeframe=1Min&limit=1")) ?? {};
    await client.sees([{ T: "indicator", S: "AAPL", indicator: ids[1], ...macd, t: at }]);
    // Bars themselves were not asked for.
    expect(client.frames.flat().filter((each) => each["T"] === "b")).toEqual([]);
    client.say({ action: "unsubscribe", indicators: ["AAPL:macd:1Min"] });
    await client.sees([expect.objectContaining({ T: "subscription", indicators: ["AAPL:sma:3:1Min"] })]);
    client.say({ action: "unsubscribe", indicators: ["*"] });
    await client.sees([expect.objectContaining({ T: "subscription", indicators: [] })]);
    client.socket.close();
  });

  it("are at most 20 a client", async () => {
    const client = await open(freshRelay(), "/v2/iex");
    client.say(RIGHT);
    const names = Array.from({ length: 21 }, (_, nth) => `AAPL:sma:${nth + 2}:1Min`);
    client.say({ action: "subscribe", indicators: names });
    await client.sees([{ T: "error", code: 405, msg: "symbol limit exceeded" }]);
    expect(client.closed()).toBeNull();
    client.socket.close();
  });
});
