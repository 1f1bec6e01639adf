/** Rows as a CSV file (RFC 4180) that is safe to open in a spreadsheet, and CSV as rows. */

const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** What a spreadsheet would read as the beginning of a formula (OWASP, CSV injection), in full width too. */
const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const QUOTED = /[",\r\n]/;

/** Numbers are written as they are, also negative ones; a text that could be a formula gets an apostrophe before it. */
export function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The file: a line of titles, then one for each row. */
export function csvText(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  return [titles, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\r\n`).join("");
}

/** The cells of a CSV file, line by line. */
export function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  const endLine = (): void => {
    lines.push([...cells, cell]);
    cells = [];
    cell = "";
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[at + 1] === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === ",") {
      cells.push(cell);
      cell = "";
    } else if (char === "\n") endLine();
    else if (char !== "\r") cell += char;
  }
  if (cell !== "" || cells.length > 0) endLine();
  return lines;
}
