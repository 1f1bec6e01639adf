/** The words that descriptions of endpoints are made of: JSON schemas and OpenAPI objects. */

export type Json = Readonly<Record<string, unknown>>;

export const text = { type: "string" };
export const decimal = { type: "string", format: "decimal", example: "100.5" };
export const amount = {
  oneOf: [{ type: "number" }, { type: "string" }],
  description: "a decimal, as a number or a string",
};
export const uuid = { type: "string", format: "uuid" };
export const time = { type: "string", format: "date-time" };
export const flag = { type: "boolean" };
export const optional = (schema: Json): Json => ({ anyOf: [schema, { type: "null" }] });
export const listOf = (items: Json): Json => ({ type: "array", items });
export const named = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
export const each = (names: string, schema: Json): Json =>
  Object.fromEntries(names.split(" ").map((name) => [name, schema]));
export const object = (properties: Json, required: readonly string[] = Object.keys(properties)): Json => ({
  type: "object",
  properties,
  required,
});

const json = (schema: Json): Json => ({ content: { "application/json": { schema } } });
export const answers = (status: number, description: string, schema: Json | null = null): Json => ({
  [status]: schema === null ? { description } : { description, ...json(schema) },
  default: { description: "an error of the catalogue", ...json(named("Error")) },
});
export const takes = (schema: Json): Json => ({ required: true, ...json(schema) });
export const query = (name: string, schema: Json, description = ""): Json => ({
  name,
  in: "query",
  schema,
  description,
});
export const inPath = (name: string, schema: Json = text): Json => ({ name, in: "path", required: true, schema });
export const open = { security: [] };
export const idempotencyKey = {
  name: "Idempotency-Key",
  in: "header",
  schema: { ...text, minLength: 1, maxLength: 128 },
  description:
    "the same key with the same request gives the first answer, marked Idempotency-Replayed, and moves nothing again. " +
    "Stands for a deposit's reference, or an order's client_order_id, when the body has none",
};
