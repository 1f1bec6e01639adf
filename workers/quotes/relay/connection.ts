import { type Codec, writeMessage } from "../../../protocol/stream/codec.ts";
import { type Channel, eachChannel } from "../../../protocol/stream/channels.ts";
import { type MarketDataUpdate, type FlushTarget, type Through, updateAfter, ConflationBuffer } from "./conflation.ts";
import { BUFFERED_MAX_BYTES, MESSAGES_WAITING_MAX, UNSENT_HOLD_BYTES, UNSENT_MAX_BYTES } from "./limits.ts";
import type { StreamSession } from "./streamSession.ts";
import type { TokenBucket } from "./requestLimiter.ts";

/** What a connection needs of its socket. `bufferedAmount` is missing in older runtimes. */
export interface Socket {
  readonly readyState: number;
  readonly bufferedAmount?: number;
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
}

/** State that survives hibernation with the socket. */
export interface SocketAttachment {
  readonly session: StreamSession;
  /** The last trade update that was sent; null while updates are off. */
  readonly cursor: number | null;
  /** Time of the last message. */
  readonly heardAt: number;
  /** The socket's token bucket; left out before its first frame, and by an earlier release. */
  readonly tokens?: TokenBucket | null;
}

/** What a subscriber gets of a book for a new subscription, and the sequences that it has then. */
export interface Backfill {
  readonly change: MarketDataUpdate;
  readonly through: Through;
}

const OPEN = 1;

/** One client's socket: its session, its unsent data, and its messages in order. */
export class Connection implements FlushTarget {
  readonly #socket: Socket;
  readonly #conflated = new ConflationBuffer();
  readonly #tooSlow: (connection: Connection) => void;
  #session: StreamSession;
  #cursor: number | null;
  #heardAt: number;
  #tokens: TokenBucket | null;
  #wanted: Readonly<Record<Channel, ReadonlySet<string>>>;
  /** Updates that arrive while the relay fetches what the subscriber lacks; null at other times. */
  #held: MarketDataUpdate[] | null = null;
  /** Books of which the subscriber has more than was pushed to this relay. */
  readonly #ahead = new Map<string, Through>();
  #tail: Promise<void> = Promise.resolve();
  #messagesWaiting = 0;
  #hasFailed = false;

  /** `tooSlow` is called when the client reads so little that its socket must be closed. */
  constructor(
    socket: Socket,
    { session, cursor, heardAt, tokens = null }: SocketAttachment,
    tooSlow: (connection: Connection) => void,
  ) {
    this.#socket = socket;
    this.#session = session;
    this.#cursor = cursor;
    this.#heardAt = heardAt;
    this.#tokens = tokens;
    this.#wanted = eachChannel((channel) => new Set(session.channels[channel]));
    this.#tooSlow = tooSlow;
  }

  get session(): StreamSession {
    return this.#session;
  }

  get codec(): Codec {
    return this.#session.codec;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN && !this.#hasFailed;
  }

  get cursor(): number | null {
    return this.#cursor;
  }

  get heardAt(): number {
    return this.#heardAt;
  }

  get tokens(): TokenBucket | null {
    return this.#tokens;
  }

  /** Sets the token bucket, which is stored with the next session. */
  setTokens(tokens: TokenBucket): void {
    this.#tokens = tokens;
  }

  /** Sets the session, and stores it in the socket's attachment. */
  save(session: StreamSession): void {
    this.#session = session;
    this.#wanted = eachChannel((channel) => new Set(session.channels[channel]));
    this.#keep();
  }

  /** Notes the time of a message, which is stored with the next session. */
  messageReceived(at: number): void {
    this.#heardAt = at;
  }

  /** Notes the last trade update that was sent. */
  sentThrough(cursor: number | null): void {
    this.#cursor = cursor;
    this.#keep();
  }

  #keep(): void {
    const [session, cursor, heardAt, tokens] = [this.#session, this.#cursor, this.#heardAt, this.#tokens];
    const kept: SocketAttachment = { session, cursor, heardAt, tokens };
    if (this.isOpen) this.#socket.serializeAttachment(kept);
  }

  /** True when the most messages are waiting that may. */
  get hasTooManyMessages(): boolean {
    return this.#messagesWaiting >= MESSAGES_WAITING_MAX;
  }

  /** Handles messages one at a time, in order. `handle` must not reject. */
  enqueue(handle: () => Promise<void>): Promise<void> {
    this.#messagesWaiting++;
    this.#tail = this.#tail.then(handle).finally(() => this.#messagesWaiting--);
    return this.#tail;
  }

  /** Sends a control message at once. */
  reply(message: unknown): void {
    this.sendFrame(writeMessage(this.codec, message));
  }

  /** Sends an encoded frame at once. */
  sendFrame(frame: string | Uint8Array): void {
    if (!this.isOpen) return;
    try {
      this.#socket.send(frame);
    } catch {
      // One failing socket must not fail the push for all the others.
      this.#hasFailed = true;
    }
  }

  /** True when more is unsent than a client that reads ever has. */
  get isSlow(): boolean {
    const unsent = this.#socket.bufferedAmount ?? 0;
    return unsent > UNSENT_MAX_BYTES || (unsent > UNSENT_HOLD_BYTES && this.#conflated.bytes > BUFFERED_MAX_BYTES);
  }

  /** Holds updates back until `releaseUpdates`: the subscriber must get what it lacks first. */
  holdUpdates(): void {
    this.#held ??= [];
  }

  /** Adds what the subscriber lacked, then the updates that were held back. True when that is anything. */
  releaseUpdates(backfills: readonly Backfill[]): boolean {
    const held = this.#held ?? [];
    this.#held = null;
    let added = false;
    for (const { change, through } of backfills) {
      added = this.#buffer(change) || added;
      const before = this.#ahead.get(change.symbol);
      this.#ahead.set(change.symbol, { ...before, ...through });
    }
    for (const change of held) added = this.add(change) || added;
    return added;
  }

  /** Adds the parts of an update that the subscriber wants to its unsent data. False when there are none. */
  add(change: MarketDataUpdate): boolean {
    if (this.#held !== null) {
      this.#held.push(change);
      return false;
    }
    const ahead = this.#ahead.get(change.symbol);
    if (ahead === undefined) return this.#buffer(change);
    if (change.previous >= Math.max(0, ...Object.values(ahead))) this.#ahead.delete(change.symbol);
    return this.#buffer(updateAfter(change, ahead));
  }

  #buffer(change: MarketDataUpdate): boolean {
    return this.#conflated.add(change, (channel) => {
      const wanted = this.#wanted[channel];
      return wanted.has("*") || wanted.has(change.symbol);
    });
  }

  flush(): boolean {
    if (!this.isOpen) return true;
    if (this.isSlow) {
      this.#tooSlow(this);
      return true;
    }
    if ((this.#socket.bufferedAmount ?? 0) > UNSENT_HOLD_BYTES) return false;
    const frame = this.#conflated.take(this.codec);
    if (frame !== null) this.sendFrame(frame);
    return true;
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === OPEN) this.#socket.close(code, reason);
  }
}
