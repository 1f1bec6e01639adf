/** An externally priced symbol inside workerd: the feed, an upstream that speaks Alpaca's protocol, book and account. */
import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { NO_ORIGIN } from "../../domain/account/state/origin.ts";
import { requireInstrument } from "../../domain/market/listing.ts";
import { Feed } from "../../durable-objects/feed/object.ts";
import { ticketWith } from "../../domain/account/testing.ts";
import {
  accountObject,
  feedObject,
  instrumentRegistryObject,
  orderBookObject,
  priceBoardObject,
} from "../../durable-objects/actor/namespaces.ts";
import type { Principal } from "../../protocol/auth/principal.ts";
import { readBoards } from "../../protocol/rpc/priceBoard.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { decodeSegment } from "../../protocol/stream/segment.ts";

const WAIT = { timeout: 20_000, interval: 50 };
const SYMBOL = "DIS";
const feed = () => feedObject(env, "us_equity");
const book = () => orderBookObject(env, SYMBOL);

interface Upstream {
  readonly sockets: number;
  readonly asked: readonly Record<string, unknown>[];
}

/** Has the upstream send elements, go down or come back. */
async function upstream(command: object): Promise<Upstream> {
  const answer = await fetch("http://upstream.invalid/control", { method: "POST", body: JSON.stringify(command) });
  return answer.json();
}

const quote = (bp: number, at = Date.now()) => {
  return { T: "q", S: SYMBOL, bp, bs: 1, ap: bp + 0.05, as: 2, c: ["R"], z: "A", t: new Date(at).toISOString() };
};
const trade = (i: number, p: number) => ({ T: "t", S: SYMBOL, i, p, s: 3, t: new Date().toISOString() });

async function trader(): Promise<(terms: object) => Promise<string>> {
  const accountId = crypto.randomUUID();
  const who: Principal = { userId: accountId, accountId, roles: ["trader"] };
  const account = accountObject(env, accountId);
  await account.open(accountId, NO_ORIGIN);
  await account.deposit(who, { reference: "cash", symbol: null, amount: "100000" }, NO_ORIGIN);
  return async (terms) => {
    const ticket = ticketWith({ symbol: SYMBOL, qty: "1", clientOrderId: crypto.randomUUID(), ...terms });
    const outcome = await account.submitOrder(who, ticket, NO_ORIGIN);
    return outcome.ok ? "taken" : outcome.refusal.reason;
  };
}

/** The quotes that the relay of a test got, newest last. */
async function pushedQuotes(relay: string): Promise<Record<string, unknown>[]> {
  const stub = env.RELAY.getByName(relay) as unknown as { pushed(): Promise<MarketSegment[]> };
  const quotes = (await stub.pushed()).flatMap(({ quote: bytes }) => (bytes === null ? [] : [bytes]));
  return quotes.flatMap((bytes) => decodeSegment(bytes)) as Record<string, unknown>[];
}

test("MD-115: the object plays a recorded day", async () => {
  const coin = requireInstrument("BTC/USD");
  await instrumentRegistryObject(env).change({ kind: "change", symbol: "BTC/USD", priceSource: "feed" }, "ann");
  await orderBookObject(env, "BTC/USD").subscribe("relay-replay", 1);
  await runInDurableObject(env.FEED.getByName("crypto"), async (_, state) => {
    const settings = { FEED_SOURCE: "replay", FEED_URL: "http://upstream.invalid/day", FEED_SPEED: "10" };
    const player = new Feed(state, Object.assign({}, env, settings));
    expect(await player.follow(coin)).toMatchObject({ symbol: "BTC/USD", state: "live" });
    await vi.waitFor(async () => {
      expect(await player.follow(coin)).toMatchObject({
        state: "stale",
        quote: { bid: { price: 2_320_000 }, ask: { price: 2_330_000 } },
        trades: [{ tradeId: 5, price: 2_315_000, qty: 25_000_000 }],
      });
    }, WAIT);
    expect(await player.status()).toMatchObject({ source: "replay", counts: { items: 4, failed: 0, refused: 0 } });
  });
  await vi.waitFor(async () => {
    expect((await pushedQuotes("relay-replay")).map(({ bp }) => bp)).toContain(232);
  }, WAIT);
  await instrumentRegistryObject(env).change({ kind: "change", symbol: "BTC/USD", priceSource: "own" }, "ann");
});

test("MD-114, MD-117: an externally priced symbol shows its upstream, is stale without it, and is live again", async () => {
  await upstream({ latest: { quotes: { [SYMBOL]: quote(110) }, trades: { [SYMBOL]: trade(1, 110.02) } } });
  const submit = await trader();
  expect(await submit({ side: "buy", type: "market", limitPrice: null })).toBe("taken");
  const boards = () => readBoards((nth) => priceBoardObject(env, nth), [SYMBOL]);
  await vi.waitFor(async () => expect((await boards()).size).toBe(1), WAIT);
  await instrumentRegistryObject(env).change({ kind: "change", symbol: SYMBOL, priceSource: "feed" }, "ann");
  // Nobody has needed the prices yet: the first request connects, and gets the newest by REST.
  expect(await book().top()).toMatchObject({
    bid: { price: 1_100_000, qty: 1_000_000 },
    ask: { price: 1_100_500, qty: 2_000_000 },
    last: { tradeId: 1, price: 1_100_200 },
    feed: { state: "live" },
  });
  expect((await upstream({})).asked).toContainEqual({
    action: "subscribe",
    quotes: [SYMBOL],
    trades: [SYMBOL],
    statuses: [SYMBOL],
  });
  // Boards leave such a symbol to its book.
  await vi.waitFor(async () => expect((await boards()).size).toBe(0), WAIT);
  await book().subscribe("relay-feed", 1);
  await upstream({ send: [quote(111), trade(2, 111.01), { T: "b", S: SYMBOL }, quote(112)] });
  await vi.waitFor(async () => {
    expect((await pushedQuotes("relay-feed")).at(-1)).toMatchObject({ bp: 112, stale: false });
  }, WAIT);
  expect(await submit({ side: "buy", type: "market", limitPrice: null })).toBe("taken");

  const status = (sc: string) => ({ T: "s", S: SYMBOL, sc, sm: "", rc: "", rm: "", t: new Date().toISOString() });
  for (const [code, outcome] of [
    ["H", "feed_stale"],
    ["T", "taken"],
  ] as const) {
    await upstream({ send: [status(code)] });
    await vi.waitFor(async () => {
      expect((await pushedQuotes("relay-feed")).at(-1)).toMatchObject({ bp: 112, stale: code === "H" });
    }, WAIT);
    expect(await submit({ side: "buy", type: "market", limitPrice: null })).toBe(outcome);
  }

  await upstream({ down: true });
  await vi.waitFor(async () => {
    expect((await pushedQuotes("relay-feed")).at(-1)).toMatchObject({ bp: 112, stale: true });
  }, WAIT);
  expect((await book().top()).feed?.state).toBe("down");
  expect(await submit({ side: "buy", type: "market", limitPrice: null })).toBe("feed_stale");
  expect(await submit({ side: "buy", type: "stop", limitPrice: null, stopPrice: "120" })).toBe("feed_stale");
  expect(await submit({ side: "buy", type: "limit", limitPrice: "105" })).toBe("taken");
  expect(await feed().status()).toMatchObject({ state: "down", symbols: [SYMBOL] });

  await upstream({ down: false, latest: { quotes: { [SYMBOL]: quote(113) }, trades: {} } });
  await vi.waitFor(async () => {
    expect((await pushedQuotes("relay-feed")).at(-1)).toMatchObject({ bp: 113, stale: false });
  }, WAIT);
  expect(await submit({ side: "buy", type: "market", limitPrice: null })).toBe("taken");

  // Both objects die: the feed connects again by its alarm, and goes on for its book.
  await abortAllDurableObjects();
  await upstream({ latest: { quotes: { [SYMBOL]: quote(114) }, trades: {} } });
  await runDurableObjectAlarm(env.FEED.getByName("us_equity"));
  await vi.waitFor(async () => {
    expect(await book().top()).toMatchObject({ bid: { price: 1_140_000 }, feed: { state: "live" } });
  }, WAIT);

  // Shown by its own book again, it needs no feed: the connection is closed.
  await instrumentRegistryObject(env).change({ kind: "change", symbol: SYMBOL, priceSource: "own" }, "ann");
  const own = await book().top();
  expect([own.feed, own.bid]).toEqual([undefined, { price: 1_050_000, qty: 1_000_000 }]);
  await vi.waitFor(async () => {
    await upstream({ send: [quote(115)] });
    expect([(await feed().status()).symbols, (await upstream({})).sockets]).toEqual([[], 0]);
  }, WAIT);
});
