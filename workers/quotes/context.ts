import type { Context } from "hono";
import type { ApiError } from "../../protocol/errors.ts";
import type { Read } from "../../protocol/read.ts";

export interface QuotesHono {
  Bindings: QuotesEnv;
}

export type QuotesContext = Context<QuotesHono>;

/** Ends the request with an error of the catalogue; `cause` is what went wrong on our side, for the log. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError, cause?: unknown) {
    super(error.reason, cause === undefined ? {} : { cause });
    this.error = error;
  }
}

/** What was read of the request; a form error ends the request. */
export function wellFormed<T>(read: Read<T>): T {
  if (!read.ok) throw new ApiFault(read.error);
  return read.value;
}

/** Asks a book. One that fails or is out of reach is our fault and passes: the answer says to retry. */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ApiFault({ reason: "unavailable" }, cause);
  }
}
