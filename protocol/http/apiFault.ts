/** How a request ends without success: one exception type, which each worker's error handler turns into an answer. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { ApiError } from "../errors/catalogue.ts";
import type { Read } from "./readRequest.ts";

/** Ends the request with an error of the catalogue; `cause` is what went wrong on our side, for the log. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError, cause?: unknown) {
    super(error.reason, cause === undefined ? {} : { cause });
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

/** Calls an object. One that fails or is out of reach is our fault and passes: the answer says to retry. */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ApiFault({ reason: "unavailable" }, cause);
  }
}

/** An error's text and place, for a log line. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
