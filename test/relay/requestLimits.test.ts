/** What one socket, one account and one network may ask of a relay inside workerd. */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { CLIENT_FRAME_BYTES_MAX } from "../../protocol/stream/codec.ts";
import { NETWORK_TOKENS, SOCKET_TOKENS, UNSENT_MAX_BYTES } from "../../workers/quotes/relay/limits.ts";
import { freshRelay, publish, fakeObject } from "./fakes.ts";
import { listening, open, PATIENCE, RIGHT, subscribed, type Subscriber } from "./subscriber.ts";

const REFUSED = { T: "error", code: 429, msg: "too many requests" };
const CLOSED = { code: 4429, reason: "too many requests" };
const count = (viewer: Subscriber, T: string): number =>
  viewer.frames.flat().filter((element) => element["T"] === T).length;
const closes = (viewer: Subscriber): Promise<void> =>
  vi.waitFor(() => expect(viewer.closed()).toEqual(CLOSED), PATIENCE);

describe("RL-8: a client that exceeds the request limits", () => {
  it("is refused, is admitted again after a wait, and gains nothing by hibernation", async () => {
    const relay = freshRelay();
    const viewer = await subscribed(relay, { trades: ["KO"] });
    // In portions: more than 64 messages that wait are too many by themselves.
    const ask = async (frames: number): Promise<void> => {
      for (let sent = 0; sent < frames; sent += 20) {
        const before = viewer.frames.length;
        for (let nth = 0; nth < 20; nth++) viewer.say({ action: "unsubscribe", trades: ["F"] });
        await vi.waitFor(() => expect(viewer.frames.length).toBeGreaterThanOrEqual(before + 20), PATIENCE);
      }
    };
    await ask(SOCKET_TOKENS.burst + 20);
    await viewer.sees([REFUSED]);
    await evictDurableObject(relay);
    const before = count(viewer, "subscription");
    await ask(40);
    expect(count(viewer, "subscription") - before, "a bucket that is full again").toBeLessThan(40);
    expect(viewer.closed()).toBeNull();
    // A second is twenty tokens.
    await vi.waitFor(async () => {
      const earlier = count(viewer, "subscription");
      viewer.say({ action: "unsubscribe", trades: ["F"] });
      await vi.waitFor(() => expect(count(viewer, "subscription")).toBeGreaterThan(earlier), { timeout: 200 });
    }, PATIENCE);
  });

  it("and ignores refusals is closed; its book was called no more often than its tokens allow", async () => {
    const relay = freshRelay();
    await publish("NVDA");
    const viewer = await open(relay, "/v2/iex");
    viewer.say(RIGHT);
    const channels = { trades: ["NVDA"], cursors: { NVDA: 0 } };
    for (let round = 0; round < 60 && viewer.closed() === null; round++) {
      const before = viewer.frames.length;
      for (let nth = 0; nth < 8; nth++) {
        viewer.say({ action: "subscribe", ...channels });
        viewer.say({ action: "unsubscribe", trades: ["NVDA"] });
      }
      const answered = () => expect(viewer.frames.length > before || viewer.closed() !== null).toBe(true);
      await vi.waitFor(answered, PATIENCE);
    }
    await closes(viewer);
    const asked = await fakeObject(env.ORDER_BOOK, "NVDA").asked();
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(SOCKET_TOKENS.burst / 2);
    const honest = await subscribed(relay, { trades: ["NVDA"], cursors: { NVDA: 0 } });
    expect(honest.closed()).toBeNull();
  });

  it("before authentication is limited by its network, which does not limit authenticated sockets", async () => {
    const relay = freshRelay();
    const from = { "CF-Connecting-IP": "192.0.2.9" };
    const strangers = await Promise.all([1, 2, 3].map(() => open(relay, "/v2/iex", "json", from)));
    const friend = await open(relay, "/v2/iex", "json", from);
    friend.say(RIGHT);
    await friend.sees([{ T: "success", msg: "authenticated" }]);
    for (const stranger of strangers) {
      for (let nth = 0; nth < 50; nth++) stranger.say({ action: "subscribe", trades: ["F"] });
      await vi.waitFor(() => expect(count(stranger, "error")).toBe(50), PATIENCE);
    }
    const refusals = strangers.flatMap(({ frames }) => frames.flat()).filter(({ code }) => code === 429);
    expect(refusals.length).toBeGreaterThanOrEqual(150 - NETWORK_TOKENS.burst - 50);
    friend.say({ action: "subscribe", trades: ["F"] });
    await friend.sees([expect.objectContaining({ T: "subscription", trades: ["F"] })]);
  });

  it("and reads no replies is closed as too slow, although nothing is pushed to it", async () => {
    const relay = freshRelay();
    const viewer = await listening(relay);
    await runInDurableObject(env.RELAY.getByName(relay.name ?? ""), (_relay, state) => {
      // This runtime does not say how much is unsent; newer ones do.
      for (const socket of state.getWebSockets()) {
        Object.defineProperty(socket, "bufferedAmount", { value: UNSENT_MAX_BYTES + 1 });
      }
    });
    viewer.say({ action: "unlisten", data: { streams: ["nothing"] } });
    await vi.waitFor(() => expect(viewer.closed()).toEqual({ code: 4407, reason: "slow client" }), PATIENCE);
  });

  it("by frames that are too long is closed at the first one, on both streams", async () => {
    for (const viewer of [await subscribed(freshRelay(), {}), await listening(freshRelay())]) {
      for (let nth = 0; nth < 10; nth++) viewer.say("x".repeat(CLIENT_FRAME_BYTES_MAX + 1));
      await vi.waitFor(() => expect(viewer.closed()).toEqual({ code: 1009, reason: "frame too long" }), PATIENCE);
      expect(viewer.frames.filter((frame) => JSON.stringify(frame).includes("400"))).toHaveLength(1);
    }
  });
});
