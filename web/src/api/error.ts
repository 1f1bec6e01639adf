/** Errors of calls: what the exchange refused, and calls that had no answer. */
import { TEXT } from "../text/en.ts";

/** The exchange refused a request. `reason` is the key of its catalogue (/docs/errors); `body` has further fields. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly reason: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** After so many seconds the request may be tried again; null: the answer does not say. */
  readonly retryAfter: number | null;

  constructor(status: number, body: Readonly<Record<string, unknown>>, retryAfter: number | null = null) {
    const text = body["message"] ?? body["detail"];
    super(typeof text === "string" ? text : TEXT.errors.failed);
    this.status = status;
    this.reason = typeof body["reason"] === "string" ? body["reason"] : "";
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** By field, what is wrong with it. */
  get fields(): ReadonlyMap<string, string> {
    const { errors } = this.body;
    const list = Array.isArray(errors) ? (errors as { field?: unknown; detail?: unknown }[]) : [];
    return new Map(list.map(({ field, detail }) => [String(field), String(detail)]));
  }
}

/** There was no answer; the request may have had its effect. `wasOffline`: there was no network when it was to be sent. */
export class NoAnswer extends Error {
  override readonly name = "NoAnswer";
  constructor(cause: unknown, wasOffline: boolean) {
    super(wasOffline ? TEXT.errors.offline : TEXT.errors.unknown, { cause });
  }
}

/** What a user is told of an error. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : TEXT.errors.failed;
}
