import { type ClientAttachment, ClientConnection, type ClientSocket } from "./clientConnection.ts";
import {
  ConflationBuffer,
  isWanted,
  type MarketDataUpdate,
  type Receiver,
  type Through,
  updateAfter,
  type Wanted,
  wantedOf,
} from "./conflation.ts";
import { FlowControl, type SavedCredit } from "./flowControl.ts";
import { MESSAGES_WAITING_MAX } from "./limits.ts";
import type { StreamSession } from "./streamSession.ts";
import type { TokenBucket } from "./tokenBucket.ts";

/** What a connection needs of its socket. `bufferedAmount` is missing in older runtimes. */
export interface Socket extends ClientSocket {
  readonly bufferedAmount?: number;
}

/** State that survives hibernation with the socket. */
export interface SocketAttachment extends ClientAttachment<StreamSession> {
  /** The last trade update that was sent; null while updates are off. */
  readonly cursor: number | null;
  /** The socket's token bucket; left out before its first frame, and by an earlier release. */
  readonly tokens?: TokenBucket | null;
  /** The credit that the client has offered; left out before that, and by an earlier release. */
  readonly credit?: SavedCredit | null;
}

export interface CreditPorts {
  now(): number;
  /** A frame was sent on credit. `storeCredit` is to follow. */
  creditUsed(connection: Connection): void;
}

/** What a subscriber gets of a book for a new subscription, and the sequences that it has then. */
export interface Backfill {
  readonly change: MarketDataUpdate;
  readonly through: Through;
}

/** One client's socket: its session, its unsent data, and its messages in order. */
export class Connection extends ClientConnection<StreamSession> implements Receiver {
  readonly #conflated = new ConflationBuffer();
  readonly #tooSlow: (connection: Connection) => void;
  readonly #creditUsed: (connection: Connection) => void;
  #cursor: number | null;
  #tokens: TokenBucket | null;
  #wanted: Wanted;
  /** Updates that arrive while the relay fetches what the subscriber lacks; null at other times. */
  #held: MarketDataUpdate[] | null = null;
  /** Books of which the subscriber has more than was pushed to this relay. */
  readonly #ahead = new Map<string, Through>();
  #tail: Promise<void> = Promise.resolve();
  #messagesWaiting = 0;

  /** What the client has been sent, and may be sent. */
  readonly flow: FlowControl;

  /** `tooSlow` is called when the client reads so little that its socket must be closed. */
  constructor(
    socket: Socket,
    attachment: SocketAttachment,
    tooSlow: (connection: Connection) => void,
    ports: CreditPorts = { now: Date.now, creditUsed: () => {} },
  ) {
    super(socket, attachment);
    const { session, cursor, tokens = null, credit = null } = attachment;
    this.flow = new FlowControl(
      () => socket.bufferedAmount,
      credit,
      () => ports.now(),
    );
    this.#cursor = cursor;
    this.#tokens = tokens;
    this.#wanted = wantedOf(session.channels, session.feed);
    this.#tooSlow = tooSlow;
    this.#creditUsed = (one) => ports.creditUsed(one);
  }

  get cursor(): number | null {
    return this.#cursor;
  }

  get tokens(): TokenBucket | null {
    return this.#tokens;
  }

  /** Sets the token bucket, which is stored with the next session. */
  setTokens(tokens: TokenBucket): void {
    this.#tokens = tokens;
  }

  protected override setSession(session: StreamSession): void {
    super.setSession(session);
    this.#wanted = wantedOf(session.channels, session.feed);
  }

  /** Notes the last trade update that was sent. */
  sentThrough(cursor: number | null): void {
    this.#cursor = cursor;
    this.store();
  }

  protected override attachment(): SocketAttachment {
    const kept = { ...super.attachment(), cursor: this.#cursor, tokens: this.#tokens };
    const { credit } = this.flow;
    return credit === null ? kept : { ...kept, credit };
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

  /** True when more is unsent than a client that reads ever has. */
  get isSlow(): boolean {
    return this.flow.isSlow(this.#conflated.bytes);
  }

  /** The sequence through which a book's data was sent, when later data of it waits; undefined otherwise. */
  sentOf(symbol: string): number | undefined {
    return this.#conflated.previousOf(symbol);
  }

  /** Stores the credit that is left. */
  storeCredit(): void {
    this.store();
  }

  /** A frame of data was sent. */
  #sentData(): void {
    this.flow.sentData();
    if (this.flow.hasCredit) this.#creditUsed(this);
  }

  protected override sendOpen(frame: string | Uint8Array): void {
    this.flow.sent(frame.length);
    super.sendOpen(frame);
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

  get hasUnsent(): boolean {
    return this.#conflated.bytes > 0;
  }

  /**
   * Whether the next updates are all that the subscriber gets: it waits for nothing that it lacks, and is not ahead of
   * what was pushed to this relay. `position`: the sequence through which the relay has a book.
   */
  isCaughtUp(position: (symbol: string) => number): boolean {
    if (this.#held !== null) return false;
    for (const [symbol, through] of this.#ahead) {
      if (position(symbol) < Math.max(0, ...Object.values(through))) return false;
      this.#ahead.delete(symbol);
    }
    return true;
  }

  /** Adds unsent data that the subscriber shared with others. */
  addUnsent(shared: ConflationBuffer): void {
    this.#conflated.addFrom(shared);
  }

  /** Sends a frame that others get too. False when the socket can take nothing now, and nothing was sent. */
  sendShared(frame: string | Uint8Array): boolean {
    if (!this.flow.canTake) return false;
    this.sendOpen(frame);
    this.#sentData();
    return true;
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
    return this.#conflated.add(change, (channel) => isWanted(this.#wanted, channel, change.symbol));
  }

  flush(): boolean {
    if (!this.isOpen) return true;
    if (this.isSlow) {
      this.#tooSlow(this);
      return true;
    }
    if (!this.hasUnsent) return true;
    if (!this.flow.canTake) {
      this.flow.held();
      return false;
    }
    const frame = this.#conflated.take(this.codec);
    if (frame === null) return true;
    this.sendFrame(frame);
    this.#sentData();
    return true;
  }
}
