/** Request limits of a socket, an account and a network at a relay inside workerd. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { CLIENT_FRAME_BYTES_MAX } from "../../protocol/stream/codec.ts";
import { NETWORK_TOKENS, SOCKET_TOKENS, UNSENT_MAX_BYTES } from "../../workers/quotes/relay/limits.ts";
import { freshRelay, publish, fakeObject } from "./fakes.ts";
import { listening, open, WAIT_OPTIONS, RIGHT, subscribed, type Subscriber } from "./subscriber.ts";

const REFUSED = { T: "error", code: 429, msg: "too many requests" };
const CLOSED = { code: 4429, reason: "too many requests" };
const count = (subscriber: Subscriber, T: string): number =>
  subscriber.frames.flat().filter((element) => element["T"] === T).length;
const closes = (subscriber: Subscriber): Promise<void> =>
  vi.waitFor(() => expect(subscriber.closed()).toEqual(CLOSED), WAIT_OPTIONS);

describe("RL-8: a client that exceeds the request limits", () => {
  it("is refused, is admitted again after a wait, and gains nothing by hibernation", async () => {
    const relay = freshRelay();
    const subscriber = await subscribed(relay, { trades: ["KO"] });
    // In portions, because more than 64 waiting messages close the socket.
    const ask = async (frames: number): Promise<void> => {
      for (let sent = 0; sent < frames; sent += 20) {
        const before = subscriber.frames.length;
        for (let nth = 0; nth < 20; nth++) subscriber.say({ action: "unsubscribe", trades: ["F"] });
        await vi.waitFor(() => expect(subscriber.frames.length).toBeGreaterThanOrEqual(before + 20), WAIT_OPTIONS);
      }
    };
    await ask(SOCKET_TOKENS.burst + 20);
    await subscriber.sees([REFUSED]);
    await evictDurableObject(relay);
    const before = count(subscriber, "subscription");
    await ask(40);
    expect(count(subscriber, "subscription") - before, "a bucket that is full again").toBeLessThan(40);
    expect(subscriber.closed()).toBeNull();
    // The bucket gets twenty tokens a second.
    await vi.waitFor(async () => {
      const earlier = count(subscriber, "subscription");
      subscriber.say({ action: "unsubscribe", trades: ["F"] });
      await vi.waitFor(() => expect(count(subscriber, "subscription")).toBeGreaterThan(earlier), { timeout: 200 });
    }, WAIT_OPTIONS);
  });

  it("and ignores refusals is closed; its book was called no more often than its tokens allow", async () => {
    const relay = freshRelay();
    await publish("NVDA");
    const subscriber = await open(relay, "/v2/iex");
    subscriber.say(RIGHT);
    const channels = { trades: ["NVDA"], cursors: { NVDA: 0 } };
    for (let round = 0; round < 60 && subscriber.closed() === null; round++) {
      const before = subscriber.frames.length;
      for (let nth = 0; nth < 8; nth++) {
        subscriber.say({ action: "subscribe", ...channels });
        subscriber.say({ action: "unsubscribe", trades: ["NVDA"] });
      }
      const answered = () => expect(subscriber.frames.length > before || subscriber.closed() !== null).toBe(true);
      await vi.waitFor(answered, WAIT_OPTIONS);
    }
    await closes(subscriber);
    const asked = await fakeObject(env.ORDER_BOOK, "NVDA").asked();
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(SOCKET_TOKENS.burst / 2);
    const honest = await subscribed(relay, { trades: ["NVDA"], cursors: { NVDA: 0 } });
    expect(honest.closed()).toBeNull();
  });

  it("before authentication is limited by its network, which does not limit authenticated sockets", async () => {
    const relay = freshRelay();
    const from = { "CF-Connecting-IP": "192.0.2.9" };
    const unauthenticated = await Promise.all([1, 2, 3].map(() => open(relay, "/v2/iex", "json", from)));
    const friend = await open(relay, "/v2/iex", "json", from);
    friend.say(RIGHT);
    await friend.sees([{ T: "success", msg: "authenticated" }]);
    for (const each of unauthenticated) {
      for (let nth = 0; nth < 50; nth++) each.say({ action: "subscribe", trades: ["F"] });
      await vi.waitFor(() => expect(count(each, "error")).toBe(50), WAIT_OPTIONS);
    }
    const refusals = unauthenticated.flatMap(({ frames }) => frames.flat()).filter(({ code }) => code === 429);
    expect(refusals.length).toBeGreaterThanOrEqual(150 - NETWORK_TOKENS.burst - 50);
    friend.say({ action: "subscribe", trades: ["F"] });
    await friend.sees([expect.objectContaining({ T: "subscription", trades: ["F"] })]);
  });

  it("by opening streams of books, each with a snapshot, is refused as if it had subscribed", async () => {
    const relay = freshRelay();
    let refused = false;
    for (let round = 0; round < 12 && !refused; round++) {
      const opened = await Promise.all(
        Array.from({ length: 20 }, () => open(relay, "/v1/books/KO/stream?view=levels&view=orders")),
      );
      for (const each of opened) each.say(RIGHT);
      const answers = (each: Subscriber) => count(each, "subscription") + count(each, "error");
      await vi.waitFor(() => expect(opened.every((each) => answers(each) > 0)).toBe(true), WAIT_OPTIONS);
      refused = opened.some(({ frames }) => frames.flat().some(({ code }) => code === REFUSED.code));
      for (const { socket } of opened) socket.close();
      await vi.waitFor(() => expect(opened.every((each) => each.closed() !== null)).toBe(true), WAIT_OPTIONS);
    }
    expect(refused).toBe(true);
  });

  it("and reads no replies is closed as too slow, although nothing is pushed to it", async () => {
    const relay = freshRelay();
    const subscriber = await listening(relay);
    await runInDurableObject(env.RELAY.getByName(relay.name ?? ""), (_relay, state) => {
      // This runtime has no `bufferedAmount`; newer ones do.
      for (const socket of state.getWebSockets()) {
        Object.defineProperty(socket, "bufferedAmount", { value: UNSENT_MAX_BYTES + 1 });
      }
    });
    subscriber.say({ action: "unlisten", data: { streams: ["nothing"] } });
    await vi.waitFor(() => expect(subscriber.closed()).toEqual({ code: 4407, reason: "slow client" }), WAIT_OPTIONS);
  });

  it("by frames that are too long is closed at the first one, on both streams", async () => {
    for (const subscriber of [await subscribed(freshRelay(), {}), await listening(freshRelay())]) {
      for (let nth = 0; nth < 10; nth++) subscriber.say("x".repeat(CLIENT_FRAME_BYTES_MAX + 1));
      await vi.waitFor(
        () => expect(subscriber.closed()).toEqual({ code: 1009, reason: "frame too long" }),
        WAIT_OPTIONS,
      );
      expect(subscriber.frames.filter((frame) => JSON.stringify(frame).includes("400"))).toHaveLength(1);
    }
  });
});
