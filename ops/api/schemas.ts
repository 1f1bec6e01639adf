/** Converts zod schemas to JSON schemas (draft 2020-12); those with an id become shared components. */
import { isDeepStrictEqual } from "node:util";
import * as z from "zod";

export type Json = Record<string, unknown>;

const COMPONENTS = "#/components/schemas/";

/** Collects the components of a document while its schemas are read. */
export class Schemas {
  private readonly found = new Map<string, Json>();

  /**
   * Converts the schema of a request (`input`) or response (`output`). Throws when an id stands for two different
   * schemas.
   */
  of(schema: z.ZodType, io: "input" | "output"): Json {
    // As a property, a schema with an id is a reference like everywhere else.
    const whole = z.toJSONSchema(z.object({ it: schema }), {
      io,
      unrepresentable: "any",
      override: ({ jsonSchema, zodSchema }) => plainer(jsonSchema as Json, zodSchema, io),
    });
    for (const [id, component] of Object.entries(whole.$defs ?? {})) this.keep(id, withReferences(component) as Json);
    return withReferences(whole.properties?.["it"]) as Json;
  }

  /** The components by id, in alphabetical order. */
  get components(): Record<string, Json> {
    return Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  private keep(id: string, component: Json): void {
    const before = this.found.get(id);
    if (before !== undefined && !isDeepStrictEqual(before, component)) {
      throw new Error(`the schema id ${id} stands for two schemas`);
    }
    this.found.set(id, component);
  }
}

function plainer(json: Json, schema: z.core.$ZodTypes, io: "input" | "output"): void {
  // Responses may get further fields, which generated clients must ignore.
  if (io === "output" && schema._zod.def.type === "object") delete json["additionalProperties"];
  // Query texts that are documented as numbers or flags.
  if (json["type"] === "integer" || json["type"] === "boolean") delete json["pattern"];
  // zod adds the bounds of safe integers.
  if (json["maximum"] === Number.MAX_SAFE_INTEGER) delete json["maximum"];
  if (json["minimum"] === Number.MIN_SAFE_INTEGER) delete json["minimum"];
  // A format is clearer than zod's regular expression for it.
  if (json["format"] !== undefined) delete json["pattern"];
  if (json["default"] === null) delete json["default"];
}

/** The schema without null, which a query cannot express. */
export function withoutNull({ type, anyOf, ...rest }: Json): Json {
  const types: unknown[] = Array.isArray(type) ? type.filter((one) => one !== "null") : [type];
  const some = (anyOf as Json[] | undefined)?.filter((one) => one["type"] !== "null");
  if (some?.length === 1) return { ...some[0], ...rest };
  const kept = types.length === 1 ? types[0] : types;
  return { ...(type === undefined ? {} : { type: kept }), ...(some === undefined ? {} : { anyOf: some }), ...rest };
}

function withReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === "$schema") return [];
      if (key === "$ref" && typeof inner === "string") return [[key, inner.replace("#/$defs/", COMPONENTS)]];
      return [[key, withReferences(inner)]];
    }),
  );
}
