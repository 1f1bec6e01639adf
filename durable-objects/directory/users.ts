/** One shard of the directory of users. Knows no platform: its storage is passed in. */
import type { UserId } from "../../domain/ids.ts";
import type { DirectoryEntry } from "../../protocol/rpc/directory.ts";
import type { Sql } from "../actor/sql.ts";

export class Users {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS user (
      user_id TEXT PRIMARY KEY,
      route TEXT NOT NULL,
      account_id TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      disabled_at INTEGER
    ) WITHOUT ROWID`);
  }

  enter({ userId, route, accountId, createdAt, disabledAt }: DirectoryEntry): void {
    const replace =
      "INSERT OR REPLACE INTO user (user_id, route, account_id, created_at, disabled_at) VALUES (?, ?, ?, ?, ?)";
    this.#sql.exec(replace, userId, route, accountId, createdAt, disabledAt);
  }

  leave(userId: UserId): void {
    this.#sql.exec("DELETE FROM user WHERE user_id = ?", userId);
  }

  find(userId: UserId): DirectoryEntry | null {
    const [row] = this.#sql.exec("SELECT * FROM user WHERE user_id = ?", userId);
    return row === undefined ? null : entryOf(row);
  }

  /** Users by id, after this one. */
  page(after: string, limit: number): DirectoryEntry[] {
    return Array.from(
      this.#sql.exec("SELECT * FROM user WHERE user_id > ? ORDER BY user_id LIMIT ?", after, limit),
      entryOf,
    );
  }
}

function entryOf(row: Record<string, unknown>): DirectoryEntry {
  return {
    userId: String(row["user_id"]),
    route: String(row["route"]),
    accountId: String(row["account_id"]),
    createdAt: Number(row["created_at"]),
    disabledAt: typeof row["disabled_at"] === "number" ? row["disabled_at"] : null,
  };
}
