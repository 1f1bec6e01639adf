import { createHash, createHmac } from "node:crypto";

/** Hex SHA-256. Enough for a secret of 80 random bits and more: there is nothing to guess faster than by hashing. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Far less than any key of ours has, and far more than an absent one. */
const KEY_LENGTH_MIN = 32;

/** HMAC-SHA-256. Throws for a key that is absent or too short to be one: whoever knows that could make every mark. */
export function hmacSha256(key: string, text: string): Uint8Array {
  if (key.length < KEY_LENGTH_MIN) throw new Error("an HMAC needs a key");
  return createHmac("sha256", key).update(text).digest();
}
