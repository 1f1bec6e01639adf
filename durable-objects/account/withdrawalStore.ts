import type { KnownWithdrawals } from "../../domain/account/ledger/withdrawals.ts";
import type { Withdrawal } from "../../domain/account/ledger/withdrawal.ts";
import type { StoredWithdrawal } from "../../protocol/rpc/withdrawals.ts";

/**
 * Stores withdrawals, pending and decided, as rows, because they accumulate for the account's life. Rows are written in the
 * transaction of the commit that made or decided them.
 */
export class WithdrawalStore implements KnownWithdrawals {
  readonly #sql: Pick<SqlStorage, "exec">;

  constructor(sql: Pick<SqlStorage, "exec">) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS withdrawals (
         place INTEGER PRIMARY KEY,
         id TEXT NOT NULL UNIQUE,
         reference TEXT NOT NULL UNIQUE,
         body TEXT NOT NULL
       )`,
    );
  }

  /** Inserts or updates a withdrawal. */
  put(withdrawal: Withdrawal): void {
    this.#sql.exec(
      `INSERT INTO withdrawals (id, reference, body) VALUES (?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET body = excluded.body`,
      withdrawal.id,
      withdrawal.reference,
      JSON.stringify(withdrawal),
    );
  }

  byReference(reference: string): Withdrawal | undefined {
    return this.#first("SELECT body FROM withdrawals WHERE reference = ?", reference);
  }

  byId(id: string): Withdrawal | undefined {
    return this.#first("SELECT body FROM withdrawals WHERE id = ?", id);
  }

  /**
   * Withdrawals before this row number, newest first; null starts at the newest. `toOwn`: instead of those that leave the
   * exchange those to other accounts of the owner.
   */
  list(before: number | null, limit: number, toOwn: boolean): StoredWithdrawal[] {
    const receiver = `json_extract(body, '$.to') IS ${toOwn ? "NOT NULL" : "NULL"}`;
    const query = `SELECT place, body FROM withdrawals WHERE place < ? AND ${receiver} ORDER BY place DESC LIMIT ?`;
    return Array.from(this.#sql.exec(query, before ?? Number.MAX_SAFE_INTEGER, limit), (row) => ({
      place: Number(row["place"]),
      ...read(row),
    }));
  }

  #first(query: string, bind: string): Withdrawal | undefined {
    const [row] = this.#sql.exec(query, bind);
    return row === undefined ? undefined : read(row);
  }
}

function read(row: Record<string, SqlStorageValue>): Withdrawal {
  return JSON.parse(String(row["body"])) as Withdrawal;
}
