/**
 * The Idempotency-Key of requests that move money (IETF draft httpapi-idempotency-key-header): a repeat of the same request
 * is answered with the first one's answer, which the account keeps with the movement.
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { IdempotentResponse, IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { hexDigest } from "./hexDigest.ts";

const KEY_LENGTH_MAX = 128;
const PRINTABLE = /^[\x20-\x7e]+$/;
/** The draft's form of a key: a structured-field string. The quotes are not part of the key. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/** The key in the request's header, quoted or bare; null without the header. Ends the request when it is malformed. */
export function idempotencyKeyOf(c: AppContext): string | null {
  const header = c.req.header("Idempotency-Key");
  if (header === undefined) return null;
  const quoted = QUOTED.exec(header.trim())?.[1]?.replace(/\\(["\\])/g, "$1");
  const key = quoted ?? header.trim();
  if (key.length > KEY_LENGTH_MAX || !PRINTABLE.test(key)) throw new ApiFault({ reason: "idempotency_key_invalid" });
  return key;
}

/**
 * The key together with a digest of the whole request: who asks, for what, and the bytes of the body. So neither
 * another body nor another caller can be given an answer that is not theirs.
 */
export async function requestKeyOf(c: AppContext, asks: string, body: string): Promise<IdempotencyKey | null> {
  const key = idempotencyKeyOf(c);
  if (key === null) return null;
  const text = JSON.stringify([asks, c.var.caller.principal.userId, body]);
  return { key, fingerprint: await hexDigest(text) };
}

/** The answer as it was made and kept; one that was given before says so. */
export function answerIdempotent(c: AppContext, { status, body, replayed }: IdempotentResponse): Response {
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.body(body, status as ContentfulStatusCode, { "Content-Type": "application/json" });
}
