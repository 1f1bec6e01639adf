/**
 * The two shapes of an error response: Alpaca's `{code, message}` on the paths of its API, and an RFC 9457 problem
 * elsewhere. Both derive from the same row of the catalogue.
 */
import { type ApiError, wireError } from "./catalogue.ts";
import type { Audience } from "./shortage.ts";

/** Paths of the Alpaca API, unserved ones too: its clients require `code` and `message`. */
const ALPACA_PATH =
  /^\/(?:v2|v3|v1beta[123]|v2beta1|v1\/(?:corporate-actions|locates|ipos|fpsl|wallets)|stream)(?:\/|:|$)/;

export const PROBLEM_TYPE = "application/problem+json";

/** The page that lists every error; a problem's `type` is its anchor there. */
export const ERRORS_PAGE = "/docs/errors";

export interface ErrorAnswer {
  readonly status: number;
  readonly type: "application/json" | typeof PROBLEM_TYPE;
  readonly body: Readonly<Record<string, unknown>>;
}

export function isAlpacaPath(path: string): boolean {
  return ALPACA_PATH.test(path);
}

/** The URL of an error on the page of errors. */
export function problemType(reason: ApiError["reason"]): string {
  return `${ERRORS_PAGE}#${reason}`;
}

/** `too_many_keys` → `Too many keys`. */
export function problemTitle(reason: ApiError["reason"]): string {
  const words = reason.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The response to an error, in the shape of the request's path. */
export function errorAnswer(error: ApiError, path: string, requestId: string, audience?: Audience): ErrorAnswer {
  const isAlpaca = isAlpacaPath(path);
  const { status, body } = wireError(isAlpaca ? error : withAllowed(error), audience);
  if (isAlpaca) return { status, type: "application/json", body };
  const { code, message: detail, reason, ...facts } = body;
  const fields = "fields" in error && error.fields !== undefined ? { errors: error.fields } : {};
  const [kind, title] = [problemType(reason), problemTitle(reason)];
  const said = { type: kind, title, status, detail, instance: requestId, code, reason };
  return { status, type: PROBLEM_TYPE, body: { ...facts, ...said, ...fields } };
}

/** Our own errors list the words of a field that has few. */
function withAllowed(error: ApiError): ApiError {
  if (error.reason !== "body_field" || error.allowed === undefined) return error;
  return { ...error, expected: error.allowed };
}
