/** What is kept of one app. Nothing is written for a client id that nobody has registered: anybody can ask for any. */
import type { LoginRoute } from "../../domain/ids.ts";

/** What a record needs of storage: structural, so that the same SQL runs in tests. */
export interface AppStorage {
  readonly sql: { exec(query: string, ...binds: (string | number | null)[]): Iterable<Record<string, unknown>> };
  transactionSync<T>(work: () => T): T;
}

export class AppRecord {
  readonly #storage: AppStorage;

  constructor(storage: AppStorage) {
    this.#storage = storage;
  }

  /** Keeps the record that the provider wrote; false when there is or was an app of this id. */
  create(owner: string, record: string): boolean {
    if (this.#exists()) return false;
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("CREATE TABLE app (owner TEXT NOT NULL, record TEXT)");
      this.#storage.sql.exec("CREATE TABLE admitted (route TEXT PRIMARY KEY) WITHOUT ROWID");
      this.#storage.sql.exec("INSERT INTO app (owner, record) VALUES (?, ?)", owner, record);
    });
    return true;
  }

  /** The provider's record; null when there is no such app, or no more. */
  text(): string | null {
    const record = this.#exists() ? this.#first("SELECT record FROM app")?.["record"] : undefined;
    return typeof record === "string" ? record : null;
  }

  /** Notes a login that authorizes the app; false when the app is gone. */
  admit(route: LoginRoute): boolean {
    if (this.text() === null) return false;
    this.#storage.sql.exec("INSERT OR IGNORE INTO admitted (route) VALUES (?)", route);
    return true;
  }

  /** Takes the record away, when the app is this owner's; again true while logins are to be told of it. */
  remove(owner: string): boolean {
    if (!this.#exists() || this.#first("SELECT owner FROM app")?.["owner"] !== owner) return false;
    // A record of the same length is written over in its place: a name is gone even where deleted rows linger.
    this.#storage.sql.exec("UPDATE app SET record = replace(hex(zeroblob(length(CAST(record AS BLOB)))), '00', '0')");
    this.#storage.sql.exec("UPDATE app SET record = NULL");
    return true;
  }

  /** Logins that have authorized the app and have not been told that it is gone; so many at most. */
  admitted(limit: number): string[] {
    if (!this.#exists()) return [];
    const rows = this.#storage.sql.exec("SELECT route FROM admitted LIMIT ?", limit);
    return Array.from(rows, ({ route }) => String(route));
  }

  told(route: LoginRoute): void {
    this.#storage.sql.exec("DELETE FROM admitted WHERE route = ?", route);
  }

  #exists(): boolean {
    return this.#first("SELECT 1 FROM sqlite_master WHERE name = 'app'") !== undefined;
  }

  #first(query: string): Record<string, unknown> | undefined {
    return [...this.#storage.sql.exec(query)][0];
  }
}
