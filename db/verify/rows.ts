/** How a verification reads the rows of the trail: every column as text, so that nothing is lost or made equal on the way. */
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
  /** The line that its columns make; what was hashed, if nothing has changed. */
  readonly line: string;
  /** What its hash column says, in hex. */
  readonly hash: string;
}

type Field = (typeof AUDIT_FIELDS)[number];

/** Stands for a NULL where none belongs: a line has no line separator. */
export const NULL_MARK = LINE_SEPARATOR;

/** Columns that have no text in a line when they are NULL. */
const NULLABLE: ReadonlySet<Field> = new Set(["before", "after", "actor_id"]);

/** `at` with its microseconds, which no event has: a change below a millisecond shows as well. */
const textOf = (field: Field): string => {
  if (field === "at") return `coalesce(trim_scale(extract(epoch from "timestamp") * 1000)::text, '${NULL_MARK}')`;
  return `coalesce(${field}::text, '${NULLABLE.has(field) ? "" : NULL_MARK}')`;
};

const joined = (fields: readonly Field[]): string =>
  `concat_ws('${FIELD_SEPARATOR}', ${fields.map(textOf).join(", ")})`;

/** Nothing in a row of version 1, which has none of these. A row that has one of them has all in its line. */
const ACTOR = `case when num_nulls(${ACTOR_FIELDS.join(", ")}) < ${ACTOR_FIELDS.length} then ${joined(ACTOR_FIELDS)} end`;

const LINE = `concat_ws('${FIELD_SEPARATOR}', ${joined(AUDIT_FIELDS.slice(0, AUDIT_FIELDS_1))}, ${ACTOR})`;

/** Columns that `storedEvent` reads, of a select over events named `event`: all text. */
export const STORED_EVENT = `event.seq::text as seq, ${LINE} as line, coalesce(encode(hash, 'hex'), '') as hash`;

/** No place of the table is before this: a chain begins at 1, and what somebody put before it must be seen. */
export const FIRST_PLACE = "-9223372036854775808";

/** The order of a chain: rows that claim the same place come one after the other. */
export const CHAIN_ORDER = `event.seq, event."timestamp"`;

export function storedEvent(seq: string, line: string, hash: string): StoredEvent {
  return { seq: Number(seq), line, hash };
}

const INDEX = new Map<string, number>(AUDIT_FIELDS.map((field, at) => [field, at]));

/** The fields of an event by name; in one that was tampered with there may be too many. */
export function fieldsOf(line: string): (field: Field) => string {
  const fields = line.split(FIELD_SEPARATOR);
  return (field) => fields[INDEX.get(field) ?? -1] ?? "";
}

/** The line as it would be at another place of the chain. */
export function lineAt(line: string, seq: number): string {
  const fields = line.split(FIELD_SEPARATOR);
  fields[INDEX.get("seq") ?? -1] = String(seq);
  return fields.join(FIELD_SEPARATOR);
}
