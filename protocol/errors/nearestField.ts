/** Suggests a known field for an unknown one. */
import * as z from "zod";

/** The longest name that is shown or compared; all names of the API are shorter. */
const NAME_LENGTH_MAX = 64;
const COMPARED_LENGTH_MAX = 32;

/** An unknown field, and the known one that is most similar. */
export interface UnknownField {
  readonly name: string;
  /** Its path; null when none is similar. */
  readonly nearest: string | null;
}

/**
 * Finds the known field that is most similar: the same word in another spelling (`limitPrice`) or another object
 * (`post_only`), a word with few letters changed, or one that contains it (`price`). `path` is the path of the unknown
 * field.
 */
export function unknownField(path: readonly PropertyKey[], schema: z.ZodType): UnknownField {
  const own = String(path.at(-1)).slice(0, NAME_LENGTH_MAX);
  const parent = path.slice(0, -1).map(String);
  const inside = parent.length === 0 ? "" : `${parent.join(".")}.`;
  const known = fieldsOf(schema, path);
  // Fields of the same object come first.
  const candidates = [...known.filter((each) => isIn(each, inside)), ...known.filter((each) => !isIn(each, inside))];
  const name = inside + own;
  return { name, nearest: nearestOf(snakeCase(own), candidates) };
}

function isIn(field: string, inside: string): boolean {
  return field.startsWith(inside) && !field.slice(inside.length).includes(".");
}

/** The paths of all fields of a schema, nested ones too. Of arrays only the element on `path`; of unions all options. */
function fieldsOf(schema: z.ZodType, path: readonly PropertyKey[], prefix = ""): string[] {
  const known = unwrapped(schema);
  const [key, ...rest] = path;
  if (known instanceof z.ZodArray) {
    return typeof key === "number" ? fieldsOf(known.element as z.ZodType, rest, `${prefix}${key}.`) : [];
  }
  if (known instanceof z.ZodUnion) {
    return known.options.flatMap((option) => fieldsOf(option as z.ZodType, path, prefix));
  }
  if (!(known instanceof z.ZodObject)) return [];
  const fields = Object.entries<z.ZodType>(known.shape);
  return fields.flatMap(([name, inner]) => [
    prefix + name,
    ...fieldsOf(inner, name === key ? rest : [], `${prefix}${name}.`),
  ]);
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
    const changes = distance(name, lastOf(candidate), least);
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

/**
 * The edit distance of two words (letters changed, added, removed, or swapped with their neighbour) if it is below
 * `limit`; otherwise `limit`. Clients choose the words, so nothing is computed that cannot come below it.
 */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let [older, before, row]: [number[], number[], number[]] = [
    [],
    Array.from({ length: b.length + 1 }, (_, j) => j),
    [],
  ];
  let leastBefore = 0;
  for (let i = 1; i <= a.length; i++) {
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const [above = 0, left = 0, corner = 0, swapped = 0] = [before[j], row[j - 1], before[j - 1], older[j - 2]];
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let changes = Math.min(above + 1, left + 1, same ? corner : corner + 1);
      const swaps =
        i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swaps) changes = Math.min(changes, swapped + 1);
      row[j] = changes;
      if (changes < least) least = changes;
    }
    // A swap takes two rows.
    if (least >= limit && leastBefore >= limit) return limit;
    leastBefore = least;
    [older, before, row] = [before, row, older];
  }
  return Math.min(limit, before[b.length] ?? limit);
}
