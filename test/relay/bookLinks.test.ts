/** Links of books, inside workerd: the test is the book. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it, vi } from "vitest";
import { relayObject } from "../../durable-objects/actor/namespaces.ts";
import type { MarketSegment } from "../../protocol/rpc/orderBook.ts";
import { readHandshake } from "../../workers/quotes/relay/handshake.ts";
import {
  encodeSegment,
  opensSegmentLink,
  SEGMENT_LINK_URL,
  SEGMENTS_RECEIVED,
} from "../../protocol/rpc/segmentLink.ts";
import { freshRelay, publish } from "./fakes.ts";
import { subscribed, type Subscriber, WAIT_OPTIONS } from "./subscriber.ts";

async function openLink(relay: ReturnType<typeof freshRelay>) {
  const { webSocket } = await relay.fetch(SEGMENT_LINK_URL, { headers: { Upgrade: "websocket" } });
  if (webSocket === null) throw new Error("no link");
  const heard: unknown[] = [];
  let closed: { code: number; reason: string } | null = null;
  webSocket.addEventListener("message", ({ data }: MessageEvent) => void heard.push(data));
  webSocket.addEventListener("close", ({ code, reason }: CloseEvent) => {
    closed = { code, reason };
  });
  webSocket.accept();
  return {
    socket: webSocket,
    heard,
    closed: () => closed,
    send: (segment: MarketSegment) => webSocket.send(encodeSegment(segment)),
  };
}

const tradesOf = ({ frames }: Subscriber) =>
  (frames.flat() as { T: string; i: number }[]).flatMap(({ T, i }) => (T === "t" ? [i] : []));

it("MD-107: segments on a link are those of calls: every one once and in order, and a gap is filled", async () => {
  const relay = freshRelay();
  const subscriber = await subscribed(relay, { trades: ["AMD"] }, "msgpack");
  const link = await openLink(relay);
  link.send(await publish("AMD"));
  const second = await publish("AMD");
  await relay.pushMarket(second);
  link.send(second);
  // The next one is lost.
  await publish("AMD");
  link.send(await publish("AMD"));
  await vi.waitFor(() => expect(tradesOf(subscriber)).toEqual([1, 2, 3, 4]), WAIT_OPTIONS);
  expect(link.heard).toEqual([SEGMENTS_RECEIVED]);
});

it("MD-107: a relay without subscribers closes the link, and the call that follows is answered so", async () => {
  const relay = freshRelay();
  const link = await openLink(relay);
  const segment = await publish("BAC");
  link.send(segment);
  await vi.waitFor(() => expect(link.closed()).toEqual({ code: 1000, reason: "no subscribers" }), WAIT_OPTIONS);
  expect(await relay.pushMarket(segment)).toEqual({ keep: false });
});

it("a message that is no segment ends the link, and nothing else", async () => {
  const relay = freshRelay();
  const subscriber = await subscribed(relay, { trades: ["F"] });
  for (const message of ["text", Uint8Array.of(0xc1)]) {
    const link = await openLink(relay);
    link.socket.send(message);
    await vi.waitFor(() => expect(link.closed()).toMatchObject({ code: 1008 }), WAIT_OPTIONS);
  }
  const link = await openLink(relay);
  link.send(await publish("F"));
  await vi.waitFor(() => expect(tradesOf(subscriber)).toEqual([1]), WAIT_OPTIONS);
});

it("MD-107: a relay can sleep once the book has closed the link, and its subscribers stay", async () => {
  const relay = freshRelay();
  const subscriber = await subscribed(relay, { trades: ["SPY"] });
  const link = await openLink(relay);
  link.send(await publish("SPY"));
  await vi.waitFor(() => expect(tradesOf(subscriber)).toEqual([1]), WAIT_OPTIONS);
  link.socket.close(1000, "done");
  await vi.waitFor(() => expect(link.closed()).not.toBeNull(), WAIT_OPTIONS);
  await evictDurableObject(relay);
  await relay.pushMarket(await publish("SPY"));
  await vi.waitFor(() => expect(tradesOf(subscriber)).toEqual([1, 2]), WAIT_OPTIONS);
});

it("no client reaches the address of links: the quotes worker passes on upgrades of streams only", () => {
  const { pathname } = new URL(SEGMENT_LINK_URL);
  for (const path of [pathname, `${pathname}/`, `/${pathname}`, `${pathname}?x=/v2/iex`]) {
    expect(readHandshake(new Request(`https://exchange.invalid${path}`))).toBeNull();
  }
  expect(opensSegmentLink({ url: "https://exchange.invalid/v2/iex" })).toBe(false);
});

it("MD-107: a link does not outlive its relay, and what was lost on it is asked for with the next call", async () => {
  const relay = freshRelay();
  const subscriber = await subscribed(relay, { trades: ["QQQ"] });
  const link = await openLink(relay);
  link.send(await publish("QQQ"));
  await vi.waitFor(() => expect(tradesOf(subscriber)).toEqual([1]), WAIT_OPTIONS);
  // The relay crashes, with the sockets of its clients.
  await runInDurableObject(relay, (_, state) => state.abort("on demand")).catch(() => undefined);
  await vi.waitFor(() => expect(link.closed()).not.toBeNull(), WAIT_OPTIONS);
  const restarted = relayObject(env, relay.name ?? "");
  const again = await subscribed(restarted, { trades: ["QQQ"], cursors: { QQQ: 1 } });
  await publish("QQQ");
  await restarted.pushMarket(await publish("QQQ"));
  await vi.waitFor(() => expect(tradesOf(again)).toEqual([2, 3]), WAIT_OPTIONS);
});
