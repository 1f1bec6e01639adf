/** JSON schemas as tables of fields. */
import { escapeHtml, inline } from "./html.ts";
import type { Json } from "./schemas.ts";

/** A bound for recursion; no schema is nested as deeply. */
const DEPTH_MAX = 6;

/** Prefixes of patterns that are replaced by words. */
const UUID = "^[0-9a-f]{8}";
const DATE = "^\\d{4}-\\d\\d-\\d\\d";

interface Field {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly about: string;
}

/** HTML of the fields of an object, or of each variant of a union; of any other schema its type. */
export function shapeHtml(schema: Json): string {
  const shapes = shapesOf(schema);
  if (!shapes.some((shape) => "properties" in shape)) return `<p class="type">${typeHtml(schema)}</p>`;
  const tables = shapes.map((shape) =>
    "properties" in shape ? table(fieldsOf(shape, "", 0)) : `<p>${typeHtml(shape)}</p>`,
  );
  if (tables.length === 1) return tables.join("");
  const headed = tables.map((each, nth) => {
    const { description, ...shape } = shapes[nth] ?? {};
    const about = typeof description === "string" ? `<p>${inline(description)}</p>\n` : "";
    return `<h5>${nameOf(shape, nth)}</h5>\n${about}${each}`;
  });
  return headed.join("\n");
}

/** The name of a variant: its constant field, or else a few of its fields. */
function nameOf({ properties = {} }: Json, nth: number): string {
  const fields = Object.entries(properties as Record<string, Json>);
  const [field, inner] =
    fields.find(([, each]) => each["const"] !== undefined) ??
    fields.find(([, each]) => each["enum"] !== undefined) ??
    [];
  if (field === undefined || inner === undefined) return `Form ${nth + 1}`;
  const values = (inner["enum"] as unknown[] | undefined) ?? [inner["const"]];
  return `<code>${escapeHtml(`${field}: ${values.map((value) => JSON.stringify(value)).join(" or ")}`)}</code>`;
}

/** A table of fields. */
export function table(fields: readonly Field[]): string {
  if (fields.length === 0) return '<p class="type">an empty object</p>';
  const rows = fields.map(
    ({ name, type, required, about }) =>
      `<tr><td><code>${escapeHtml(name)}</code>${required ? ' <span class="must">required</span>' : ""}</td><td>${type}${about === "" ? "" : `<br>${inline(about)}`}</td></tr>`,
  );
  return `<table class="fields"><thead><tr><th>field</th><th>type</th></tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;
}

/** The type of a value in words, with links to named schemas. */
export function typeHtml(schema: Json): string {
  const { $ref: ref, const: only, enum: several, type, format, pattern } = schema;
  if (typeof ref === "string") {
    const name = ref.replace(/^.*\//, "");
    return `<a href="#shape-${name}">${name}</a>`;
  }
  if (only !== undefined) return `<code>${escapeHtml(JSON.stringify(only))}</code>`;
  if (Array.isArray(several))
    return several.map((each) => `<code>${escapeHtml(JSON.stringify(each))}</code>`).join(" or ");
  const options = optionsOf(schema);
  if (options.length > 0) return [...new Set(options.map(typeHtml))].join(" or ");
  if (type === "array") {
    const { items, prefixItems } = schema as { items?: Json; prefixItems?: Json[] };
    if (prefixItems !== undefined) return `[${prefixItems.map(typeHtml).join(", ")}]`;
    return items === undefined ? "array" : `array of ${typeHtml(items)}`;
  }
  if (type === "object") {
    const { additionalProperties: values } = schema as { additionalProperties?: Json | boolean };
    return typeof values === "object" && !("properties" in schema)
      ? `object with values ${typeHtml(values)}`
      : "object";
  }
  if (Array.isArray(type))
    return type.map((each) => (each === "null" ? "null" : typeHtml({ ...schema, type: each }))).join(" or ");
  const limits = limitsOf(schema);
  if (typeof format === "string") return `${escapeHtml(format)}${limits}`;
  if (typeof pattern === "string" && pattern.startsWith(UUID)) return "uuid";
  if (typeof pattern === "string" && pattern.startsWith(DATE)) return "date, or time of RFC 3339";
  if (typeof pattern === "string" && type === "string") return `string like <code>${escapeHtml(pattern)}</code>`;
  return `${typeof type === "string" ? type : "anything"}${limits}`;
}

function limitsOf({ minimum, maximum, minLength, maxLength }: Json): string {
  const [least, most] = [minimum ?? minLength, maximum ?? maxLength];
  const unit = minLength === undefined && maxLength === undefined ? "" : " characters";
  const plain = (limit: unknown): boolean => typeof limit === "number" && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  if (plain(least) && plain(most)) return `, ${String(least)} to ${String(most)}${unit}`;
  if (plain(most)) return `, at most ${String(most)}${unit}`;
  return plain(least) && least !== 0 ? `, at least ${String(least)}${unit}` : "";
}

function optionsOf(schema: Json): Json[] {
  const { anyOf, oneOf } = schema as { anyOf?: Json[]; oneOf?: Json[] };
  return anyOf ?? oneOf ?? [];
}

/** The variants of a union, without nested ones. */
function shapesOf(schema: Json): Json[] {
  const options = optionsOf(schema);
  return options.length === 0 ? [schema] : options.flatMap(shapesOf);
}

/** Every field, those of inner objects by their path. */
export function fieldsOf(schema: Json, prefix: string, depth: number): Field[] {
  const { properties = {}, required = [] } = schema as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(properties).flatMap(([name, inner]) => {
    const path = prefix + name;
    const { description } = inner;
    const field = {
      name: path,
      type: typeHtml(inner),
      required: required.includes(name),
      about: typeof description === "string" ? description : "",
    };
    return depth === DEPTH_MAX ? [field] : [field, ...innerFields(inner, path, depth + 1)];
  });
}

function innerFields(schema: Json, path: string, depth: number): Field[] {
  const { items } = schema as { items?: Json };
  if (schema["type"] === "array" && items !== undefined) return innerFields(items, `${path}[]`, depth);
  const objects = shapesOf(schema).filter((shape) => "properties" in shape);
  const seen = new Set<string>();
  return objects
    .flatMap((shape) => fieldsOf(shape, `${path}.`, depth))
    .filter(({ name, type }) => !seen.has(`${name} ${type}`) && seen.add(`${name} ${type}`) !== undefined);
}
