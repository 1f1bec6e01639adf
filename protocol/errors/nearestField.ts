/** What a misspelt field may have been meant for. */
import * as z from "zod";

/** Longest name that is told, and that is compared: those of the API are shorter. */
const NAME_LENGTH_MAX = 64;
const COMPARED_LENGTH_MAX = 32;

/** A name that is not known, and the known one that is nearest to it. */
export interface UnknownField {
  readonly name: string;
  /** By its path; null when none is near. */
  readonly nearest: string | null;
}

/**
 * Names the known field that an unknown one is nearest to: the same word in another spelling (`limitPrice`) or at another
 * place (`post_only`), one with few letters changed, or one that has it as a word (`price`). `path` is where it is.
 */
export function unknownField(path: readonly PropertyKey[], schema: z.ZodType): UnknownField {
  const own = String(path.at(-1)).slice(0, NAME_LENGTH_MAX);
  const parent = path.slice(0, -1).map(String);
  const inside = parent.length === 0 ? "" : `${parent.join(".")}.`;
  const known = fieldsOf(schema);
  // Of equally near ones that of the same object.
  const candidates = [...known.filter((each) => isIn(each, inside)), ...known.filter((each) => !isIn(each, inside))];
  const name = inside + own;
  return { name, nearest: nearestOf(snakeCase(own), candidates) };
}

function isIn(field: string, inside: string): boolean {
  return field.startsWith(inside) && !field.slice(inside.length).includes(".");
}

/** Every field of a schema by its path, those inside others too. */
function fieldsOf(schema: z.ZodType, prefix = ""): string[] {
  const object = unwrapped(schema);
  if (!(object instanceof z.ZodObject)) return [];
  const fields = Object.entries<z.ZodType>(object.shape);
  return fields.flatMap(([name, inner]) => [prefix + name, ...fieldsOf(inner, `${prefix}${name}.`)]);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  return schema;
}

function nearestOf(name: string, candidates: readonly string[]): string | null {
  const lastOf = (field: string): string => field.slice(field.lastIndexOf(".") + 1);
  if (name.length > COMPARED_LENGTH_MAX) return null;
  let best: string | null = null;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const changes = distance(name, lastOf(candidate));
    if (changes < least) [best, least] = [candidate, changes];
  }
  if (best !== null) return best;
  return candidates.find((each) => hasWord(lastOf(each), name) || hasWord(name, lastOf(each))) ?? null;
}

function snakeCase(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
}

function hasWord(name: string, word: string): boolean {
  return word !== "" && `_${name}_`.includes(`_${word}_`);
}

/** Letters to change, add, leave out, or swap with their neighbour, to make one word of the other. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const changed = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swaps = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(changed, at(i - 1, j) + 1, at(i, j - 1) + 1, swaps ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}
