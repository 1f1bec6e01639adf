import { createHash, createHmac } from "node:crypto";

/** Hex SHA-256. Sufficient for secrets of 80 random bits or more, which nobody can guess. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Shorter than every key of ours. */
const KEY_LENGTH_MIN = 32;

/** HMAC-SHA-256. Throws when the key is missing or too short: anybody could compute the tags of such a key. */
export function hmacSha256(key: string, text: string): Uint8Array {
  if (key.length < KEY_LENGTH_MIN) throw new Error("an HMAC needs a key");
  return createHmac("sha256", key).update(text).digest();
}
