/** Reads bodies and queries by a schema into a value, or an error that names the invalid fields. */
import type * as z from "zod";
import { suggestion } from "../errors/catalogue.ts";
import type { FieldError, GatewayError } from "../errors/gatewayError.ts";
import { type UnknownField, unknownField } from "../errors/nearestField.ts";

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: GatewayError };

/** The most invalid fields that an error lists; a body may have thousands. */
export const FIELDS_MAX = 20;

/**
 * Reads a request body. An unknown field is reported before other errors, because it may be their cause. An error lists
 * at most `most` fields, and always the first one.
 */
export function readBody<S extends z.ZodType>(schema: S, body: unknown, most = FIELDS_MAX): Read<z.output<S>> {
  const read = schema.safeParse(body);
  if (read.success) return { ok: true, value: read.data };
  const { issues } = read.error;
  const fields: FieldError[] = [];
  for (const issue of issues) {
    const left = Math.max(1, most) - fields.length;
    if (left > 0) fields.push(...wrongFields(issue, schema, left));
  }
  const several = fields.length > 1 ? { fields } : {};
  const unknown = unknownIn(issues, schema);
  if (unknown !== undefined) return { ok: false, error: { reason: "unknown_field", ...unknown, ...several } };
  const expected = issues[0] === undefined ? undefined : expectedOf(issues[0]);
  const wanted = expected === undefined ? allowedOf(issues[0]) : { expected };
  return { ok: false, error: { reason: "body_field", field: fields[0]?.field ?? "", ...wanted, ...several } };
}

/** The length that a list should have, or the kinds of an object that has several, if the issue is about it. */
function expectedOf(issue: z.core.$ZodIssue): string | undefined {
  if (issue.code === "invalid_union" && "options" in issue && Array.isArray(issue.options)) {
    return `one of ${issue.options.join(", ")}`;
  }
  if (issue.code === "too_small" && issue.origin === "array") return `at least ${items(issue.minimum)}`;
  if (issue.code === "too_big" && issue.origin === "array") return `at most ${items(issue.maximum)}`;
  return undefined;
}

/** The words of a field that has few. */
function allowedOf(issue: z.core.$ZodIssue | undefined): { readonly allowed?: string } {
  return issue?.code === "invalid_value" ? { allowed: `one of ${issue.values.map(String).join(", ")}` } : {};
}

function items(count: number | bigint): string {
  return `${count} ${Number(count) === 1 ? "item" : "items"}`;
}

/**
 * The invalid fields of an issue, at most `most`. The path of an issue about unknown fields is that of their object.
 */
function wrongFields(issue: z.core.$ZodIssue, schema: z.ZodType, most: number): FieldError[] {
  if (issue.code !== "unrecognized_keys") return [{ field: issue.path.join("."), detail: issue.message }];
  return issue.keys.slice(0, most).map((key) => {
    const unknown = unknownField([...issue.path, key], schema);
    return { field: unknown.name, detail: `unknown field${suggestion(unknown)}` };
  });
}

/** The first field that the schema does not have. */
function unknownIn(issues: readonly z.core.$ZodIssue[], schema: z.ZodType): UnknownField | undefined {
  const issue = issues.find((each) => each.code === "unrecognized_keys");
  const [key] = issue?.keys ?? [];
  return issue === undefined || key === undefined ? undefined : unknownField([...issue.path, key], schema);
}

/**
 * Reads a query string. Empty parameters are ignored; repeated ones are joined by commas. The schema's error texts
 * state what is expected.
 */
export function readQuery<S extends z.ZodType>(schema: S, query: URLSearchParams): Read<z.output<S>> {
  const fields = new Map<string, string>();
  for (const [name, value] of query) {
    const before = fields.get(name);
    if (value !== "") fields.set(name, before === undefined ? value : `${before},${value}`);
  }
  const read = schema.safeParse(Object.fromEntries(fields));
  if (read.success) return { ok: true, value: read.data };
  const unknown = unknownIn(read.error.issues, schema);
  if (unknown !== undefined) return { ok: false, error: { reason: "unknown_parameter", ...unknown } };
  const [issue] = read.error.issues;
  const parameter = issue?.path.join(".") ?? "";
  return { ok: false, error: { reason: "query_invalid", parameter, expected: issue?.message ?? "" } };
}
