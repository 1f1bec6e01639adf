/** What the sockets of a relay may not have read, by owner, and of all sockets that are told to close. */
import { CLOSING_UNREAD_MAX_BYTES, UNREAD_OF_OWNER_MAX_BYTES } from "./limits.ts";

/** Bytes that the sockets of one owner may not have read. A socket counts until it has closed. */
export class OwnerUnread {
  #bytes = 0;

  add(bytes: number): void {
    this.#bytes += bytes;
  }

  get isEmpty(): boolean {
    return this.#bytes === 0;
  }

  get isOverLimit(): boolean {
    return this.#bytes > UNREAD_OF_OWNER_MAX_BYTES;
  }
}

export class UnreadBytes {
  readonly #owners = new Map<string, OwnerUnread>();
  #closing = 0;

  of(owner: string): OwnerUnread {
    const known = this.#owners.get(owner);
    if (known !== undefined) return known;
    // Those of owners without sockets are forgotten now and then.
    if (this.#owners.size >= OWNERS_MAX) {
      for (const [name, unread] of this.#owners) if (unread.isEmpty) this.#owners.delete(name);
    }
    const made = new OwnerUnread();
    this.#owners.set(owner, made);
    return made;
  }

  /** False when the sockets of an owner hold as many unread bytes as they may. */
  isAllowed(owner: string): boolean {
    return this.#owners.get(owner)?.isOverLimit !== true;
  }

  /** A socket was told to close, which its client may not read either. True when these hold too much. */
  closing(bytes: number): boolean {
    this.#closing += bytes;
    return this.isClosingTooMuch;
  }

  get isClosingTooMuch(): boolean {
    return this.#closing > CLOSING_UNREAD_MAX_BYTES;
  }

  /** A socket that was told to close has closed. */
  closed(bytes: number): void {
    this.#closing -= bytes;
  }
}

const OWNERS_MAX = 10_000;
