/** The depth channels inside workerd: snapshots by the relay, changes, resuming, own orders, slow subscribers. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { assetOf } from "../../domain/market/asset.ts";
import { newFeed } from "../../durable-objects/orderbook/testing.ts";
import { INTERVAL_MAX_MS } from "../../durable-objects/orderbook/publicationPace.ts";
import type { DepthPart, MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { DepthCopy, type DepthFrameElement } from "../../protocol/mapping/testing.ts";
import { ACCOUNT, fakeObject, freshRelay } from "./fakes.ts";
import { open, RIGHT, subscribed, WAIT_OPTIONS, type Subscriber } from "./subscriber.ts";

const BOTH: readonly DepthPart[] = ["depth", "orders"];

/** A market whose book the fake object publishes, under a symbol of its own. */
async function market(symbol: string) {
  const feed = newFeed(symbol);
  for (const part of BOTH) feed.audience.depth.add(part);
  const book = fakeObject(env.ORDER_BOOK, symbol);
  const keep = () => book.setSnapshots(feed.feed.snapshot(BOTH));
  await keep();
  /** Commits orders, and returns the segments that the book publishes. */
  const publish = async (...lines: string[]): Promise<MarketSegment[]> => {
    const before = feed.published.length;
    feed.commit(...lines);
    feed.wait(INTERVAL_MAX_MS);
    const segments = feed.published.slice(before).map(({ segment }) => segment);
    await book.add(segments);
    await keep();
    return segments;
  };
  return { ...feed, book, publish };
}

const elementsOf = ({ frames }: Subscriber, ...kinds: string[]) =>
  (frames.flat() as unknown as (DepthFrameElement & { own?: unknown })[]).filter(({ T }) => kinds.includes(T));

/** The copies that a subscriber has put together of what it was sent. */
function copiesOf(subscriber: Subscriber, symbol: string) {
  const decimals = assetOf(symbol).qtyDecimals;
  const copies = { depth: new DepthCopy(decimals), orders: new DepthCopy(decimals) };
  for (const part of BOTH) for (const element of elementsOf(subscriber, part)) copies[part].take(element);
  return copies;
}

const reaches = (subscriber: Subscriber, symbol: string, sequence: number) =>
  vi.waitFor(() => {
    const { depth, orders } = copiesOf(subscriber, symbol);
    expect([depth.seq, orders.seq]).toEqual([sequence, sequence]);
  }, WAIT_OPTIONS);

it.each(["json", "msgpack"] as const)(
  "MD-100: a subscriber gets a snapshot and every change; the next one gets its snapshot from the relay (%s)",
  async (codec) => {
    const symbol = codec === "json" ? "KO" : "WMT";
    const relay = freshRelay();
    const { book, publish } = await market(symbol);
    await publish("buy 1000000 1", "buy 1000000 2", "sell 1010000 1");
    const first = await subscribed(relay, { depth: [symbol], orders: [symbol] }, codec);
    await reaches(first, symbol, 3);
    const subscriptions = (await book.depthSubscriptions()).length;
    for (const line of ["sell 1000000 1", "buy 990000 4", "sell 1010000 2"]) {
      for (const segment of await publish(line)) await relay.pushMarket(segment);
    }
    await reaches(first, symbol, 6);
    const second = await subscribed(relay, { depth: [symbol], orders: [symbol] }, codec);
    await reaches(second, symbol, 6);
    expect((await book.depthSubscriptions()).length).toBe(subscriptions);
    expect(await book.asked()).toBe(0);
    for (const part of BOTH) {
      const [one, two] = [copiesOf(first, symbol)[part], copiesOf(second, symbol)[part]];
      expect([one.snapshots, two.snapshots]).toEqual([1, 1]);
      for (const side of ["b", "a"] as const) expect(two.rows(side)).toEqual(one.rows(side));
    }
    expect(copiesOf(first, symbol).depth.rows("b")).toEqual([
      { p: 100, s: 2 },
      { p: 99, s: 4 },
    ]);
    for (const segment of await publish("buy 1000000 5")) await relay.pushMarket(segment);
    await reaches(first, symbol, 7);
    await reaches(second, symbol, 7);
  },
);

it("MD-103: a subscriber resumes after its cursor, or gets a snapshot and the reason, also from a relay that slept", async () => {
  const symbol = "DIS";
  const relay = freshRelay();
  const { book, publish } = await market(symbol);
  await publish("buy 1000000 1");
  const first = await subscribed(relay, { depth: [symbol], orders: [symbol] });
  await reaches(first, symbol, 1);
  await publish("buy 1000000 2");
  await publish("sell 1020000 2");
  const late = await subscribed(relay, { depth: [symbol], orders: [symbol], cursors: { [symbol]: 1 } });
  await vi.waitFor(
    () =>
      expect(elementsOf(late, "depth").map(({ prev, seq }) => [prev, seq])).toEqual([
        [1, 2],
        [2, 3],
      ]),
    WAIT_OPTIONS,
  );
  // The pushes were lost: the next one shows the gap.
  for (const segment of await publish("sell 1020000 1")) await relay.pushMarket(segment);
  await reaches(first, symbol, 4);
  expect(copiesOf(first, symbol).depth.snapshots).toBe(1);
  await evictDurableObject(relay);
  for (const segment of await publish("sell 1030000 1")) await relay.pushMarket(segment);
  await reaches(first, symbol, 5);
  const awake = await subscribed(relay, { depth: [symbol], orders: [symbol] });
  await reaches(awake, symbol, 5);
  await book.forget(4);
  const tooLate = await subscribed(relay, { depth: [symbol], cursors: { [symbol]: 2 } });
  await tooLate.sees(expect.arrayContaining([expect.objectContaining({ T: "depth", r: true, seq: 5 })]));
});

it("MD-102: an account is told which orders are its own, and nobody else is", async () => {
  const symbol = "QQQ";
  const relay = freshRelay();
  const { publish } = await market(symbol);
  const renamed = (segments: readonly MarketSegment[], account: string) =>
    segments.map((segment) => {
      const { orders } = segment;
      return orders === undefined
        ? segment
        : { ...segment, orders: { ...orders, owners: { [account]: Object.values(orders.owners ?? {}).flat() } } };
    });
  await publish("buy 1000000 1");
  const subscriber = await subscribed(relay, { orders: [symbol] });
  const levelsOnly = await subscribed(relay, { depth: [symbol] });
  for (const segment of renamed(await publish("buy 1000000 2"), "somebody-else")) await relay.pushMarket(segment);
  for (const segment of renamed(await publish("sell 1010000 1"), ACCOUNT)) await relay.pushMarket(segment);
  await vi.waitFor(() => {
    expect(elementsOf(subscriber, "own_orders")).toEqual([
      { T: "own_orders", S: symbol, own: [{ id: 3, order_id: "o3" }] },
    ]);
  }, WAIT_OPTIONS);
  expect(elementsOf(levelsOnly, "own_orders")).toEqual([]);
  expect(JSON.stringify(subscriber.frames)).not.toContain("o2");
  expect(JSON.stringify(subscriber.frames)).not.toContain(ACCOUNT);
  // A new subscriber of the account is told of those in its snapshot.
  const again = await subscribed(relay, { orders: [symbol] });
  await vi.waitFor(() => expect(elementsOf(again, "own_orders")).toHaveLength(1), WAIT_OPTIONS);
});

it("MD-104: the book is told when nobody listens to its depth any more", async () => {
  const symbol = "SPY";
  const relay = freshRelay();
  const { book, publish } = await market(symbol);
  const subscriber = await subscribed(relay, { trades: [symbol], depth: [symbol] });
  expect((await book.depthSubscriptions()).at(-1)).toEqual(["depth"]);
  subscriber.say({ action: "unsubscribe", depth: [symbol] });
  await subscriber.sees([expect.objectContaining({ T: "subscription", depth: [] })]);
  // The book is kept for some seconds after its last subscriber.
  let qty = 0;
  await vi.waitFor(async () => {
    qty++;
    for (const segment of await publish("buy 1000000 1")) await relay.pushMarket(segment);
    expect((await book.depthSubscriptions()).at(-1)).toEqual([]);
  }, WAIT_OPTIONS);
  // A later subscriber makes it begin again, with a new snapshot.
  await publish("buy 1000000 2");
  const later = await subscribed(relay, { depth: [symbol] });
  expect((await book.depthSubscriptions()).at(-1)).toEqual(["depth"]);
  await vi.waitFor(
    () => expect(copiesOf(later, symbol).depth.rows("b")).toEqual([{ p: 100, s: qty + 2 }]),
    WAIT_OPTIONS,
  );
});

it("MD-105: the stream of a book begins with its subscription, and has the same elements", async () => {
  const symbol = "BTC/USD";
  const relay = freshRelay();
  const { publish } = await market(symbol);
  await publish("buy 1000000 1");
  await publish("buy 1000000 2");
  const watch = async (path: string) => {
    const subscriber = await open(relay, path);
    subscriber.say(RIGHT);
    await subscriber.sees([expect.objectContaining({ T: "subscription" })]);
    return subscriber;
  };
  const levels = await watch("/v1/books/BTC%2FUSD/stream");
  const both = await watch("/v1/books/BTCUSD/stream?view=levels&view=orders");
  await vi.waitFor(() => expect(copiesOf(levels, symbol).depth.seq).toBe(2), WAIT_OPTIONS);
  expect(elementsOf(levels, "orders")).toEqual([]);
  await reaches(both, symbol, 2);
  const resumed = await watch("/v1/books/BTCUSD/stream?cursor=1");
  await vi.waitFor(() => {
    expect(elementsOf(resumed, "depth").map(({ r, seq }) => [r, seq])).toEqual([[undefined, 2]]);
  }, WAIT_OPTIONS);
  for (const segment of await publish("sell 1000000 1")) await relay.pushMarket(segment);
  await reaches(both, symbol, 3);
  const unlisted = await watch("/v1/books/NOTHING/stream");
  await unlisted.sees([expect.objectContaining({ T: "error", code: 411 })]);
  const malformed = await open(relay, "/v1/books/AAPL/stream?view=tea");
  malformed.say(RIGHT);
  await malformed.sees([expect.objectContaining({ T: "error", code: 400 })]);
});

it("MD-106: a client that asks for heartbeats gets the last sequence of its books, until it asks for none", async () => {
  const relay = freshRelay();
  const { publish } = await market("JPM");
  await publish("buy 1000000 1");
  const asks = await open(relay, "/v1/books/JPM/stream?heartbeats=true");
  asks.say(RIGHT);
  const heartbeat = (seq: number) => asks.sees([expect.objectContaining({ T: "heartbeat", seqs: { JPM: seq } })]);
  await heartbeat(1);
  const silent = await subscribed(relay, { depth: ["JPM"] });
  for (const segment of await publish("buy 1000000 2")) await relay.pushMarket(segment);
  await heartbeat(2);
  expect(elementsOf(silent, "heartbeat")).toEqual([]);
  asks.say({ action: "subscribe", heartbeats: false });
  await vi.waitFor(() => expect(elementsOf(asks, "subscription").length).toBeGreaterThan(1), WAIT_OPTIONS);
  // A relay that has no such client sleeps.
  await evictDurableObject(relay);
});
