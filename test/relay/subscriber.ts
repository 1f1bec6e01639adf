import { decode } from "@msgpack/msgpack";
import { expect, vi } from "vitest";
import type { Channels } from "../../protocol/stream/channels.ts";

type Frame = Record<string, unknown> | Record<string, unknown>[];

export const WAIT_OPTIONS = { timeout: 10_000 };
export const RIGHT = { action: "auth", key: `PK${"A".repeat(26)}`, secret: "right" };

/** A client socket with its decoded frames. */
export interface Subscriber {
  readonly frames: Frame[];
  /** Length of each received frame, to distinguish text from binary. */
  readonly kinds: string[];
  readonly socket: WebSocket;
  readonly closed: () => { code: number; reason: string } | null;
  say(message: unknown): void;
  /** Waits for a frame that matches. */
  sees(frame: unknown): Promise<void>;
}

interface Fetcher {
  fetch(request: Request): Promise<Response>;
}

/** Opens a stream. */
export async function open(
  at: Fetcher,
  path: string,
  codec: "json" | "msgpack" = "json",
  extra: Record<string, string> = {},
): Promise<Subscriber> {
  const headers = new Headers({ Upgrade: "websocket", ...extra });
  if (codec === "msgpack") headers.set("Content-Type", "application/msgpack");
  const response = await at.fetch(new Request(`https://quotes.invalid${path}`, { headers }));
  const socket = response.webSocket;
  if (socket === null) throw new Error(`no socket: ${response.status} ${await response.text()}`);
  socket.binaryType = "arraybuffer";
  const frames: Frame[] = [];
  const kinds: string[] = [];
  let closed: { code: number; reason: string } | null = null;
  socket.addEventListener("message", ({ data }: MessageEvent) => {
    if (data === "pong") return;
    kinds.push(typeof data);
    frames.push((typeof data === "string" ? JSON.parse(data) : decode(new Uint8Array(data as ArrayBuffer))) as Frame);
  });
  socket.addEventListener("close", ({ code, reason }: CloseEvent) => {
    closed = { code, reason };
  });
  socket.accept();
  return {
    frames,
    kinds,
    socket,
    closed: () => closed,
    say: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
    sees: (frame) => vi.waitFor(() => expect(frames).toContainEqual(frame), WAIT_OPTIONS),
  };
}

/** An authenticated and subscribed data stream. */
export async function subscribed(
  at: Fetcher,
  channels: Partial<Channels> & { readonly cursors?: Record<string, number | string> },
  codec: "json" | "msgpack" = "json",
): Promise<Subscriber> {
  const subscriber = await open(at, "/v2/iex", codec);
  subscriber.say(RIGHT);
  await subscriber.sees([{ T: "success", msg: "authenticated" }]);
  subscriber.say({ action: "subscribe", ...channels });
  await subscriber.sees([expect.objectContaining({ T: "subscription" })]);
  forget(subscriber);
  return subscriber;
}

/** A trading stream after `listen` with these options. */
export async function listening(at: Fetcher, options: object = {}): Promise<Subscriber> {
  const subscriber = await open(at, "/stream");
  subscriber.say(RIGHT);
  await subscriber.sees({ stream: "authorization", data: { status: "authorized", action: "authenticate" } });
  subscriber.say({ action: "listen", data: { streams: ["trade_updates"], ...options } });
  const data = expect.objectContaining({ streams: ["trade_updates"] });
  await subscriber.sees({ stream: "listening", data });
  forget(subscriber);
  return subscriber;
}

/** Drops the frames through the last control message. */
function forget({ frames, kinds }: Subscriber): void {
  const last = frames.findLastIndex((frame) =>
    Array.isArray(frame) ? frame[0]?.["T"] === "subscription" : frame["stream"] === "listening",
  );
  frames.splice(0, last + 1);
  kinds.splice(0, last + 1);
}
