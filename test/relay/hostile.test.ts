/** Malicious frames: each is refused or closes its socket, and does not affect other sockets. */
import { describe, expect, it, vi } from "vitest";
import { MALFORMED_FRAMES_MAX } from "../../workers/quotes/relay/limits.ts";
import { freshRelay, push, pushUpdate } from "./fakes.ts";
import { listening, open, WAIT_OPTIONS, RIGHT, subscribed, type Subscriber } from "./subscriber.ts";

const nested = (open: string, close: string, depth: number): string => open.repeat(depth) + close.repeat(depth);

const TEXTS: readonly string[] = [
  "",
  "null",
  "0",
  '"ping"',
  "[]",
  '[{"action":"auth"}]',
  "\u0000",
  nested("[", "]", 16_000),
  "[".repeat(30_000),
  nested('{"a":', "}", 5_000).replace("}", "1}"),
  '{"action":"ping"}',
  '{"action":["subscribe"],"trades":["AAPL"]}',
  '{"action":"subscribe","trades":"AAPL"}',
  '{"action":"subscribe","trades":{"length":1000000000}}',
  '{"action":"subscribe","trades":["AAPL"],"cursors":["AAPL"]}',
  '{"__proto__":{"action":"subscribe","trades":["AAPL"]}}',
  '{"action":"listen","data":{"streams":["trade_updates"],"cancel_on_disconnect":"yes"}}',
  '{"action":"listen","data":"trade_updates"}',
];

const PACKED: readonly (readonly number[])[] = [
  // Lengths of four billion, and longer than the frame.
  [0xdd, 0xff, 0xff, 0xff, 0xff],
  [0xdf, 0xff, 0xff, 0xff, 0xff],
  [0xc6, 0x7f, 0xff, 0xff, 0xff],
  [0xdb, 0x7f, 0xff, 0xff, 0xff],
  // Arrays nested as deeply as a frame is long, and many that declare a large length.
  Array.from({ length: 30_000 }, () => 0x91),
  Array.from({ length: 9_000 }, (_, nth) => [0xdc, 0xff, 0xff][nth % 3] ?? 0),
  // Extensions: bundled strings, a record, a typed array, a pointer to itself, a RegExp, and unassigned types.
  [0xc7, 8, 0x62, 0, 0, 0, 10, 1, 2, 3, 4],
  [0xd6, 0x62, 0xff, 0xff, 0xff, 0xff],
  [0xd5, 0x72, 0x40, 0x40, 0x91, 0xa1, 0x61, 1],
  [0xc7, 5, 0x74, 4, 1, 2, 3, 4],
  [0xd6, 0x69, 0, 0, 0, 1, 0x91, 0xd6, 0x70, 0, 0, 0, 1],
  [0x92, 0xc7, 5, 0x78, 0x92, 0xa1, 0x28, 0xa1, 0x67],
  [0xc1],
  // {"__proto__": {"action": "subscribe"}}
  [0x81, 0xa9, ...new TextEncoder().encode("__proto__"), 0x81, 0xa6, ...new TextEncoder().encode("action"), 0xc0],
];

const failures = (subscriber: Subscriber): number =>
  subscriber.frames.filter((frame) => JSON.stringify(frame).includes("invalid syntax")).length;
const MALFORMED = { code: 1008, reason: "too many malformed frames" };

/** Sends each frame of a list, on new sockets after a close. */
async function refuses(frames: readonly (string | Uint8Array)[], newViewer: () => Promise<Subscriber>): Promise<void> {
  let subscriber = await newViewer();
  let said = 0;
  for (const frame of frames) {
    subscriber.socket.send(frame);
    said++;
    const now = subscriber;
    const count = said;
    await vi.waitFor(() => expect(failures(now), `frame ${String(frame).slice(0, 40)}`).toBe(count), WAIT_OPTIONS);
    if (said < MALFORMED_FRAMES_MAX) continue;
    await vi.waitFor(() => expect(now.closed()).toEqual(MALFORMED), WAIT_OPTIONS);
    [subscriber, said] = [await newViewer(), 0];
  }
}

describe("WS-20: hostile frames", () => {
  it("in text are refused on both streams, before and after authentication, and the relay works on", async () => {
    const relay = freshRelay();
    const honest = [await subscribed(relay, { trades: ["AAPL"] }), await listening(relay)] as const;
    await refuses(TEXTS, () => open(relay, "/v2/iex"));
    await refuses(TEXTS, () => subscribed(relay, { trades: ["F"] }));
    await refuses(TEXTS, () => listening(relay));
    expect([await push(relay, "AAPL"), await pushUpdate(relay)]).toEqual([{ keep: true }, { keep: true }]);
    await honest[0].sees([expect.objectContaining({ T: "t", S: "AAPL" })]);
    await honest[1].sees(expect.objectContaining({ stream: "trade_updates" }));
  });

  it("in MessagePack are refused, and do not affect the next frame", async () => {
    const relay = freshRelay();
    const frames = PACKED.map((bytes) => Uint8Array.from(bytes));
    await refuses(frames, () => open(relay, "/v2/iex", "msgpack"));
    await refuses(frames, () => subscribed(relay, { trades: ["F"] }, "msgpack"));
    const honest = await subscribed(relay, { trades: ["AAPL"] }, "msgpack");
    await push(relay, "AAPL");
    await honest.sees([expect.objectContaining({ T: "t", S: "AAPL" })]);
  });

  it("with keys of a prototype are plain data", async () => {
    const subscriber = await subscribed(freshRelay(), {});
    const keys = ["__proto__", "constructor", "hasOwnProperty", "toString"];
    subscriber.say(`{"action":"subscribe","trades":${JSON.stringify(keys)},"cursors":{"__proto__":1,"constructor":2}}`);
    await subscriber.sees([{ T: "error", code: 411, msg: `symbol not found: ${keys.join(", ")}` }]);
    await subscriber.sees([expect.objectContaining({ T: "subscription", trades: [] })]);
  });

  it("that authenticate again do not change the caller", async () => {
    const relay = freshRelay();
    const subscriber = await open(relay, "/stream");
    subscriber.say(RIGHT);
    subscriber.say({ ...RIGHT, secret: "read-only" });
    subscriber.say({ action: "authenticate", data: { key_id: RIGHT.key, secret_key: "wrong" } });
    subscriber.say({ action: "listen", data: { streams: ["trade_updates"], cancel_on_disconnect: true } });
    const again = { stream: "error", action: "error", data: { code: 403, error_message: "already authenticated" } };
    await subscriber.sees({
      stream: "listening",
      data: expect.objectContaining({ streams: ["trade_updates"], cancel_on_disconnect: true }),
    });
    expect(subscriber.frames.filter((frame) => JSON.stringify(frame) === JSON.stringify(again))).toHaveLength(2);
    expect(subscriber.closed()).toBeNull();
  });
});
