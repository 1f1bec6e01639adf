/** How a request ends without success: one exception type, one place that turns it into an answer. */
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { type ApiError, wireError } from "../../protocol/errors.ts";
import type { Outcome } from "../../domain/account/refusal.ts";
import type { Read } from "../../protocol/read.ts";
import { type AppContext, audienceOf } from "./context.ts";
import { logLine } from "./log.ts";

/** Ends the request with an error of the catalogue. Caught by `answerFault` only. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError, cause?: unknown) {
    super(error.reason, { cause });
    this.error = error;
  }
}

/** The value of an outcome; a refusal ends the request. */
export function granted<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new ApiFault(outcome.refusal);
  return outcome.value;
}

/** What was read of the request; a form error ends the request. */
export function wellFormed<T>(read: Read<T>): T {
  if (!read.ok) throw new ApiFault(read.error);
  return read.value;
}

/** Calls another object. One that fails or is out of reach is our fault and passes: the answer says to retry. */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ApiFault({ reason: "unavailable" }, cause);
  }
}

/** The answer to an error of the catalogue. */
export function answerError(c: AppContext, error: ApiError): Response {
  const { status, body } = wireError(error, audienceOf(c));
  if (status === 401) c.header("WWW-Authenticate", "Bearer");
  if (status === 503) c.header("Retry-After", "1");
  return c.json(body, status as ContentfulStatusCode);
}

/** The app's error handler: the reason of anything unforeseen goes to the log and never to the client. */
export function answerFault(thrown: Error, c: AppContext): Response {
  const error: ApiError = thrown instanceof ApiFault ? thrown.error : { reason: "internal" };
  if (error.reason === "internal" || error.reason === "unavailable") {
    const cause = thrown instanceof ApiFault ? thrown.cause : thrown;
    const detail = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    logLine("error", { event: error.reason, requestId: c.var.requestId, detail });
  }
  return answerError(c, error);
}
