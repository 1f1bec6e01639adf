import type { Codec } from "../../../protocol/streamCodec.ts";
import { writeMessage } from "../../../protocol/streamCodec.ts";
import type { Change, Outlet } from "./conflation.ts";
import { Pending } from "./conflation.ts";
import { HELD_MAX_BYTES, MESSAGES_WAITING_MAX, UNSENT_HOLD_BYTES, UNSENT_MAX_BYTES } from "./limits.ts";
import type { Session } from "./session.ts";

/** What a connection needs of its socket. `bufferedAmount` is missing in older runtimes. */
export interface Socket {
  readonly readyState: number;
  readonly bufferedAmount?: number;
  send(frame: string | Uint8Array): void;
  close(code: number, reason: string): void;
  serializeAttachment(value: unknown): void;
}

const OPEN = 1;

/** One viewer's socket: its session, what waits to be sent to it, and its messages one after the other. */
export class Connection implements Outlet {
  readonly #socket: Socket;
  readonly #pending = new Pending();
  readonly #tooSlow: (connection: Connection) => void;
  #session: Session;
  #trades: ReadonlySet<string>;
  #quotes: ReadonlySet<string>;
  #tail: Promise<void> = Promise.resolve();
  #messagesWaiting = 0;
  #broken = false;

  /** `tooSlow` is told when the viewer reads so little that it must go. */
  constructor(socket: Socket, session: Session, tooSlow: (connection: Connection) => void) {
    this.#socket = socket;
    this.#session = session;
    this.#trades = new Set(session.trades);
    this.#quotes = new Set(session.quotes);
    this.#tooSlow = tooSlow;
  }

  get session(): Session {
    return this.#session;
  }

  get codec(): Codec {
    return this.#session.codec;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === OPEN && !this.#broken;
  }

  /** Takes a new session and keeps it where it survives hibernation. */
  save(session: Session): void {
    this.#session = session;
    this.#trades = new Set(session.trades);
    this.#quotes = new Set(session.quotes);
    if (this.isOpen) this.#socket.serializeAttachment(session);
  }

  /** True when so many messages wait for their turn that no more may. */
  get isFlooded(): boolean {
    return this.#messagesWaiting >= MESSAGES_WAITING_MAX;
  }

  /** Handles messages one at a time, in order. `handle` must not reject. */
  inTurn(handle: () => Promise<void>): Promise<void> {
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
      this.#broken = true;
    }
  }

  /** True when more is unsent than a reading viewer ever has. */
  get isStuck(): boolean {
    const unsent = this.#socket.bufferedAmount ?? 0;
    return unsent > UNSENT_MAX_BYTES || (unsent > UNSENT_HOLD_BYTES && this.#pending.bytes > HELD_MAX_BYTES);
  }

  /** Adds what this viewer wants of a book's change to what waits for it; false when that is nothing. */
  add(change: Change): boolean {
    return this.#pending.add(change, {
      trades: this.#trades.has("*") || this.#trades.has(change.symbol),
      quotes: this.#quotes.has("*") || this.#quotes.has(change.symbol),
    });
  }

  flush(): boolean {
    if (!this.isOpen) return true;
    if (this.isStuck) {
      this.#tooSlow(this);
      return true;
    }
    if ((this.#socket.bufferedAmount ?? 0) > UNSENT_HOLD_BYTES) return false;
    const frame = this.#pending.take(this.codec);
    if (frame !== null) this.sendFrame(frame);
    return true;
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState === OPEN) this.#socket.close(code, reason);
  }
}
