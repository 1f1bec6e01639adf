/** The relay inside workerd: real sockets, hibernation, alarms. Books, accounts and logins are fakes (vitest.config.ts). */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { AUTHENTICATION_TIMEOUT_MS } from "../../workers/quotes/relay/limits.ts";
import { account, at, freshRelay, makeUpdate, push, pushUpdate, fakeObject } from "./fakes.ts";
import { listening, open, WAIT_OPTIONS, RIGHT, subscribed } from "./subscriber.ts";

// The generated types know the bindings and not the entry module.
interface Entrypoints {
  readonly ForGateway: Fetcher;
  readonly default: Fetcher;
}
const { ForGateway: quotes, default: hostname } = exports as unknown as Entrypoints;

/** How often a relay has subscribed to a symbol's book. */
async function followed(symbol: string, relay: string | undefined): Promise<number> {
  return (await fakeObject(env.ORDER_BOOK, symbol).subscriptions()).filter(([name]) => name === relay).length;
}

describe("authentication", () => {
  it("WS-5: an invalid key gets an error and the socket is closed", async () => {
    const subscriber = await open(freshRelay(), "/v2/iex");
    subscriber.say({ ...RIGHT, secret: "wrong" });
    await subscriber.sees([{ T: "error", code: 402, msg: "auth failed" }]);
    await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 1008, reason: "auth failed" }), WAIT_OPTIONS);
    expect(subscriber.frames).toHaveLength(2);
  });

  it("WS-5: a login out of reach is an internal error: the client may reconnect", async () => {
    const subscriber = await open(freshRelay(), "/stream");
    subscriber.say({ ...RIGHT, secret: "unreachable" });
    await vi.waitFor(() => expect(subscriber.closed()?.code).toBe(1011), WAIT_OPTIONS);
    expect(subscriber.frames).toEqual([
      { stream: "error", action: "error", data: { code: 500, error_message: "internal error" } },
    ]);
  });

  it("WS-5: a socket that does not authenticate in time gets an error and is closed", async () => {
    const subscriber = await open(freshRelay(), "/v2/iex");
    const waitOptions = { timeout: 2 * AUTHENTICATION_TIMEOUT_MS, interval: 200 };
    await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 1008, reason: "auth timeout" }), waitOptions);
    expect(subscriber.frames).toEqual([
      [{ T: "success", msg: "connected" }],
      [{ T: "error", code: 404, msg: "auth timeout" }],
    ]);
  });

  it("messages sent right after the auth frame wait for its result", async () => {
    const subscriber = await open(freshRelay(), "/v2/iex");
    subscriber.say(RIGHT);
    subscriber.say({ action: "subscribe", trades: ["F"] });
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: ["F"] })]);
    expect(subscriber.frames).not.toContainEqual([expect.objectContaining({ T: "error" })]);
  });
});

describe("market data", () => {
  it("MD-3: a subscriber gets what it subscribed to in its codec, and nothing else", async () => {
    const relay = freshRelay();
    const json = await subscribed(relay, { trades: ["AAPL"] });
    const packed = await subscribed(relay, { quotes: ["*"] }, "msgpack");
    await push(relay, "MSFT", 4_000_000);
    await push(relay, "AAPL", 2_680_000);
    const of = (T: string, S: string): unknown => expect.objectContaining({ T, S });
    await vi.waitFor(() => expect(packed.frames.flat()).toHaveLength(2), WAIT_OPTIONS);
    expect(packed.frames.flat()).toEqual([of("q", "MSFT"), of("q", "AAPL")]);
    expect(json.frames.flat()).toEqual([of("t", "AAPL")]);
    expect(packed.frames.flat()[0]?.["t"]).toEqual(new Date(at));
    expect(json.frames.flat()[0]?.["t"]).toBe("2026-11-20T15:00:00.000Z");
    expect([new Set(json.kinds), new Set(packed.kinds)]).toEqual([new Set(["string"]), new Set(["object"])]);
  });

  it("MD-1: the first push is sent at once, those within the window in one frame", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["INTC"], quotes: ["INTC"] }, "msgpack");
    for (const bid of [100, 200, 300, 400]) await push(relay, "INTC", bid * 10_000);
    await vi.waitFor(() => expect(subscriber.frames.flat()).toHaveLength(6), WAIT_OPTIONS);
    expect(subscriber.frames.map((frame) => (Array.isArray(frame) ? frame.map(({ T }) => T) : []))).toEqual([
      ["t", "q"],
      ["t", "t", "t", "q"],
    ]);
    expect(subscriber.frames.flat().at(-1)).toMatchObject({ T: "q", bp: 400 });
  });

  it("MD-3: after the acknowledgement of an unsubscription nothing of the symbol follows, and nothing before it is lost", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["GOOGL", "AVGO"] });
    const unsubscribe = { action: "unsubscribe", trades: ["GOOGL"] };
    // The first goes at once, the second waits for the end of its window.
    for (let nth = 0; nth < 2; nth++) await push(relay, "GOOGL");
    subscriber.say(unsubscribe);
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: ["AVGO"] })]);
    await push(relay, "AVGO");
    await vi.waitFor(() => expect(subscriber.frames.flat().at(-1)).toMatchObject({ T: "t", S: "AVGO" }), WAIT_OPTIONS);
    expect(subscriber.frames.flat().map(({ T, S }) => [T, S])).toEqual([
      ["t", "GOOGL"],
      ["t", "GOOGL"],
      ["subscription", undefined],
      ["t", "AVGO"],
    ]);
  });

  it("MD-5: a book is subscribed once for all subscribers, and told when the last has left", async () => {
    const relay = freshRelay();
    expect(await push(relay, "KO")).toEqual({ keep: false });
    const subscribers = await Promise.all([
      subscribed(relay, { trades: ["KO"] }),
      subscribed(relay, { quotes: ["KO"] }),
    ]);
    expect(await followed("KO", relay.name)).toBe(1);
    expect(await push(relay, "KO")).toEqual({ keep: true });
    for (const { socket } of subscribers) socket.close(1000, "bye");
    await vi.waitFor(async () => expect(await push(relay, "KO")).toEqual({ keep: false }), WAIT_OPTIONS);
    await subscribed(relay, { trades: ["KO"] });
    expect(await followed("KO", relay.name)).toBe(2);
  });

  it("MD-5: a client that subscribes and unsubscribes without end causes one subscription of the book", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["NFLX"] });
    const before = await followed("NFLX", relay.name);
    for (let round = 0; round < 10; round++) {
      const frames = subscriber.frames.length;
      subscriber.say({ action: "unsubscribe", trades: ["NFLX"] });
      await vi.waitFor(() => expect(subscriber.frames.length).toBe(frames + 1), WAIT_OPTIONS);
      expect(await push(relay, "NFLX")).toEqual({ keep: true });
      subscriber.say({ action: "subscribe", trades: ["NFLX"] });
      await vi.waitFor(() => expect(subscriber.frames.length).toBe(frames + 2), WAIT_OPTIONS);
    }
    expect(await followed("NFLX", relay.name)).toBe(before);
    // It misses nothing while it is subscribed.
    await push(relay, "NFLX");
    await subscriber.sees([expect.objectContaining({ T: "t", S: "NFLX" })]);
  });

  it("a book out of reach is an error for its subscriber, not a subscription without data", async () => {
    const relay = freshRelay();
    await fakeObject(env.ORDER_BOOK, "WMT").setFailing(true);
    const subscriber = await open(relay, "/v2/iex");
    subscriber.say(RIGHT);
    subscriber.say({ action: "subscribe", trades: ["WMT"] });
    await subscriber.sees([{ T: "error", code: 500, msg: "internal error" }]);
    expect(subscriber.frames).not.toContainEqual([expect.objectContaining({ T: "subscription" })]);
    await vi.waitFor(() => expect(subscriber.closed()?.code).toBe(1011), WAIT_OPTIONS);
    await fakeObject(env.ORDER_BOOK, "WMT").setFailing(false);
    await subscribed(relay, { trades: ["WMT"] });
  });
});

describe("hibernation", () => {
  it("MD-3: a relay continues after hibernation: pushes, messages and subscriptions", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["TSLA"] }, "msgpack");
    await evictDurableObject(relay);
    expect(await push(relay, "TSLA")).toEqual({ keep: true });
    await subscriber.sees([expect.objectContaining({ T: "t", S: "TSLA" })]);
    await evictDurableObject(relay);
    subscriber.say({ action: "subscribe", quotes: ["DIS"] });
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: ["TSLA"], quotes: ["DIS"] })]);
    subscriber.say(RIGHT);
    await subscriber.sees([{ T: "error", code: 403, msg: "already authenticated" }]);
  });

  it("MD-5: while there are subscribers the alarm renews the subscriptions; then it stops", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { quotes: ["JPM"] });
    await evictDurableObject(relay);
    expect(await runDurableObjectAlarm(relay)).toBe(true);
    expect(await followed("JPM", relay.name)).toBe(2);
    subscriber.socket.close(1000, "bye");
    await vi.waitFor(async () => expect(await push(relay, "JPM")).toEqual({ keep: false }), WAIT_OPTIONS);
    expect(await runDurableObjectAlarm(relay)).toBe(true);
    expect(await runDurableObjectAlarm(relay)).toBe(false);
    expect(await followed("JPM", relay.name)).toBe(2);
  });
});

describe("trade updates", () => {
  it("WS-1: each listening socket of the account gets them, also after hibernation, and no other account's", async () => {
    const relay = freshRelay();
    const subscribers = await Promise.all([listening(relay), listening(relay)]);
    await evictDurableObject(relay);
    expect(await pushUpdate(relay)).toEqual({ keep: true });
    const data = expect.objectContaining({ event: "fill", price: "268", qty: "2", position_qty: "2" });
    for (const subscriber of subscribers) await subscriber.sees({ stream: "trade_updates", cursor: "1", data });
    expect(await relay.pushAccount("another-account", [await makeUpdate()], 9)).toEqual({ keep: false });
    expect(subscribers.map(({ frames }) => frames.length)).toEqual([1, 1]);
    expect((await account().subscriptions()).map(([name]) => name)).toContain(relay.name);
  });

  it("MD-5: a client that unlistens gets no more", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay);
    subscriber.say({ action: "listen", data: { streams: [] } });
    await subscriber.sees({ stream: "listening", data: { streams: [] } });
    expect(await pushUpdate(relay)).toEqual({ keep: false });
  });
});

describe("the quotes worker", () => {
  const ask = (path: string, headers: Record<string, string> = { "x-principal": "{}" }): Promise<Response> =>
    quotes.fetch(new Request(`https://quotes.invalid${path}`, { headers }));

  it("WS-6: opens both streams and refuses unknown feeds and plain requests", async () => {
    await (await open(quotes, "/v2/sip")).sees([{ T: "success", msg: "connected" }]);
    expect((await open(quotes, "/stream/")).frames).toEqual([]);
    await expect(open(quotes, "/v2/nope")).rejects.toThrow("404");
    expect([(await ask("/v2/iex")).status, (await ask("/stream")).status]).toEqual([426, 426]);
  });

  it("MD-4: returns the latest quotes and trades, without symbols that have none", async () => {
    const quote = expect.objectContaining({ bp: 100, bs: 1, ap: 0, as: 0 });
    const several = await ask("/v2/stocks/quotes/latest?symbols=AAPL,NOPE,BTCUSD");
    expect(await several.json()).toEqual({ quotes: { AAPL: quote, "BTC/USD": expect.anything() } });
    expect(await (await ask("//v2/stocks/AAPL/quotes/latest")).json()).toEqual({ symbol: "AAPL", quote });
    const none = await ask("/v2/stocks/AAPL/trades/latest");
    const said = { code: 40410000, message: "no trade found for AAPL", reason: "no_market_data" };
    expect([none.status, await none.json()]).toEqual([404, said]);
    for (const path of ["quotes/latest", "quotes/latest?symbols=AAPL&feed=foo", "AAPL/trades/latest?feed=foo"]) {
      const refused = await ask(`/v2/stocks/${path}`);
      expect([refused.status, await refused.json()], path).toMatchObject([400, { reason: "data_query_invalid" }]);
    }
  });

  it("MD-43: returns the newest data of coins and shares to everybody, in the shapes of coins", async () => {
    const latest = async (what: string) => (await ask(`/v1beta3/crypto/us/latest/${what}`, {})).json();
    const t = new Date(0).toISOString();
    expect(await latest("quotes?symbols=AAPL,NOPE")).toEqual({ quotes: { AAPL: { t, bp: 100, bs: 1, ap: 0, as: 0 } } });
    expect(await latest("trades?symbols=BTC/USD")).toEqual({ trades: {} });
    const book = { t, b: [{ p: 100, s: 0.00000001 }], a: [] };
    expect(await latest("orderbooks?symbols=BTCUSD")).toEqual({ orderbooks: { "BTC/USD": book } });
    for (const path of ["us/latest/quotes", "nowhere/latest/quotes?symbols=AAPL", "us/latest/orderbooks?symbols=?"]) {
      const refused = await ask(`/v1beta3/crypto/${path}`, {});
      expect([refused.status, await refused.json()], path).toMatchObject([400, { reason: "data_query_invalid" }]);
    }
  });

  it("MD-42: reads a book once for many requests of a second", async () => {
    const path = "/v2/stocks/quotes/latest?symbols=KO,F";
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(path)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const statuses = answers.map(({ headers }) => headers.get("cache-status"));
    expect(statuses.filter((status) => status !== "exchange; hit")).toEqual(['exchange; fwd=miss; detail="2 of 2"']);
  });

  it("MD-3: returns a book by level and by order, exactly", async () => {
    const levels = { symbol: "BTC/USD", sequence: 7, bids: [["100", "0.00000001"]], asks: [] };
    expect(await (await ask("/v1/books/BTC%2FUSD?levels=1")).json()).toEqual(levels);
    const orders = { ...levels, bids: [[3, "100", "0.00000001"]] };
    expect(await (await ask("/v1/books/BTCUSD?view=orders")).json()).toEqual(orders);
    const none = await ask("/v1/books/NOPE");
    expect(none.headers.get("content-type")).toBe("application/problem+json");
    expect([none.status, await none.json()]).toMatchObject([404, { code: 40410000, detail: "symbol not found: NOPE" }]);
  });

  it("WS-19: authenticates nobody by a hostname, whatever the headers, and opens no stream there", async () => {
    const forged = { "x-principal": '{"userId":"u","accountId":"a","roles":["admin"]}', "x-access-token": "e30.e30.s" };
    for (const path of ["/v2/stocks/AAPL/quotes/latest", "/v1/books/AAPL", "/stream", "/v2/iex"]) {
      for (const headers of [forged, { ...forged, Upgrade: "websocket", "CF-Worker": "exchange-gateway" }]) {
        const answer = await hostname.fetch(new Request(`https://exchange-quotes.invalid${path}`, { headers }));
        expect(answer.webSocket, path).toBeNull();
        expect([answer.status, await answer.json()], path).toMatchObject([503, { code: 50310000 }]);
      }
    }
  });

  it("WS-2: refuses requests that did not come through the gateway, and answers 503 for a book out of reach", async () => {
    expect((await ask("/v1/books/AAPL", {})).status).toBe(401);
    await fakeObject(env.ORDER_BOOK, "BAC").setFailing(true);
    const away = await ask("/v1/books/BAC");
    expect([away.status, await away.json()]).toMatchObject([503, { code: 50310000 }]);
    expect((await ask("/v9/what")).status).toBe(404);
  });
});
