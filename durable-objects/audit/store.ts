import type { AuditRecord } from "../../protocol/rpc.ts";

/** Records that are not yet known to be in PostgreSQL, by their sequence in the shard. */
export class AuditStore {
  readonly #sql: Pick<SqlStorage, "exec">;

  constructor(sql: Pick<SqlStorage, "exec">) {
    this.#sql = sql;
    sql.exec("CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  }

  add(seq: number, record: AuditRecord): void {
    this.#sql.exec("INSERT INTO records (seq, body) VALUES (?, ?)", seq, JSON.stringify(record));
  }

  oldest(limit: number): { seq: number; record: AuditRecord }[] {
    const rows = this.#sql.exec("SELECT seq, body FROM records ORDER BY seq LIMIT ?", limit);
    return [...rows].map(({ seq, body }) => ({
      seq: Number(seq),
      record: JSON.parse(String(body)) as AuditRecord,
    }));
  }

  dropThrough(seq: number): void {
    this.#sql.exec("DELETE FROM records WHERE seq <= ?", seq);
  }
}
