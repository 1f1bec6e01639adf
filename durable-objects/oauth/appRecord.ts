/**
 * The stored record of one app. Nothing is written for a client id that was never registered, because anybody can ask
 * for any.
 */
import type { LoginRoute } from "../../domain/ids.ts";

/** The storage that a record needs: structural, so that tests run the same SQL. */
export interface AppStorage {
  readonly sql: { exec(query: string, ...binds: (string | number | null)[]): Iterable<Record<string, unknown>> };
  transactionSync<T>(work: () => T): T;
}

export class AppRecord {
  readonly #storage: AppStorage;

  constructor(storage: AppStorage) {
    this.#storage = storage;
  }

  /** Stores the provider library's record; false when this id has, or had, an app. */
  create(owner: string, record: string): boolean {
    if (this.#exists()) return false;
    this.#storage.transactionSync(() => {
      this.#storage.sql.exec("CREATE TABLE app (owner TEXT NOT NULL, record TEXT)");
      this.#storage.sql.exec("CREATE TABLE admitted (route TEXT PRIMARY KEY) WITHOUT ROWID");
      this.#storage.sql.exec("INSERT INTO app (owner, record) VALUES (?, ?)", owner, record);
    });
    return true;
  }

  /** The provider library's record; null when the app does not exist or was removed. */
  text(): string | null {
    const record = this.#exists() ? this.#first("SELECT record FROM app")?.["record"] : undefined;
    return typeof record === "string" ? record : null;
  }

  /** Adds a login that authorizes the app; false when the app was removed. */
  addLogin(route: LoginRoute): boolean {
    if (this.text() === null) return false;
    this.#storage.sql.exec("INSERT OR IGNORE INTO admitted (route) VALUES (?)", route);
    return true;
  }

  /** Removes the record, when the app belongs to this owner; also true when it was removed before. */
  remove(owner: string): boolean {
    if (!this.#exists() || this.#first("SELECT owner FROM app")?.["owner"] !== owner) return false;
    // Overwritten in place with text of the same length: the name is gone even where deleted rows remain.
    this.#storage.sql.exec("UPDATE app SET record = replace(hex(zeroblob(length(CAST(record AS BLOB)))), '00', '0')");
    this.#storage.sql.exec("UPDATE app SET record = NULL");
    return true;
  }

  /** Logins that have authorized the app and were not notified of its removal, up to `limit`. */
  logins(limit: number): string[] {
    if (!this.#exists()) return [];
    const rows = this.#storage.sql.exec("SELECT route FROM admitted LIMIT ?", limit);
    return Array.from(rows, ({ route }) => String(route));
  }

  notified(route: LoginRoute): void {
    this.#storage.sql.exec("DELETE FROM admitted WHERE route = ?", route);
  }

  #exists(): boolean {
    return this.#first("SELECT 1 FROM sqlite_master WHERE name = 'app'") !== undefined;
  }

  #first(query: string): Record<string, unknown> | undefined {
    return [...this.#storage.sql.exec(query)][0];
  }
}
