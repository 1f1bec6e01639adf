/** The tables of one login. They do not exist before somebody registers it, because anybody can address any route. */
import { MIGRATIONS } from "./migrations.ts";

/** The storage that identity needs: structural, so that tests run the same SQL. */
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

  /** Migrates the tables of an existing login. Writes nothing when there is no login. */
  constructor(storage: IdentityStorage) {
    this.#storage = storage;
    this.#exist = this.#has("step") || this.#has("migration");
    if (this.#exist) this.transaction(() => this.create());
  }

  /** False until `create`; no query may run before. */
  get exist(): boolean {
    return this.#exist;
  }

  /** Creates the missing tables. To be called within the transaction that writes to them. */
  create(): void {
    const { sql } = this.#storage;
    sql.exec("CREATE TABLE IF NOT EXISTS step (name TEXT PRIMARY KEY) WITHOUT ROWID");
    // Before migrations had names, the first one had run.
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
    // Tables with other names belong to the platform.
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
