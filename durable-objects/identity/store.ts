/** The tables of one login: every SQL text of identity is here. */
import type { Role } from "../../protocol/rpc.ts";

/** What identity needs of storage: structural, so that the same SQL runs in tests. */
export interface IdentityStorage {
  readonly sql: {
    exec(query: string, ...binds: (string | number | ArrayBuffer | null)[]): Iterable<Record<string, unknown>>;
  };
  transactionSync<T>(work: () => T): T;
}

export interface LoginRow {
  readonly email: string;
  readonly userId: string;
  readonly accountId: string;
  readonly roles: readonly Role[];
  readonly passwordHash: string;
}

/** Append-only: a step that has run anywhere is never changed, only followed. */
const MIGRATIONS: readonly string[] = [
  `CREATE TABLE login (
     id INTEGER PRIMARY KEY CHECK (id = 1),
     email TEXT NOT NULL,
     user_id TEXT NOT NULL,
     account_id TEXT NOT NULL,
     roles TEXT NOT NULL,
     password_hash TEXT NOT NULL,
     created_at INTEGER NOT NULL
   );
   CREATE TABLE api_key (
     key_id TEXT PRIMARY KEY,
     secret_sha256 TEXT NOT NULL,
     created_at INTEGER NOT NULL
   ) WITHOUT ROWID`,
];

export class IdentityStore {
  readonly #storage: IdentityStorage;
  #exists: boolean;

  /** Brings the tables of an existing login up to date. Writes nothing for a login that does not exist. */
  constructor(storage: IdentityStorage) {
    this.#storage = storage;
    // Anybody can ask for any route; only a registration may leave something on disk.
    this.#exists = [...storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'migration'")].length > 0;
    if (this.#exists) storage.transactionSync(() => this.#migrate());
  }

  login(): LoginRow | null {
    if (!this.#exists) return null;
    const [found] = this.#storage.sql.exec("SELECT email, user_id, account_id, roles, password_hash FROM login");
    if (found === undefined) return null;
    return {
      email: String(found["email"]),
      userId: String(found["user_id"]),
      accountId: String(found["account_id"]),
      roles: String(found["roles"]).split(" ").filter(isRole),
      passwordHash: String(found["password_hash"]),
    };
  }

  /** Writes the login, unless there is one already: then nothing is written and the answer is false. */
  addLogin(login: LoginRow, at: number): boolean {
    return this.#storage.transactionSync(() => {
      this.#migrate();
      if (this.login() !== null) return false;
      this.#storage.sql.exec(
        "INSERT INTO login (id, email, user_id, account_id, roles, password_hash, created_at) VALUES (1, ?, ?, ?, ?, ?, ?)",
        login.email,
        login.userId,
        login.accountId,
        login.roles.join(" "),
        login.passwordHash,
        at,
      );
      return true;
    });
  }

  keyCount(): number {
    if (!this.#exists) return 0;
    const [count] = this.#storage.sql.exec("SELECT count(*) AS n FROM api_key");
    return Number(count?.["n"] ?? 0);
  }

  /** The hex SHA-256 of a key's secret; null when there is no such key. */
  secretHash(keyId: string): string | null {
    if (!this.#exists) return null;
    const [found] = this.#storage.sql.exec("SELECT secret_sha256 FROM api_key WHERE key_id = ?", keyId);
    return found === undefined ? null : String(found["secret_sha256"]);
  }

  addKey(keyId: string, secretSha256: string, at: number): void {
    const query = "INSERT INTO api_key (key_id, secret_sha256, created_at) VALUES (?, ?, ?)";
    this.#storage.sql.exec(query, keyId, secretSha256, at);
  }

  #migrate(): void {
    const { sql } = this.#storage;
    sql.exec("CREATE TABLE IF NOT EXISTS migration (id INTEGER PRIMARY KEY)");
    const done = [...sql.exec("SELECT id FROM migration")].length;
    MIGRATIONS.slice(done).forEach((step, i) => {
      sql.exec(step);
      sql.exec("INSERT INTO migration (id) VALUES (?)", done + i);
    });
    this.#exists = true;
  }
}

function isRole(word: string): word is Role {
  return word === "trader" || word === "admin";
}
