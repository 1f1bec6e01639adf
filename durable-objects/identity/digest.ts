import { createHash } from "node:crypto";

/** Hex SHA-256. Enough for a secret of 80 random bits and more: there is nothing to guess faster than by hashing. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
