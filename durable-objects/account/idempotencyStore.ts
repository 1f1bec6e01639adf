import type { StoredResponse } from "../../domain/account/ledger/idempotentResponse.ts";

/**
 * Stores responses by idempotency key, as rows, because they accumulate for the account's life. Rows are written in the
 * transaction of the commit that moved the money.
 */
export class IdempotencyStore {
  readonly #sql: Pick<SqlStorage, "exec">;

  constructor(sql: Pick<SqlStorage, "exec">) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS answers (
         key TEXT PRIMARY KEY,
         fingerprint TEXT NOT NULL,
         status INTEGER NOT NULL,
         body TEXT NOT NULL
       )`,
    );
  }

  add({ key, fingerprint, status, body }: StoredResponse): void {
    const query = "INSERT INTO answers (key, fingerprint, status, body) VALUES (?, ?, ?, ?)";
    this.#sql.exec(query, key, fingerprint, status, body);
  }

  find(key: string): StoredResponse | undefined {
    const [row] = this.#sql.exec("SELECT fingerprint, status, body FROM answers WHERE key = ?", key);
    if (row === undefined) return undefined;
    return {
      key,
      fingerprint: String(row["fingerprint"]),
      status: Number(row["status"]),
      body: String(row["body"]),
    };
  }
}
