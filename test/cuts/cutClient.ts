/** A client whose connection is cut in many ways, and which resumes each time where it was. */
import { setTimeout as sleep } from "node:timers/promises";
import { Packr } from "msgpackr";
import type { Key } from "../../dev/credentials.ts";
import { openStream, type StreamSocket } from "../rig/streamSocket.ts";
import type { Agreement } from "./marketCopy.ts";
import { MarketCopy } from "./marketCopy.ts";
import { CutProxy } from "./proxy.ts";

/**
 * reset: the client resets the connection. close: the client closes it. network: both sides are reset. frame: the same in
 * the midst of a frame. half-open: nothing passes any more, which the client sees by the missing heartbeats.
 */
export const CUT_KINDS = ["reset", "close", "network", "frame", "half-open"] as const;
export type CutKind = (typeof CUT_KINDS)[number];
/** What ends a connection besides: `relay`: the relay died. `exchange`: the process was killed, or does not answer. */
export type EndKind = CutKind | "relay" | "exchange";

export const noCuts = (): Record<EndKind, number> => ({
  reset: 0,
  close: 0,
  network: 0,
  frame: 0,
  "half-open": 0,
  relay: 0,
  exchange: 0,
});

/** Heartbeats come once a second: without any for this time the connection is dead. */
const SILENCE_MS = 2_500;
const WATCH_MS = 250;
/** A client stays away for a random time up to this: some trades and many changes of the books. */
const AWAY_MS_MAX = 800;
const RETRY_MS = 30;
const FRAME_BYTES_MAX = 4_000;
const VIOLATIONS_MAX = 5;
const FRAME_SHOWN = 1_000;

const unpackr = new Packr({ useRecords: false });

export interface CutClientSpec {
  /** The exchange's port on this machine. */
  readonly port: number;
  readonly key: Key;
  readonly symbols: readonly string[];
  readonly codec: "json" | "msgpack";
  /** The network that the client comes from. */
  readonly address: string;
  readonly random: () => number;
  readonly agreement: Agreement;
}

interface Began {
  readonly after: EndKind | null;
  /** Frames before it. */
  readonly frames: number;
  readonly cursors: Readonly<Record<string, number>>;
}

/** A resumed connection: what ended the one before, and milliseconds since the client began to connect. */
export interface Resume {
  readonly after: EndKind;
  readonly acknowledged: number;
  /** Until the first frame with something of a market. */
  readonly data: number;
}

export class CutClient {
  readonly copy: MarketCopy;
  readonly resumes: Resume[] = [];
  readonly violations: string[] = [];
  readonly counts = noCuts();
  frames = 0;
  /** Connections of which nothing was heard for long, though they were not half-open. */
  silences = 0;
  /** How the newest connection began. */
  #began: Began = { after: null, frames: 0, cursors: {} };
  readonly #spec: CutClientSpec;
  readonly #proxy: CutProxy;
  #socket: StreamSocket | null = null;
  #ending: CutKind | null = null;
  #heardAt = 0;
  #closing = false;
  #running: Promise<void> = Promise.resolve();

  private constructor(spec: CutClientSpec, proxy: CutProxy) {
    this.#spec = spec;
    this.#proxy = proxy;
    this.copy = new MarketCopy(spec.symbols, spec.agreement);
  }

  static async start(spec: CutClientSpec): Promise<CutClient> {
    const client = new CutClient(spec, await CutProxy.start(spec.port));
    client.#running = client.#run();
    return client;
  }

  /** The connection is open, and not cut. */
  get isConnected(): boolean {
    return this.#socket !== null && this.#ending === null;
  }

  /** Cuts the connection; false when there is none, or it is cut already. */
  cut(kind: CutKind): boolean {
    const socket = this.#socket;
    if (socket === null || this.#ending !== null) return false;
    const isCut =
      kind === "network"
        ? this.#proxy.reset()
        : kind === "frame"
          ? this.#proxy.resetAfter(Math.floor(this.#spec.random() * FRAME_BYTES_MAX))
          : kind === "half-open"
            ? this.#proxy.silence()
            : true;
    if (!isCut) return false;
    this.#ending = kind;
    this.counts[kind]++;
    if (kind === "reset") socket.tear();
    if (kind === "close") socket.close();
    return true;
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#socket?.tear();
    await this.#running;
    await this.#proxy.close();
  }

  async #run(): Promise<void> {
    let after: EndKind | null = null;
    while (!this.#closing) {
      if (!(await this.#connected(after))) {
        if (after === "relay") this.counts.relay--;
        if (after === "relay") this.counts.exchange++;
        if (after !== null) after = "exchange";
        await sleep(RETRY_MS);
        continue;
      }
      after = this.#ending ?? "relay";
      if (after === "relay" && !this.#closing) this.counts.relay++;
      this.#ending = null;
      this.#socket = null;
      if (!this.#closing) await sleep(this.#spec.random() * AWAY_MS_MAX);
    }
  }

  /** A connection from its beginning to its end; false when none came about. `after`: what ended the one before. */
  async #connected(after: EndKind | null): Promise<boolean> {
    const { codec, address, key } = this.#spec;
    const began = performance.now();
    let acknowledged: number | null = null;
    let resumed = after === null;
    const take = (frame: readonly { readonly T: string }[]): void => {
      // What was read from a connection that the client itself has reset is not processed.
      if (this.#ending === "reset") return;
      this.frames++;
      this.#heardAt = performance.now();
      const hasData = this.#taken(frame);
      if (frame.some(({ T }) => T === "subscription")) acknowledged ??= performance.now() - began;
      if (resumed || !hasData || acknowledged === null || after === null) return;
      resumed = true;
      this.resumes.push({ after, acknowledged, data: performance.now() - began });
    };
    try {
      const socket = await openStream(`http://127.0.0.1:${this.#proxy.port}/v2/iex`, (text) => take(JSON.parse(text)), {
        headers: {
          "cf-connecting-ip": address,
          ...(codec === "msgpack" ? { "content-type": "application/msgpack" } : {}),
        },
        onBytes: (bytes) => take(unpackr.unpack(bytes)),
      });
      this.#socket = socket;
      this.#heardAt = performance.now();
      this.#began = { after, frames: this.frames, cursors: this.copy.cursors };
      const { symbols, cursors } = { symbols: this.#spec.symbols, cursors: this.copy.cursors };
      const hello = [
        { action: "auth", key: key.keyId, secret: key.secret },
        {
          action: "subscribe",
          trades: symbols,
          quotes: symbols,
          depth: symbols,
          orders: symbols,
          cursors,
          heartbeats: true,
        },
      ];
      for (const message of hello) {
        if (codec === "msgpack") socket.sendBytes(unpackr.pack(message));
        else socket.send(message);
      }
      if (this.#closing) socket.tear();
      const watch = setInterval(() => this.#watch(socket), WATCH_MS);
      await socket.ended;
      clearInterval(watch);
      return true;
    } catch {
      // The exchange is down, or the connection was cut while it was opened.
      return false;
    }
  }

  #watch(socket: StreamSocket): void {
    const silence = performance.now() - this.#heardAt;
    if (silence < (this.#ending === "half-open" ? SILENCE_MS : 4 * SILENCE_MS)) return;
    if (this.#ending !== "half-open") this.silences++;
    socket.tear();
  }

  #taken(frame: readonly { readonly T: string }[]): boolean {
    try {
      return this.copy.take(frame as Parameters<MarketCopy["take"]>[0]);
    } catch (error) {
      if (this.violations.length < VIOLATIONS_MAX) {
        const { after, frames, cursors } = this.#began;
        const place = `frame ${this.frames - frames} after ${after}, resumed at ${JSON.stringify(cursors)}`;
        this.violations.push(`${String(error)}: ${place}: ${frameText(frame)}`);
      }
      return true;
    }
  }
}

/** A frame in words, without what the elements say. */
function frameText(frame: readonly unknown[]): string {
  return (frame as Record<string, unknown>[])
    .map(({ T, S, i, r, prev, seq }) => [T, S, i, r === true ? "snapshot" : prev, seq].join(" "))
    .join("; ")
    .slice(0, FRAME_SHOWN);
}
