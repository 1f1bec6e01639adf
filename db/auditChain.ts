/** The hash chain of an audit shard: each event's hash covers the one before it, so no event can change unseen. */
import { createHash, hash } from "node:crypto";

/** The previous hash of the first event of a chain. */
export const GENESIS_HEX: string = "0".repeat(64);

/** Bytes of a hash, and of a buffer that most lines fit. */
const HASH_BYTES = 32;
const BUFFER_BYTES = 4_096;
const utf8 = new TextEncoder();

/** Hashes the events of a chain one after the other, in one buffer: the hash before an event, then its line. */
export class ChainHasher {
  readonly #buffer = new Uint8Array(BUFFER_BYTES);

  /** `previous` is the hash that the chain ends with, in hex. */
  constructor(previous: string) {
    this.#keep(previous);
  }

  /** The hash of the next event, in hex. Its line is `start`, of ASCII characters, and `text`. */
  next(start: string, text: string): string {
    const from = HASH_BYTES + start.length;
    // A UTF-16 unit has at most three bytes of UTF-8.
    const room = from + 3 * text.length;
    const buffer = room > BUFFER_BYTES ? this.#larger(room) : this.#buffer;
    for (let at = 0; at < start.length; at++) buffer[HASH_BYTES + at] = start.charCodeAt(at);
    const { written } = utf8.encodeInto(text, buffer.subarray(from));
    const hex = hash("sha256", buffer.subarray(0, from + written), "hex");
    this.#keep(hex);
    return hex;
  }

  #keep(hex: string): void {
    for (let at = 0; at < HASH_BYTES; at++) this.#buffer[at] = byteOfHex(hex, at);
  }

  /** A buffer for one long line. */
  #larger(room: number): Uint8Array {
    const buffer = new Uint8Array(room);
    buffer.set(this.#buffer.subarray(0, HASH_BYTES));
    return buffer;
  }
}

/**
 * Hash of an event: SHA-256 over the hash before it and the UTF-8 bytes of its line (protocol/audit/line.ts). Both
 * hashes are hex text, as in rows.
 */
export function chainHashHex(previous: string, line: string): string {
  return createHash("sha256").update(previous, "hex").update(line, "utf8").digest("hex");
}

/** The byte at a place of hexadecimal text. */
function byteOfHex(hex: string, at: number): number {
  return 16 * nibble(hex.charCodeAt(2 * at)) + nibble(hex.charCodeAt(2 * at + 1));
}

/** The value of a hexadecimal digit in lower case by its character code. */
function nibble(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** SHA-256 of a text's UTF-8 bytes, as text. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}
