/** Whether an answer is what the description of its route says. */
import * as z from "zod";
import { documented } from "../ops/api/openapi.ts";
import { alpacaError, problem } from "../protocol/wire/errors.ts";
import { isAlpacaPath } from "../protocol/errors/problem.ts";

const routes = documented()
  .map(({ method, path, operation }) => ({
    method,
    path,
    operation,
    pattern: new RegExp(`^${path.replace(/\/:\w+/g, "/[^/]+").replace(/[.]/g, "\\.")}$`),
  }))
  // A path that is written out comes before one with a parameter in its place.
  .sort((a, b) => a.path.split("/:").length - b.path.split("/:").length);

/**
 * What is wrong with a JSON answer: fields that its schema does not have, or has otherwise; a status that is not described;
 * an error of another shape. "" when nothing is, or the route is not described.
 */
export function undescribed(method: string, address: string, status: number, body: unknown): string {
  const path = address
    .replace(/\?.*/, "")
    .replace(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "");
  if (status >= 400) return differs(isAlpacaPath(path) ? alpacaError : problem, body);
  const route = routes.find((one) => one.method === method && one.pattern.test(path));
  if (route === undefined) return "";
  const schema = route.operation.responses[status];
  if (schema === undefined) return `${status} is not described`;
  if (schema === null) return body === null ? "" : "an answer without a body has one";
  return "_zod" in schema ? differs(schema, body) : "";
}

function differs(schema: z.ZodType, body: unknown): string {
  const read = schema.safeParse(body);
  if (!read.success) return z.prettifyError(read.error);
  const [seen, said] = [JSON.stringify(sorted(body)), JSON.stringify(sorted(read.data))];
  // What a schema does not have it drops.
  return seen === said ? "" : `fields that are not described: ${seen}, only ${said}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
