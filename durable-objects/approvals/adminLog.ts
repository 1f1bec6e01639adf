/** The log of administrators: an action is recorded before it is done, and its outcome afterwards. */
import { ADMIN_ACTION_OUTCOMES, type AdminActionOutcome } from "../../protocol/wire/approvals.ts";
import type { AdminAction, AdminLogEntry } from "../../protocol/rpc/approvals.ts";
import type { Sql } from "../actor/sql.ts";
import { addColumn } from "./approvalTable.ts";

/** As long as the audit trail. There is no limit by number: it would let somebody push out entries by adding others. */
const KEPT_MS = 7 * 366 * 86_400_000;

export class AdminLog {
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
    // Earlier releases recorded an action only after it was done.
    addColumn(sql, "act", "outcome TEXT DEFAULT 'done'");
    sql.exec("CREATE INDEX IF NOT EXISTS act_at ON act (at)");
  }

  /** Records an action; returns its number. */
  begin({ by, what, target, facts, requestId }: AdminAction, outcome: AdminActionOutcome = null): number {
    const now = this.#now();
    this.#sql.exec("DELETE FROM act WHERE at <= ?", now - KEPT_MS);
    const [row] = this.#sql.exec(
      "INSERT INTO act (at, by, what, target, facts, request_id, outcome) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING seq",
      now,
      by,
      what,
      target,
      JSON.stringify(facts),
      requestId,
      outcome,
    );
    return Number(row?.["seq"]);
  }

  /** Records the outcome of an action. The first outcome stays. */
  end(seq: number, outcome: AdminActionOutcome, facts: AdminAction["facts"]): void {
    this.#sql.exec(
      "UPDATE act SET outcome = ?, facts = json_patch(facts, ?) WHERE seq = ? AND outcome IS NULL",
      outcome,
      JSON.stringify(facts),
      seq,
    );
  }

  /** The newest first, before this number (null: from the newest). */
  list(before: number | null, limit: number): AdminLogEntry[] {
    const rows = this.#sql.exec(
      "SELECT * FROM act WHERE seq < ? ORDER BY seq DESC LIMIT ?",
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    );
    return Array.from(rows, (row) => ({
      seq: Number(row["seq"]),
      at: Number(row["at"]),
      by: String(row["by"]),
      what: String(row["what"]),
      target: String(row["target"]),
      facts: JSON.parse(String(row["facts"])) as AdminLogEntry["facts"],
      requestId: String(row["request_id"]),
      outcome: ADMIN_ACTION_OUTCOMES.find((outcome) => outcome === row["outcome"]) ?? null,
    }));
  }
}
