/** Rows of a select in pages, the next one on its way while this one is worked on. */
import type { Client, CustomTypesConfig } from "pg";

/** Every value in PostgreSQL's own text form. */
const textTypes: CustomTypesConfig = { getTypeParser: () => (value: string) => value };

type TextRow = readonly (string | null)[];

/** The rows of one statement, each an array of text. */
export async function textRows(client: Client, text: string): Promise<readonly TextRow[]> {
  const { rows } = await client.query<(string | null)[]>({ text, rowMode: "array", types: textTypes });
  return rows;
}

/** A cursor of the transaction that the client is in. `text` is put into the statement as it is. */
export class PageCursor {
  readonly #fetch: () => Promise<readonly TextRow[]>;
  #coming: Promise<readonly TextRow[]>;

  constructor(client: Client, name: string, text: string, rows: number) {
    const opened = client.query(`declare ${name} no scroll cursor for ${text}`);
    this.#fetch = () => textRows(client, `fetch ${rows} from ${name}`);
    this.#coming = opened.then(this.#fetch);
    // Whoever waits for the page hears of it.
    this.#coming.catch(() => {});
  }

  /** The next page; empty at the end. */
  async next(): Promise<readonly TextRow[]> {
    const page = await this.#coming;
    this.#coming = page.length === 0 ? Promise.resolve(page) : this.#fetch();
    this.#coming.catch(() => {});
    return page;
  }
}
