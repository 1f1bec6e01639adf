import { readFileSync } from "node:fs";

/** One row of a text table: its cells by column name, and where it stands. */
export interface Row {
  readonly at: string;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * Reads a table of words: the first line names the columns, blank lines and lines with `#` in front are skipped, cells
 * are separated by spaces. Throws on a row with too few or too many cells, so that no row is misread in silence.
 */
export function readTable(file: URL): Row[] {
  const lines = readFileSync(file, "utf8").split("\n");
  let columns: string[] | null = null;
  const rows: Row[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const words = line.trim().split(/\s+/);
    if (columns === null) {
      columns = words;
      continue;
    }
    const at = `line ${index + 1}: ${words.join(" ")}`;
    if (words.length !== columns.length) throw new Error(`${at}: ${words.length} cells of ${columns.length}`);
    rows.push({ at, cells: Object.fromEntries(columns.map((column, cell) => [column, words[cell] ?? ""])) });
  }
  return rows;
}

/** A cell of a row. Throws when the table has no such column. */
export function cell(row: Row, column: string): string {
  const word = row.cells[column];
  if (word === undefined) throw new Error(`no column ${column}`);
  return word;
}

/** What a word stands for: `-` for null, `''` for empty text, `x*129` for 129 times x, anything else for itself. */
export function textOf(word: string): string | null {
  if (word === "-") return null;
  if (word === "''") return "";
  const repeated = /^(.+)\*(\d+)$/.exec(word);
  return repeated === null ? word : (repeated[1] ?? "").repeat(Number(repeated[2]));
}
