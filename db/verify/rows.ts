/** Reads the rows of the trail for verification: every column as text, so that no value is normalised. */
import {
  ACTOR_FIELDS,
  AUDIT_FIELDS,
  AUDIT_FIELDS_1,
  FIELD_SEPARATOR,
  LINE_SEPARATOR,
} from "../../protocol/audit/line.ts";

/** An event as it is stored. */
export interface StoredEvent {
  readonly seq: number;
  /** The line built from its columns: the text that was hashed, unless a column was altered. */
  readonly line: string;
  /** The hash column, in hex. */
  readonly hash: string;
}

type Field = (typeof AUDIT_FIELDS)[number];

/** Marks a NULL in a column that must not be NULL. A line never contains the line separator. */
export const NULL_MARK = LINE_SEPARATOR;

/** Columns that may be NULL: the field is empty then. */
const NULLABLE: ReadonlySet<Field> = new Set(["before", "after", "actor_id"]);

/** `at` includes microseconds. Events have whole milliseconds, so a smaller change is visible. */
const textOf = (field: Field): string => {
  if (field === "at") return `coalesce(trim_scale(extract(epoch from "timestamp") * 1000)::text, '${NULL_MARK}')`;
  return `coalesce(${field}::text, '${NULLABLE.has(field) ? "" : NULL_MARK}')`;
};

const joined = (fields: readonly Field[]): string =>
  `concat_ws('${FIELD_SEPARATOR}', ${fields.map(textOf).join(", ")})`;

/**
 * The fields of version 2. A row without any of them is of version 1; a row with one of them has all four in its line.
 */
const ACTOR = `case when num_nulls(${ACTOR_FIELDS.join(", ")}) < ${ACTOR_FIELDS.length} then ${joined(ACTOR_FIELDS)} end`;

const LINE = `concat_ws('${FIELD_SEPARATOR}', ${joined(AUDIT_FIELDS.slice(0, AUDIT_FIELDS_1))}, ${ACTOR})`;

/** The select list for `storedEvent`, over a table alias `event`. All columns are text. */
export const STORED_EVENT = `event.seq::text as seq, ${LINE} as line, coalesce(encode(hash, 'hex'), '') as hash`;

/** The smallest possible sequence. A chain begins at 1, but an inserted row before it must be found. */
export const FIRST_PLACE = "-9223372036854775808";

/** The order of a chain. Rows with the same sequence follow one another. */
export const CHAIN_ORDER = `event.seq, event."timestamp"`;

export function storedEvent(seq: string, line: string, hash: string): StoredEvent {
  return { seq: Number(seq), line, hash };
}

const INDEX = new Map<string, number>(AUDIT_FIELDS.map((field, at) => [field, at]));

/** The fields of an event by name. An altered event may have too many. */
export function fieldsOf(line: string): (field: Field) => string {
  const fields = line.split(FIELD_SEPARATOR);
  return (field) => fields[INDEX.get(field) ?? -1] ?? "";
}

/** The line with another sequence. */
export function lineAt(line: string, seq: number): string {
  const fields = line.split(FIELD_SEPARATOR);
  fields[INDEX.get("seq") ?? -1] = String(seq);
  return fields.join(FIELD_SEPARATOR);
}
