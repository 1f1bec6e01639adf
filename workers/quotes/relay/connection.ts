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

/** What survives hibernation with the socket. */
export interface SocketAttachment {
  readonly session: StreamSession;
  /** The last trade update that was sent; null when none is to be. */
  readonly cursor: number | null;
  /** When the last message came. */
  readonly heardAt: number;
  /** What it may still ask; left out before its first frame, and by an earlier release. */
  readonly tokens?: TokenBucket | null;
}

/** What a subscriber is given when it joins a book, and how much it has then. */
export interface Backfill {
  readonly change: MarketDataUpdate;
  readonly through: Through;
}

const OPEN = 1;

/** One viewer's socket: its session, what waits to be sent to it, and its messages one after the other. */
export class Connection implements FlushTarget {
  readonly #socket: Socket;
  readonly #conflated = new ConflationBuffer();
  readonly #tooSlow: (connection: Connection) => void;
  #session: StreamSession;
  #cursor: number | null;
  #heardAt: number;
  #tokens: TokenBucket | null;
  #wanted: Readonly<Record<Channel, ReadonlySet<string>>>;
  /** While the subscriber joins books, what comes meanwhile. */
  #held: MarketDataUpdate[] | null = null;
  /** Books that the subscriber was given more of than has been pushed here. */
  readonly #given = new Map<string, Through>();
  #tail: Promise<void> = Promise.resolve();
  #messagesWaiting = 0;
  #hasFailed = false;

  /** `tooSlow` is told when the subscriber reads so little that it must go. */
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

  /** A frame was paid for, or refused; kept with the session that it leads to, if it leads to one. */
  setTokens(tokens: TokenBucket): void {
    this.#tokens = tokens;
  }

  /** Takes a new session and keeps it where it survives hibernation. */
  save(session: StreamSession): void {
    this.#session = session;
    this.#wanted = eachChannel((channel) => new Set(session.channels[channel]));
    this.#keep();
  }

  /** A message came; kept with the session that it leads to. */
  messageReceived(at: number): void {
    this.#heardAt = at;
  }

  /** Trade updates were sent through this one. */
  sentThrough(cursor: number | null): void {
    this.#cursor = cursor;
    this.#keep();
  }

  #keep(): void {
    const [session, cursor, heardAt, tokens] = [this.#session, this.#cursor, this.#heardAt, this.#tokens];
    const kept: SocketAttachment = { session, cursor, heardAt, tokens };
    if (this.isOpen) this.#socket.serializeAttachment(kept);
  }

  /** True when so many messages wait for their turn that no more may. */
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

  /** Sends a frame as it is, now. */
  sendFrame(frame: string | Uint8Array): void {
    if (!this.isOpen) return;
    try {
      this.#socket.send(frame);
    } catch {
      // A socket that fails is its viewer's loss only: the push that goes to all must not fail and come again.
      this.#hasFailed = true;
    }
  }

  /** True when more is unsent than a reading subscriber ever has. */
  get isSlow(): boolean {
    const unsent = this.#socket.bufferedAmount ?? 0;
    return unsent > UNSENT_MAX_BYTES || (unsent > UNSENT_HOLD_BYTES && this.#conflated.bytes > BUFFERED_MAX_BYTES);
  }

  /** From now on changes wait: the subscriber joins books, and must get what it lacks of them first. */
  holdUpdates(): void {
    this.#held ??= [];
  }

  /** The subscriber has joined: it gets what it lacked, then what came meanwhile. True when that is anything. */
  releaseUpdates(given: readonly Backfill[]): boolean {
    const held = this.#held ?? [];
    this.#held = null;
    let added = false;
    for (const { change, through } of given) {
      added = this.#buffer(change) || added;
      const before = this.#given.get(change.symbol);
      this.#given.set(change.symbol, { ...before, ...through });
    }
    for (const change of held) added = this.add(change) || added;
    return added;
  }

  /** Adds what this subscriber wants of a book's change to what waits for it; false when that is nothing. */
  add(change: MarketDataUpdate): boolean {
    if (this.#held !== null) {
      this.#held.push(change);
      return false;
    }
    const given = this.#given.get(change.symbol);
    if (given === undefined) return this.#buffer(change);
    if (change.previous >= Math.max(0, ...Object.values(given))) this.#given.delete(change.symbol);
    return this.#buffer(updateAfter(change, given));
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
