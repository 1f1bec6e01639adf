/** Reading what clients send, by a schema: a value, or the error that names the fields that are wrong. */
import type * as z from "zod";
import type { FieldError, GatewayError } from "./errors.ts";

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: GatewayError };

/** More wrong fields than a person reads; a body may have thousands. */
const FIELDS_MAX = 20;

/** Reads a request body. */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): Read<z.output<S>> {
  const read = schema.safeParse(body);
  if (read.success) return { ok: true, value: read.data };
  const fields = read.error.issues.slice(0, FIELDS_MAX).flatMap(wrongFields).slice(0, FIELDS_MAX);
  const field = fields[0]?.field ?? "";
  return { ok: false, error: { reason: "body_field", field, ...(fields.length > 1 ? { fields } : {}) } };
}

/** The fields that an issue is about: of unknown ones the issue tells the object that they are in. */
function wrongFields(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== "unrecognized_keys") return [{ field: issue.path.join("."), detail: issue.message }];
  return issue.keys.map((key) => ({ field: [...issue.path, key].join("."), detail: "unknown field" }));
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
