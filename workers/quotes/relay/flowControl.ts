/**
 * Flow control of one socket: what the client may be sent now, and how much of what it was sent it may not have read.
 * The runtime counts that (`bufferedAmount`) if it is new enough. A client that offers credit proves it by marks. Of any
 * other one nothing is known, and what was sent to it is bounded.
 */
import {
  CREDIT_FRAMES_MAX,
  CREDIT_UNREAD_BYTES,
  BUFFERED_MAX_BYTES,
  HELD_MAX_MS,
  UNREAD_OF_OWNER_MIN_BYTES,
  UNREAD_MAX_BYTES,
  UNSENT_HOLD_BYTES,
  UNSENT_MAX_BYTES,
} from "./limits.ts";
import { markOf, seqOfMark } from "./marks.ts";
import type { OwnerUnread } from "./unreadBytes.ts";

/** What of a client's credit survives hibernation. */
export interface SavedCredit {
  readonly frames: number;
  /** Bytes that were sent on the socket, as the next mark has them. */
  readonly position: number;
  readonly markKey: string;
}

/** The state of a client's credit after a grant. */
export interface Granted {
  readonly frames: number;
  readonly mark: string;
}

export class FlowControl {
  /** Undefined when the runtime does not count. */
  readonly #unsentBytes: () => number | undefined;
  readonly #now: () => number;
  #owner: OwnerUnread | null = null;
  /** Bytes sent, and those of them that the client has shown to have read. */
  #position: number;
  #read: number;
  /** Data frames that the client still takes; null when it has never offered credit. */
  #frames: number | null;
  #markKey: string;
  #heldSince: number | null = null;
  #isGone = false;

  constructor(unsentBytes: () => number | undefined, saved: SavedCredit | null, now: () => number) {
    this.#unsentBytes = unsentBytes;
    this.#now = now;
    // An object hibernates only when the network has taken everything.
    this.#position = saved?.position ?? 0;
    this.#read = this.#position;
    this.#frames = saved?.frames ?? null;
    this.#markKey = saved?.markKey ?? "";
  }

  /** Bytes that the client may not have read, as far as is known. */
  get unread(): number {
    if (this.#isGone) return 0;
    return this.#unsentBytes() ?? this.#position - this.#read;
  }

  /** The credit to store; null when the client offers none. */
  get credit(): SavedCredit | null {
    if (this.#frames === null) return null;
    return { frames: this.#frames, position: this.#position, markKey: this.#markKey };
  }

  /** Whether a frame of data may be sent now. */
  get canTake(): boolean {
    const unsent = this.#unsentBytes();
    if (unsent !== undefined && unsent > UNSENT_HOLD_BYTES) return false;
    if (this.#frames !== null) return this.#frames > 0 && this.#position - this.#read <= CREDIT_UNREAD_BYTES;
    return unsent !== undefined || !this.#isUnbounded;
  }

  /** Whether the client reads so little that its socket is to be closed. `held`: bytes that wait for it here. */
  isSlow(held: number): boolean {
    if (this.#heldSince !== null && this.#now() - this.#heldSince > HELD_MAX_MS) return true;
    const unsent = this.#unsentBytes();
    if (unsent !== undefined && unsent > UNSENT_MAX_BYTES) return true;
    if (this.#frames !== null && this.#position - this.#read > UNSENT_MAX_BYTES) return true;
    if (unsent === undefined && this.#frames === null) return this.#isUnbounded;
    return held > BUFFERED_MAX_BYTES && !this.canTake;
  }

  /** Nothing shows that the client reads, and it was sent as much as it may be without that. */
  get #isUnbounded(): boolean {
    const unread = this.#position - this.#read;
    if (unread > UNREAD_MAX_BYTES) return true;
    return unread > UNREAD_OF_OWNER_MIN_BYTES && this.#owner?.isOverLimit === true;
  }

  /** Counts a frame that was sent. */
  sent(bytes: number): void {
    this.#position += bytes;
    this.#owner?.add(bytes);
  }

  /** Whether the client has offered credit. */
  get hasCredit(): boolean {
    return this.#frames !== null;
  }

  /** Counts a frame of data against the credit. */
  sentData(): void {
    if (this.#frames !== null) this.#frames--;
    this.#heldSince = null;
  }

  /** Data waits because the client takes none now. */
  held(): void {
    this.#heldSince ??= this.#now();
  }

  /**
   * The client takes more frames. After its first grant it must return a mark that it has been sent. Null when it is
   * none of this socket.
   */
  grant(frames: number, mark: string | null): Granted | null {
    if (this.#frames === null) this.#markKey = crypto.randomUUID();
    else {
      const position = mark === null ? null : seqOfMark(this.#markKey, mark);
      if (position === null) return null;
      this.#readThrough(position);
    }
    this.#frames = Math.min((this.#frames ?? 0) + frames, CREDIT_FRAMES_MAX);
    return { frames: this.#frames, mark: markOf(this.#markKey, this.#position) };
  }

  #readThrough(position: number): void {
    if (position <= this.#read) return;
    this.#owner?.add(this.#read - position);
    this.#read = position;
  }

  /** Counts what is unread as that of an owner. */
  belongsTo(owner: OwnerUnread): void {
    if (this.#owner === owner || this.#unsentBytes() !== undefined) return;
    this.#owner?.add(this.#read - this.#position);
    this.#owner = owner;
    owner.add(this.#position - this.#read);
  }

  /** The socket is gone, with what was not read. */
  gone(): void {
    this.#owner?.add(this.#read - this.#position);
    this.#owner = null;
    this.#isGone = true;
  }
}
