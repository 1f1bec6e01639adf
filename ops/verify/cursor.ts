/** Rows of a select in pages, with the next page prefetched. */
import type { Client, CustomTypesConfig } from "pg";

/** Every value in PostgreSQL's text form. */
const textTypes: CustomTypesConfig = { getTypeParser: () => (value: string) => value };

type TextRow = readonly (string | null)[];

/** One connection for concurrent callers: it runs the statements one after the other. */
export class TextConnection {
  readonly #client: Client;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The rows of a statement, each an array of text; empty for several statements. */
  rows(text: string): Promise<readonly TextRow[]> {
    const answer = this.#busy.then(async () => {
      const query = { text, rowMode: "array", types: textTypes } as const;
      return (await this.#client.query<(string | null)[]>(query)).rows;
    });
    this.#busy = answer.catch(() => {});
    return answer;
  }
}

/** A cursor in the connection's transaction. `text` is inserted into the statement unescaped. */
export class PageCursor {
  readonly #fetch: () => Promise<readonly TextRow[]>;
  #coming: Promise<readonly TextRow[]>;

  constructor(connection: TextConnection, name: string, text: string, rows: number) {
    void connection.rows(`declare ${name} no scroll cursor for ${text}`).catch(() => {});
    this.#fetch = () => {
      const page = connection.rows(`fetch ${rows} from ${name}`);
      // The caller that awaits the page gets the error.
      page.catch(() => {});
      return page;
    };
    this.#coming = this.#fetch();
  }

  /** The next page; empty at the end. */
  async next(): Promise<readonly TextRow[]> {
    const page = await this.#coming;
    this.#coming = page.length === 0 ? Promise.resolve(page) : this.#fetch();
    return page;
  }
}
