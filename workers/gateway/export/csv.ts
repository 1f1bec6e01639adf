/** Rows as CSV (RFC 4180), safe to open in a spreadsheet. */

export type Row = Readonly<Record<string, unknown>>;

const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** What a spreadsheet would read as the beginning of a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const QUOTED = /[",\r\n]/;

/** The line of column names. */
export function csvHeader(columns: readonly string[]): string {
  return csvLine(columns);
}

/** The line of a row; fields that are not columns are left out. */
export function csvRow(row: Row, columns: readonly string[]): string {
  return csvLine(columns.map((column) => textOf(row[column])));
}

/** Every column of these rows, in the order of first appearance. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(cell).join(",")}\r\n`;
}

/** Numbers are written as they are, also negative ones; a text that could be a formula gets an apostrophe before it. */
function cell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}
