/** What administrators have done, in the order in which it was done. */
import type { Act, ActEntry } from "../../protocol/approvalRpc.ts";
import type { Sql } from "../actor/sql.ts";

export class Acts {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
    sql.exec(`CREATE TABLE IF NOT EXISTS act (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      by TEXT NOT NULL,
      what TEXT NOT NULL,
      target TEXT NOT NULL,
      facts TEXT NOT NULL,
      request_id TEXT NOT NULL
    )`);
  }

  record({ by, what, target, facts, requestId }: Act): void {
    this.#sql.exec(
      "INSERT INTO act (at, by, what, target, facts, request_id) VALUES (?, ?, ?, ?, ?, ?)",
      ...[this.#now(), by, what, target, JSON.stringify(facts), requestId],
    );
  }

  /** The newest first, before this number (null: from the newest). */
  list(before: number | null, limit: number): ActEntry[] {
    const rows = this.#sql.exec(
      "SELECT * FROM act WHERE seq < ? ORDER BY seq DESC LIMIT ?",
      ...[before ?? Number.MAX_SAFE_INTEGER, limit],
    );
    return Array.from(rows, (row) => ({
      seq: Number(row["seq"]),
      at: Number(row["at"]),
      by: String(row["by"]),
      what: String(row["what"]),
      target: String(row["target"]),
      facts: JSON.parse(String(row["facts"])) as ActEntry["facts"],
      requestId: String(row["request_id"]),
    }));
  }
}
