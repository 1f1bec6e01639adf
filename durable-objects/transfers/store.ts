import type { AccountId } from "../../domain/ids.ts";
import type { KnownTransfers, Transfer } from "../../domain/transfers/transfer.ts";
import type { ApprovalState } from "../../protocol/wire/approvals.ts";
import type { Sql } from "../actor/sql.ts";
import { approvalState } from "./views.ts";

/**
 * The transfers of a region, open and ended: rows, because they are kept for good. Written in the transaction of the
 * commit that changed them. The indexes serve the lists of administrators, newest first.
 */
export class TransferStore implements KnownTransfers {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    sql.exec(`CREATE TABLE IF NOT EXISTS transfers (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      account_id TEXT NOT NULL,
      reference TEXT NOT NULL,
      withdrawal_id TEXT,
      request_key TEXT,
      state TEXT NOT NULL,
      listed INTEGER NOT NULL,
      requested_at INTEGER NOT NULL,
      body TEXT NOT NULL
    )`);
    sql.exec("CREATE INDEX IF NOT EXISTS transfers_newest ON transfers (listed, requested_at, seq)");
    sql.exec("CREATE INDEX IF NOT EXISTS transfers_state ON transfers (listed, state, requested_at, seq)");
    sql.exec("CREATE INDEX IF NOT EXISTS transfers_reference ON transfers (account_id, reference)");
    sql.exec("CREATE INDEX IF NOT EXISTS transfers_request ON transfers (account_id, request_key)");
    sql.exec("CREATE INDEX IF NOT EXISTS transfers_withdrawal ON transfers (withdrawal_id)");
  }

  /** Keeps it as it is now. */
  put(transfer: Transfer): void {
    const { id, kind, accountId, reference, withdrawalId, request, notified, decision, requestedAt } = transfer;
    // Administrators see a withdrawal only when its owner was notified, or when nobody can decide it any more.
    // They decide nothing about a transfer between accounts of one user.
    const listed = kind !== "own" && (notified || decision !== null) ? 1 : 0;
    this.#sql.exec(
      `INSERT INTO transfers
         (id, kind, account_id, reference, withdrawal_id, request_key, state, listed, requested_at, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, listed = excluded.listed, body = excluded.body`,
      id,
      kind,
      accountId,
      reference,
      withdrawalId,
      request?.key ?? null,
      approvalState(transfer),
      listed,
      requestedAt,
      JSON.stringify(transfer),
    );
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM transfers WHERE id = ?", id);
  }

  byId(id: string): Transfer | undefined {
    return this.#first("SELECT body FROM transfers WHERE id = ?", id);
  }

  byWithdrawal(withdrawalId: string): Transfer | undefined {
    return this.#first("SELECT body FROM transfers WHERE withdrawal_id = ?", withdrawalId);
  }

  byRequestKey(accountId: AccountId, key: string): Transfer | undefined {
    return this.#first(
      `SELECT body FROM transfers WHERE account_id = ? AND request_key = ? AND kind = 'deposit'
         ORDER BY requested_at DESC, seq DESC LIMIT 1`,
      accountId,
      key,
    );
  }

  byReference(accountId: AccountId, reference: string): Transfer | undefined {
    return this.#first(
      `SELECT body FROM transfers WHERE account_id = ? AND reference = ? AND kind = 'deposit'
         ORDER BY requested_at DESC, seq DESC LIMIT 1`,
      accountId,
      reference,
    );
  }

  /** What administrators may see, the newest first. */
  list(state: ApprovalState | null, limit: number): Transfer[] {
    const newest = "ORDER BY requested_at DESC, seq DESC LIMIT ?";
    const rows =
      state === null
        ? this.#sql.exec(`SELECT body FROM transfers WHERE listed = 1 ${newest}`, limit)
        : this.#sql.exec(`SELECT body FROM transfers WHERE listed = 1 AND state = ? ${newest}`, state, limit);
    return Array.from(rows, read);
  }

  #first(query: string, ...binds: string[]): Transfer | undefined {
    const [row] = this.#sql.exec(query, ...binds);
    return row === undefined ? undefined : read(row);
  }
}

function read(row: Record<string, unknown>): Transfer {
  return JSON.parse(String(row["body"])) as Transfer;
}
