/** The tables of one login, which do not exist before somebody registers it: anybody can ask for any route. */
import { MIGRATIONS } from "./migrations.ts";

/** What identity needs of storage: structural, so that the same SQL runs in tests. */
export interface IdentityStorage {
  readonly sql: {
    exec(query: string, ...binds: (string | number | ArrayBuffer | null)[]): Iterable<Record<string, unknown>>;
  };
  transactionSync<T>(work: () => T): T;
}

type Bind = string | number | null;

export class Tables {
  readonly #storage: IdentityStorage;
  #exist: boolean;

  /** Brings the tables of an existing login up to date. Writes nothing for a login that does not exist. */
  constructor(storage: IdentityStorage) {
    this.#storage = storage;
    this.#exist = this.#has("step") || this.#has("migration");
    if (this.#exist) this.transaction(() => this.create());
  }

  /** False until `create`: then every table is there, and no query may run before. */
  get exist(): boolean {
    return this.#exist;
  }

  /** Makes what tables are missing. Within a transaction with what is written into them. */
  create(): void {
    const { sql } = this.#storage;
    sql.exec("CREATE TABLE IF NOT EXISTS step (name TEXT PRIMARY KEY) WITHOUT ROWID");
    // Releases before steps had names had made the first one.
    if (this.#has("migration")) {
      sql.exec("INSERT OR IGNORE INTO step (name) VALUES ('login')");
      sql.exec("DROP TABLE migration");
    }
    const done = new Set(Array.from(sql.exec("SELECT name FROM step"), ({ name }) => String(name)));
    for (const { name, text } of MIGRATIONS) {
      if (done.has(name)) continue;
      sql.exec(text);
      sql.exec("INSERT INTO step (name) VALUES (?)", name);
    }
    this.#exist = true;
  }

  /** Drops every table. */
  drop(): void {
    const { sql } = this.#storage;
    // Those with other names are the platform's own.
    const ours = sql.exec(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'sqlite_*' AND name NOT GLOB '_cf_*'",
    );
    for (const { name } of [...ours]) sql.exec(`DROP TABLE ${String(name)}`);
    this.#exist = false;
  }

  /** All or nothing; what `work` throws undoes it. */
  transaction<T>(work: () => T): T {
    return this.#storage.transactionSync(work);
  }

  /** The rows of a query; none while there are no tables. */
  rows(query: string, ...binds: Bind[]): Record<string, unknown>[] {
    return this.#exist ? [...this.#storage.sql.exec(query, ...binds)] : [];
  }

  /** The first row; undefined when there is none. */
  row(query: string, ...binds: Bind[]): Record<string, unknown> | undefined {
    return this.rows(query, ...binds)[0];
  }

  /** Runs a statement that writes. Throws while there are no tables. */
  write(statement: string, ...binds: Bind[]): void {
    this.#storage.sql.exec(statement, ...binds);
  }

  #has(table: string): boolean {
    return [...this.#storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = ?", table)].length > 0;
  }
}
