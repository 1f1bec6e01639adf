/**
 * Four eyes: who asks for money to be moved does not decide it. A decision is on disk before it is carried out, and is
 * carried out until the account has answered; the account books a reference once, however often it is told. Of a deposit
 * only an approval is carried out; of a withdrawal, whose money the account holds, every end is.
 */
import { readDeposit } from "../../domain/account/decide.ts";
import type { Outcome } from "../../domain/account/refusal.ts";
import type {
  ApprovalAsk,
  ApprovalOutcome,
  ApprovalRefusal,
  ApprovalState,
  ApprovalView,
} from "../../protocol/approvalRpc.ts";
import type { Deposit, Origin } from "../../protocol/rpc.ts";
import type { Sql } from "../actor/sql.ts";

/** What nobody has decided by then is asked for again, or not. */
export const EXPIRES_MS = 7 * 86_400_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** One that was turned down may be asked for again under its reference. */
const STANDING = "('pending', 'approved', 'booked')";

export interface ApprovalPorts {
  readonly storage: { readonly sql: Sql; transactionSync<T>(work: () => T): T };
  now(): number;
  /** Books a deposit at its account; `approvedBy` goes into the audit trail beside who asked. */
  book(
    accountId: string,
    deposit: Deposit,
    by: { asked: string; approved: string },
    origin: Origin,
  ): Promise<Outcome<unknown>>;
  /** Lets a withdrawal go, or gives its money back; `by` is empty when nobody decided in time. */
  settle(
    accountId: string,
    withdrawalId: string,
    approve: boolean,
    by: string,
    origin: Origin,
  ): Promise<Outcome<unknown>>;
  armBy(at: number): void;
  failed(id: string, error: unknown): void;
}

export class ApprovalDesk {
  readonly #ports: ApprovalPorts;
  readonly #sql: Sql;

  constructor(ports: ApprovalPorts) {
    this.#ports = ports;
    this.#sql = ports.storage.sql;
    this.#sql.exec(`CREATE TABLE IF NOT EXISTS approval (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      state TEXT NOT NULL,
      account_id TEXT NOT NULL,
      reference TEXT NOT NULL,
      body TEXT NOT NULL,
      asked_by TEXT NOT NULL,
      asked_at INTEGER NOT NULL,
      request_id TEXT NOT NULL,
      request_key TEXT,
      fingerprint TEXT,
      decided_by TEXT,
      decided_at INTEGER,
      refusal TEXT,
      due_at INTEGER,
      tries INTEGER NOT NULL DEFAULT 0
    )`);
    this.#sql.exec("CREATE INDEX IF NOT EXISTS approval_reference ON approval (account_id, reference)");
    this.#sql.exec("CREATE INDEX IF NOT EXISTS approval_state ON approval (state, seq)");
    this.#sql.exec("CREATE INDEX IF NOT EXISTS approval_due ON approval (due_at) WHERE due_at IS NOT NULL");
  }

  /** Asks for an approval; the same request, and the same reference with the same content, is the one that there is. */
  propose(asked: ApprovalAsk): ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }> {
    const { accountId, deposit, request } = asked;
    const read = readDeposit(deposit);
    if (!read.ok) return refused(read.refusal as ApprovalRefusal);
    return this.#ports.storage.transactionSync(() => {
      const keyed =
        request === null
          ? undefined
          : this.#row("SELECT * FROM approval WHERE account_id = ? AND request_key = ?", accountId, request.key);
      if (keyed !== undefined) {
        if (keyed["fingerprint"] !== request?.fingerprint) return refused({ reason: "idempotency_key_reused" });
        return { ok: true, value: { approval: viewOf(keyed), again: true } };
      }
      // An account has one withdrawal of a reference for ever, whatever became of it.
      const named = this.#row(
        `SELECT * FROM approval WHERE account_id = ? AND reference = ? AND kind = ?
           AND (kind = 'withdrawal' OR state IN ${STANDING})`,
        ...[accountId, deposit.reference, asked.kind],
      );
      if (named !== undefined) {
        const before = readDeposit(viewOf(named).deposit);
        const same = before.ok && before.value.asset === read.value.asset && before.value.amount === read.value.amount;
        return same
          ? { ok: true, value: { approval: viewOf(named), again: true } }
          : refused({ reason: "deposit_reference_taken" });
      }
      const [id, now] = [crypto.randomUUID(), this.#ports.now()];
      this.#sql.exec(
        `INSERT INTO approval (id, kind, state, account_id, reference, body, asked_by, asked_at, request_id, request_key,
           fingerprint, due_at) VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        ...[id, asked.kind, accountId, deposit.reference, bodyOf(asked), asked.askedBy, now],
        ...[asked.requestId, request?.key ?? null, request?.fingerprint ?? null, now + EXPIRES_MS],
      );
      this.#arm();
      return { ok: true, value: { approval: this.#found(id), again: false } };
    });
  }

  /** Decides for it. The same administrator may repeat that, and is told how it stands; a second one is too late. */
  async approve(id: string, by: string, origin: Origin): Promise<ApprovalOutcome<ApprovalView>> {
    const decided = this.#decide(id, by, "approved");
    if (!decided.ok) return decided;
    await this.carryOut(id, origin);
    return { ok: true, value: this.#found(id) };
  }

  /** Decides against it. Of a withdrawal the money is still to be given back: `carryOut`. */
  reject(id: string, by: string): ApprovalOutcome<ApprovalView> {
    return this.#decide(id, by, "rejected");
  }

  /** The newest first. */
  list(state: ApprovalState | null, limit: number): ApprovalView[] {
    const rows =
      state === null
        ? this.#sql.exec("SELECT * FROM approval ORDER BY seq DESC LIMIT ?", limit)
        : this.#sql.exec("SELECT * FROM approval WHERE state = ? ORDER BY seq DESC LIMIT ?", state, limit);
    return Array.from(rows, viewOf);
  }

  /** The object's alarm: what was decided and not carried out is tried again, and what nobody decided ends. */
  async due(): Promise<void> {
    const now = this.#ports.now();
    this.#sql.exec(
      `UPDATE approval SET state = 'expired', due_at = CASE kind WHEN 'withdrawal' THEN due_at END
         WHERE state = 'pending' AND due_at <= ?`,
      now,
    );
    const decided = "SELECT id, request_id FROM approval WHERE state <> 'pending' AND due_at <= ?";
    for (const row of [...this.#sql.exec(decided, now)]) {
      // Whence it was approved is known only to the first try.
      await this.carryOut(String(row["id"]), { requestId: String(row["request_id"]), ip: "", userAgent: "" });
    }
    this.#arm();
  }

  #decide(id: string, by: string, state: "approved" | "rejected"): ApprovalOutcome<ApprovalView> {
    return this.#ports.storage.transactionSync(() => {
      const row = this.#row("SELECT * FROM approval WHERE id = ?", id);
      if (row === undefined) return refused({ reason: "approval_not_found" });
      // A user's account has the user's id: nobody decides about money of one's own.
      const own = row["asked_by"] === by || row["account_id"] === by;
      if (own && state === "approved") return refused({ reason: "approval_own" });
      const now = this.#ports.now();
      if (row["state"] !== "pending") {
        const after = state === "approved" ? ["approved", "booked", "failed"] : ["rejected"];
        const repeated = row["decided_by"] === by && after.includes(String(row["state"]));
        return repeated ? { ok: true, value: viewOf(row) } : refused({ reason: "approval_decided" });
      }
      if (Number(row["asked_at"]) + EXPIRES_MS <= now) return refused({ reason: "approval_decided" });
      // Should this try be cut off, the alarm makes another.
      const due = state === "approved" || row["kind"] === "withdrawal" ? now + RETRY_MS : null;
      this.#sql.exec(
        "UPDATE approval SET state = ?, decided_by = ?, decided_at = ?, due_at = ? WHERE id = ?",
        ...[state, by, now, due, id],
      );
      this.#arm();
      return { ok: true, value: this.#found(id) };
    });
  }

  /** Tells the account what was decided, if that is still to be done. */
  async carryOut(id: string, origin: Origin): Promise<void> {
    const due = this.#row("SELECT due_at FROM approval WHERE id = ? AND state <> 'pending'", id)?.["due_at"];
    const approval = this.#found(id);
    if (typeof due !== "number") return;
    try {
      const outcome = await this.#tell(approval, origin);
      const state = approval.state !== "approved" ? approval.state : outcome.ok ? "booked" : "failed";
      this.#sql.exec(
        "UPDATE approval SET state = ?, refusal = ?, due_at = NULL WHERE id = ? AND state = ?",
        ...[state, outcome.ok ? null : outcome.refusal.reason, id, approval.state],
      );
    } catch (error) {
      this.#ports.failed(id, error);
      const tries = Number(this.#row("SELECT tries FROM approval WHERE id = ?", id)?.["tries"] ?? 0);
      const wait = Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX);
      this.#sql.exec("UPDATE approval SET due_at = ?, tries = tries + 1 WHERE id = ?", this.#ports.now() + wait, id);
      this.#arm();
    }
  }

  #tell(approval: ApprovalView, origin: Origin): Promise<Outcome<unknown>> {
    const { kind, state, accountId, deposit, withdrawalId = "", askedBy, decidedBy } = approval;
    if (kind === "withdrawal") {
      return this.#ports.settle(accountId, withdrawalId, state === "approved", decidedBy ?? "", origin);
    }
    return this.#ports.book(accountId, deposit, { asked: askedBy, approved: decidedBy ?? "" }, origin);
  }

  #arm(): void {
    const due = this.#row("SELECT min(due_at) AS at FROM approval WHERE due_at IS NOT NULL")?.["at"];
    if (typeof due === "number") this.#ports.armBy(due);
  }

  #found(id: string): ApprovalView {
    const row = this.#row("SELECT * FROM approval WHERE id = ?", id);
    if (row === undefined) throw new Error("approvals are never deleted");
    return viewOf(row);
  }

  #row(query: string, ...binds: (string | number)[]): Record<string, unknown> | undefined {
    return [...this.#sql.exec(query, ...binds)][0];
  }
}

function refused(refusal: ApprovalRefusal): { readonly ok: false; readonly refusal: ApprovalRefusal } {
  return { ok: false, refusal };
}

/** What is kept of it as JSON. */
function bodyOf({ deposit, withdrawalId }: ApprovalAsk): string {
  return JSON.stringify({ ...deposit, ...(withdrawalId === undefined ? {} : { withdrawalId }) });
}

function viewOf(row: Record<string, unknown>): ApprovalView {
  const text = (name: string): string | null => (typeof row[name] === "string" ? row[name] : null);
  const { withdrawalId, ...deposit } = JSON.parse(String(row["body"])) as Deposit & { readonly withdrawalId?: string };
  return {
    id: String(row["id"]),
    kind: row["kind"] === "withdrawal" ? "withdrawal" : "deposit",
    state: row["state"] as ApprovalState,
    accountId: String(row["account_id"]),
    deposit,
    ...(withdrawalId === undefined ? {} : { withdrawalId }),
    askedBy: String(row["asked_by"]),
    askedAt: Number(row["asked_at"]),
    expiresAt: Number(row["asked_at"]) + EXPIRES_MS,
    decidedBy: text("decided_by"),
    decidedAt: typeof row["decided_at"] === "number" ? row["decided_at"] : null,
    refusal: text("refusal"),
  };
}
