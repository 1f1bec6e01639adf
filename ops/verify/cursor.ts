/** Rows of a select in pages, the next one on its way while this one is worked on. */
import type { Client, CustomTypesConfig } from "pg";

/** Every value in PostgreSQL's own text form. */
const textTypes: CustomTypesConfig = { getTypeParser: () => (value: string) => value };

type TextRow = readonly (string | null)[];

/** One connection for who asks several things at once: the statements go one after the other. */
export class TextConnection {
  readonly #client: Client;
  #busy: Promise<unknown> = Promise.resolve();

  constructor(client: Client) {
    this.#client = client;
  }

  /** The rows of a statement, each an array of text; none of several statements. */
  rows(text: string): Promise<readonly TextRow[]> {
    const answer = this.#busy.then(async () => {
      const query = { text, rowMode: "array", types: textTypes } as const;
      return (await this.#client.query<(string | null)[]>(query)).rows;
    });
    this.#busy = answer.catch(() => {});
    return answer;
  }
}

/** A cursor of the transaction that the connection is in. `text` is put into the statement as it is. */
export class PageCursor {
  readonly #fetch: () => Promise<readonly TextRow[]>;
  #coming: Promise<readonly TextRow[]>;

  constructor(connection: TextConnection, name: string, text: string, rows: number) {
    void connection.rows(`declare ${name} no scroll cursor for ${text}`).catch(() => {});
    this.#fetch = () => {
      const page = connection.rows(`fetch ${rows} from ${name}`);
      // Whoever waits for the page hears of it.
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
