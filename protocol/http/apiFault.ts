/** The exception that ends a request with an error. The error handler of each worker turns it into a response. */
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type { ApiError } from "../errors/catalogue.ts";
import type { Read } from "./readRequest.ts";
import type { ApprovalOutcome } from "../rpc/approvals.ts";
import type { IdentityOutcome } from "../rpc/identity.ts";

/** Ends the request with an error of the catalogue. `cause` is an internal failure, for the log. */
export class ApiFault extends Error {
  readonly error: ApiError;

  constructor(error: ApiError, cause?: unknown) {
    super(error.reason, cause === undefined ? {} : { cause });
    this.error = error;
  }
}

/**
 * The outcome of a call: its value, or a refusal in one of the forms that readers, accounts, approvals and logins use.
 */
type Refusable<T> = Outcome<T> | Read<T> | ApprovalOutcome<T> | IdentityOutcome<T>;

/** The value of an outcome; a refusal ends the request with the error that it names. */
export function unwrap<T>(outcome: Refusable<T>): T {
  if (outcome.ok) return outcome.value;
  throw new ApiFault(errorOf(outcome));
}

function errorOf(refused: Extract<Refusable<unknown>, { readonly ok: false }>): ApiError {
  if ("refusal" in refused) return refused.refusal;
  if ("error" in refused) return refused.error;
  // Only authenticated callers ask for keys, so an unknown one is not authorized.
  if (refused.reason === "no_such_key") return { reason: "unauthorized" };
  if (refused.reason === "rate_limited") {
    return { reason: "rate_limited", retryAfterSeconds: Math.ceil(refused.retryAfterMs / 1_000) };
  }
  // Too many for the compiler to compare with each row of the catalogue.
  const reason: ApiError["reason"] = refused.reason;
  return { reason } as ApiError;
}

/** Calls an object. When the call fails, the request ends with `unavailable`, which tells the client to retry. */
export async function ask<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw new ApiFault({ reason: "unavailable" }, cause);
  }
}

/** The text and stack of an error, for a log line. */
export function detailOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
