/** What is kept of a login and its keys. */
import { type Role, ROLES } from "../../protocol/access.ts";
import type { Tables } from "./tables.ts";

export interface LoginRow {
  readonly email: string;
  readonly userId: string;
  readonly accountId: string;
  readonly roles: readonly Role[];
  readonly passwordHash: string;
}

export class IdentityStore {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  login(): LoginRow | null {
    const found = this.#tables.row("SELECT email, user_id, account_id, roles, password_hash FROM login");
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
    return this.#tables.transaction(() => {
      this.#tables.create();
      if (this.login() !== null) return false;
      this.#tables.write(
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
    return Number(this.#tables.row("SELECT count(*) AS n FROM api_key")?.["n"] ?? 0);
  }

  /** The hex SHA-256 of a key's secret; null when there is no such key. */
  secretHash(keyId: string): string | null {
    const found = this.#tables.row("SELECT secret_sha256 FROM api_key WHERE key_id = ?", keyId);
    return found === undefined ? null : String(found["secret_sha256"]);
  }

  addKey(keyId: string, secretSha256: string, at: number): void {
    const query = "INSERT INTO api_key (key_id, secret_sha256, created_at) VALUES (?, ?, ?)";
    this.#tables.write(query, keyId, secretSha256, at);
  }
}

function isRole(word: string): word is Role {
  return (ROLES as readonly string[]).includes(word);
}
