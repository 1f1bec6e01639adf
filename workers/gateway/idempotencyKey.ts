/**
 * The Idempotency-Key of requests that move money (IETF draft httpapi-idempotency-key-header). A repeated request gets
 * the first response, which the account stores with the movement.
 */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { IdempotentResponse, IdempotencyKey } from "../../domain/account/ledger/idempotentResponse.ts";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import type { AppContext } from "./context.ts";
import { hexDigest } from "./hexDigest.ts";

const KEY_LENGTH_MAX = 128;
const PRINTABLE = /^[\x20-\x7e]+$/;
/** A structured-field string, as in the draft. The quotes are not part of the key. */
const QUOTED = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * The key in the request's header, quoted or bare; null without the header. Ends the request when it is malformed or
 * longer than `lengthMax`.
 */
export function idempotencyKeyOf(c: AppContext, lengthMax = KEY_LENGTH_MAX): string | null {
  const header = c.req.header("Idempotency-Key");
  if (header === undefined) return null;
  const quoted = QUOTED.exec(header.trim())?.[1]?.replace(/\\(["\\])/g, "$1");
  const key = quoted ?? header.trim();
  if (key.length > lengthMax || !PRINTABLE.test(key)) throw new ApiFault({ reason: "idempotency_key_invalid" });
  return key;
}

/**
 * The key with a digest of the request: operation, user and body. Another body or another caller never gets this
 * response.
 */
export async function requestKeyOf(c: AppContext, asks: string, body: string): Promise<IdempotencyKey | null> {
  const key = idempotencyKeyOf(c);
  if (key === null) return null;
  const text = JSON.stringify([asks, c.var.caller.principal.userId, body]);
  return { key, fingerprint: await hexDigest(text) };
}

/** Sends the stored response; a header marks a repeated one. */
export function answerIdempotent(c: AppContext, { status, body, replayed }: IdempotentResponse): Response {
  if (replayed) c.header("Idempotency-Replayed", "true");
  return c.body(body, status as ContentfulStatusCode, { "Content-Type": "application/json" });
}
