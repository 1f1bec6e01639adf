/** Files of the exchange: read to be shown, or saved as they are. */
import { call } from "../../api/client.ts";
import { errorText } from "../../api/error.ts";
import { notify } from "../../design/components/notices.tsx";
import { parseCsv } from "../../format/csv.ts";
import { saveFile } from "../../format/download.ts";

/** Saves a file of the account under its own name. */
export async function saveFrom(account: string, path: string, name: string): Promise<void> {
  try {
    const answer = await call<Response>("GET", path, { account, raw: true });
    saveFile(name, await answer.blob());
  } catch (error) {
    notify("danger", errorText(error));
  }
}

/** A row of a CSV file by the titles of its columns. */
export type FileRow = Readonly<Record<string, string>>;

/** The rows of a CSV file of the account. */
export async function rowsOf(account: string, path: string): Promise<readonly FileRow[]> {
  const answer = await call<Response>("GET", path, { account, raw: true });
  return rowsOfCsv(await answer.text());
}

function rowsOfCsv(text: string): readonly FileRow[] {
  const [titles = [], ...lines] = parseCsv(text.replace(/^\uFEFF/, ""));
  return lines.map((cells) => Object.fromEntries(titles.map((title, nth) => [title, cells[nth] ?? ""])));
}

/** The columns of some rows in which something is written, in the file's sequence. */
export function usedColumns(rows: readonly FileRow[], but: ReadonlySet<string>): readonly string[] {
  const [first] = rows;
  return Object.keys(first ?? {}).filter((column) => !but.has(column) && rows.some((row) => row[column] !== ""));
}
