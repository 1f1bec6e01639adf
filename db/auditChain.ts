/** The hash chain of an audit shard: each event's hash covers the one before it, so no event can change unseen. */
import { createHash } from "node:crypto";

/** The previous hash of the first event of a chain. */
export const GENESIS_HASH: Uint8Array = new Uint8Array(32);
export const GENESIS_HEX: string = "0".repeat(64);

/** Hash of an event: SHA-256 over the hash before it and the UTF-8 bytes of its line (protocol/audit/line.ts). */
export function chainHash(previous: Uint8Array, line: string): Uint8Array {
  return createHash("sha256").update(previous).update(line, "utf8").digest();
}

/** The same with hashes as hex text, as a verification reads them from rows. */
export function chainHashHex(previous: string, line: string): string {
  return createHash("sha256").update(previous, "hex").update(line, "utf8").digest("hex");
}

/** A hash as text, in lower case. */
export function hexOf(hash: Uint8Array): string {
  let text = "";
  for (const byte of hash) text += HEX_BYTES[byte];
  return text;
}

const HEX_BYTES: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** The bytes of a hash given as text. */
export function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}

/** SHA-256 of a text's UTF-8 bytes, as text. */
export function sha256Hex(text: string): string {
  return hexOf(createHash("sha256").update(text, "utf8").digest());
}
