/** Marks of answers. A client confirms an answer by its mark, so it cannot confirm an answer that it has not read. */
import { createHmac } from "node:crypto";

const DIGEST_CHARS = 16;

/** The mark of the answer with which `seq` commands are answered. `key` is the connection's, which clients do not know. */
export function markOf(key: string, seq: number): string {
  const digest = createHmac("sha256", key).update(String(seq)).digest("base64url");
  return `${seq}.${digest.slice(0, DIGEST_CHARS)}`;
}

/** The number of answered commands that a mark confirms; null when it is no mark of this connection. */
export function seqOfMark(key: string, mark: string): number | null {
  const seq = Number.parseInt(mark, 10);
  return Number.isSafeInteger(seq) && markOf(key, seq) === mark ? seq : null;
}
