/** Results and errors of PostgreSQL in the form of Neon's HTTP replies. */
import type { CustomTypesConfig, QueryArrayResult } from "pg";

export interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Returns every value in PostgreSQL's text form; the Neon driver parses it by the column's type. */
export const textTypes: CustomTypesConfig = { getTypeParser: () => (value: string) => value };

/** A result as Neon writes it; the rows are arrays of text or null, or objects when the caller asks for objects. */
export function resultReply(result: QueryArrayResult, asArray: boolean): Readonly<Record<string, unknown>> {
  const names = result.fields.map((field) => field.name);
  return {
    command: result.command,
    rowCount: result.rowCount,
    fields: result.fields,
    rows: asArray ? result.rows : result.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))),
    rowAsArray: asArray,
  };
}

/** The fields of a PostgreSQL error that the driver passes to its caller. */
const ERROR_FIELDS = [
  "severity",
  "code",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
];

/** 400 with PostgreSQL's fields for an error that the server reported, 503 when the server is unreachable. */
export function errorReply(error: unknown): Reply {
  if (!(error instanceof Error)) return { status: 500, body: { message: String(error) } };
  const fields = new Map<string, unknown>(Object.entries(error));
  const code = fields.get("code");
  // SQLSTATE: five digits or capitals. Class 57P: the server shuts down.
  if (typeof code !== "string" || !/^[0-9A-Z]{5}$/.test(code) || code.startsWith("57P")) {
    return { status: 503, body: { message: `no connection to PostgreSQL: ${error.message || String(code)}` } };
  }
  const known = ERROR_FIELDS.map((name) => [name, fields.get(name)] as const).filter(
    ([, value]) => value !== undefined,
  );
  return { status: 400, body: { message: error.message, ...Object.fromEntries(known) } };
}
