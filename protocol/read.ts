/** Reading what clients send, by a schema: a value, or the error that names the first field that is wrong. */
import type * as z from "zod";
import type { GatewayError } from "./errors.ts";

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: GatewayError };

/** Reads a request body. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): Read<z.output<S>> {
  const read = schema.safeParse(body);
  if (read.success) return { ok: true, value: read.data };
  return { ok: false, error: { reason: "body_field", field: read.error.issues[0]?.path.join(".") ?? "" } };
}

/**
 * Reads a query string: empty parameters are left out, repeated ones are one comma-separated list. A schema's error
 * texts say what would have been right.
 */
export function readQuery<S extends z.ZodType>(schema: S, query: URLSearchParams): Read<z.output<S>> {
  const fields = new Map<string, string>();
  for (const [name, value] of query) {
    const before = fields.get(name);
    if (value !== "") fields.set(name, before === undefined ? value : `${before},${value}`);
  }
  const read = schema.safeParse(Object.fromEntries(fields));
  if (read.success) return { ok: true, value: read.data };
  const [issue] = read.error.issues;
  const parameter = issue?.path.join(".") ?? "";
  return { ok: false, error: { reason: "query_invalid", parameter, expected: issue?.message ?? "" } };
}
