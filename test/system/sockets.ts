import { expect, vi } from "vitest";

/** A WebSocket that remembers its JSON frames and lets a test wait for one. */
export interface Listener {
  readonly frames: unknown[];
  send(frame: unknown): void;
  /** The first frame, past or future, that passes; rejects after ten seconds. */
  // oxlint-disable-next-line typescript/no-explicit-any -- frames have many shapes
  next(what: string, passes: (frame: any) => boolean): Promise<any>;
  /** Calls back when the other side has closed it. */
  whenClosed(then: () => void): void;
  /** The code of its close; null while it is open. */
  closeCode(): number | null;
  /** Waits until it is closed with this code, for the five seconds in which a credential ends everywhere. */
  ends(code: number): Promise<void>;
  close(): void;
}

const WAIT_MS = 10_000;
/** What the project promises, and a little for this machine. */
const ENDS = { timeout: 6_000, interval: 50 };

/** Connects to a stream and waits until it is open. Node takes headers, which browsers do not. */
export async function listen(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Listener> {
  const socket = new WebSocket(url, { headers } as never);
  const frames: unknown[] = [];
  let closeCode: number | null = null;
  socket.addEventListener("close", ({ code }) => (closeCode = code), { once: true });
  const waiting = new Set<() => void>();
  socket.addEventListener("message", ({ data }) => {
    frames.push(JSON.parse(String(data)));
    for (const check of waiting) check();
  });
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener("open", () => resolve(), { once: true });
    socket.addEventListener("error", () => reject(new Error(`no stream at ${url}`)), { once: true });
  });
  return {
    frames,
    send: (frame) => socket.send(JSON.stringify(frame)),
    next: (what, passes) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`no ${what}; frames: ${JSON.stringify(frames)}`));
        }, WAIT_MS);
        const check = () => {
          const found = frames.find(passes);
          if (found === undefined) return;
          clearTimeout(timer);
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      }),
    whenClosed: (then) => socket.addEventListener("close", () => then(), { once: true }),
    closeCode: () => closeCode,
    ends: (code) => vi.waitFor(() => expect(closeCode).toBe(code), ENDS),
    close: () => socket.close(),
  };
}

/** An authenticated trading stream that listens to trade_updates, after a cursor or from now on. */
export async function tradeUpdates(
  base: string,
  keyId: string | undefined,
  secret: string | undefined,
  cursor = "",
): Promise<Listener> {
  const listener = await listen(`${base.replace("http", "ws")}/stream`);
  listener.send({ action: "authenticate", data: { key_id: keyId, secret_key: secret } });
  await listener.next(
    "authorization",
    (frame) => frame.stream === "authorization" && frame.data.status === "authorized",
  );
  const resumed = cursor === "" ? {} : { cursor };
  listener.send({ action: "listen", data: { streams: ["trade_updates"], ...resumed } });
  await listener.next("listening", (frame) => frame.stream === "listening");
  return listener;
}

interface Key {
  readonly keyId: string;
  readonly secret: string;
}

/** A stream of the trades of a symbol, after a cursor or, with null, from now on. */
export async function marketTrades(
  base: string,
  key: Key | undefined,
  symbol: string,
  cursor: number | null,
): Promise<Listener> {
  const stream = await listen(`${base.replace("http", "ws")}/v2/iex`);
  stream.send({ action: "auth", key: key?.keyId, secret: key?.secret });
  const cursors = cursor === null ? {} : { cursors: { [symbol]: cursor } };
  stream.send({ action: "subscribe", trades: [symbol], ...cursors });
  await stream.next("subscription", (frames: { T: string }[]) => frames.some(({ T }) => T === "subscription"));
  return stream;
}
