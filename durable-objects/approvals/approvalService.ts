/**
 * Four eyes: who asks for money to be moved, or for a user to be made, changed or erased, does not decide it. A decision
 * is on disk before it is carried out, and is carried out until the account or login has answered; each does it once,
 * however often it is told. Of a withdrawal, whose money the account holds, every end is carried out; else an approval.
 */
import { SEEDED } from "../../domain/market/listing.ts";
import { readDeposit } from "../../domain/account/ledger/deposits.ts";
import type { Outcome } from "../../domain/account/entry/refusal.ts";
import type {
  Administrator,
  ApprovalAsk,
  ApprovalOutcome,
  ApprovalRefusal,
  ApprovalView,
  UserAction,
  UserAsk,
} from "../../protocol/rpc/approvals.ts";
import type { ApprovalState } from "../../protocol/wire/approvals.ts";
import type { Deposit } from "../../protocol/rpc/account.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Sql } from "../actor/sql.ts";
import type { KeyEncryptionKeys } from "../vault/vault.ts";
import type { Administrators } from "./administrators.ts";
import { EXPIRES_MS, storedUserAction, viewOf, WITHOUT_EMAIL } from "./approvalTable.ts";
import { type ChangedUser, removesAdministrator, actionReference, type LoginStatus } from "./userActions.ts";

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** One that was turned down may be asked for again under its reference. */
const STANDING = "('pending', 'approved', 'booked')";

export interface ApprovalPorts {
  readonly storage: { readonly sql: Sql; transactionSync<T>(work: () => T): T };
  now(): number;
  /** Books a deposit at its account; `approvedBy` goes into the audit trail beside who asked. */
  postDeposit(
    accountId: string,
    deposit: Deposit,
    by: { asked: string; approved: string },
    origin: Origin,
  ): Promise<Outcome<unknown>>;
  /** Lets a withdrawal go, or gives its money back; `by` is empty when nobody decided in time. */
  settleWithdrawal(
    accountId: string,
    withdrawalId: string,
    approve: boolean,
    by: string,
    origin: Origin,
  ): Promise<Outcome<unknown>>;
  /** Does what was decided about a user; tells whom that was. */
  executeUserAction(
    act: UserAction,
    by: { readonly asked: string; readonly approved: string; readonly approval: string },
    origin: Origin,
  ): Promise<ApprovalOutcome<ChangedUser>>;
  /** What the login of somebody who says to be an administrator says itself; null: there is none. */
  loginStatus(route: string): Promise<LoginStatus | null>;
  masters(): KeyEncryptionKeys;
  armBy(at: number): void;
  failed(id: string, error: unknown): void;
}

export class ApprovalService {
  readonly #ports: ApprovalPorts;
  readonly #administrators: Administrators;
  readonly #sql: Sql;

  /** The tables are there (approvalTable.ts). */
  constructor(ports: ApprovalPorts, administrators: Administrators) {
    this.#ports = ports;
    this.#administrators = administrators;
    this.#sql = ports.storage.sql;
  }

  /** Asks for an approval; the same request, and the same reference with the same content, is the one that there is. */
  propose(asked: ApprovalAsk): ApprovalOutcome<{ readonly approval: ApprovalView; readonly again: boolean }> {
    const { accountId, deposit, request } = asked;
    const read = readDeposit(deposit, SEEDED);
    if (!read.ok) return refused(read.refusal as ApprovalRefusal);
    return this.#ports.storage.transactionSync(() => {
      const keyed =
        request === null
          ? undefined
          : this.#row("SELECT * FROM approval WHERE account_id = ? AND request_key = ?", accountId, request.key);
      if (keyed !== undefined) {
        if (keyed["fingerprint"] !== request?.fingerprint) return refused({ reason: "idempotency_key_reused" });
        return { ok: true, value: { approval: this.#view(keyed), again: true } };
      }
      // An account has one withdrawal of a reference for ever, whatever became of it.
      const named = this.#row(
        `SELECT * FROM approval WHERE account_id = ? AND reference = ? AND kind = ?
           AND (kind = 'withdrawal' OR state IN ${STANDING})`,
        accountId,
        deposit.reference,
        asked.kind,
      );
      if (named !== undefined) {
        const before = readDeposit(this.#view(named).deposit, SEEDED);
        const same = before.ok && before.value.asset === read.value.asset && before.value.amount === read.value.amount;
        return same
          ? { ok: true, value: { approval: this.#view(named), again: true } }
          : refused({ reason: "deposit_reference_taken" });
      }
      const [id, now] = [crypto.randomUUID(), this.#ports.now()];
      this.#sql.exec(
        `INSERT INTO approval (id, kind, state, account_id, reference, body, asked_by, asked_at, request_id, request_key,
           fingerprint, due_at, asked_route) VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        asked.kind,
        accountId,
        deposit.reference,
        bodyOf(asked),
        asked.askedBy,
        now,
        asked.requestId,
        request?.key ?? null,
        request?.fingerprint ?? null,
        now + EXPIRES_MS,
        asked.askedRoute ?? null,
      );
      this.#arm();
      return { ok: true, value: { approval: this.#found(id), again: false } };
    });
  }

  /**
   * Asks for an act on a user. It is done at once where one person is the whole staff, and when the first administrator,
   * who has nobody to ask, appoints the second.
   */
  async proposeUser(asked: UserAsk): Promise<ApprovalOutcome<{ approval: ApprovalView; again: boolean }>> {
    const { act, askedBy, origin } = asked;
    const subject = act.kind === "user_invite" ? "" : act.userId;
    if (!(await this.#isAdministrator(askedBy))) return refused({ reason: "forbidden" });
    if (subject === askedBy.userId && removesAdministrator(act)) return refused({ reason: "admin_self" });
    const kept = this.#ports.storage.transactionSync(() => this.#keepUser(asked, subject));
    if (!kept.ok) return kept;
    const { id, again } = kept.value;
    if (!again) await this.execute(id, origin);
    return { ok: true, value: { approval: this.#found(id), again } };
  }

  #keepUser(
    { act, askedBy, alone, origin }: UserAsk,
    subject: string,
  ): ApprovalOutcome<{ id: string; again: boolean }> {
    if (!this.#administrators.recordActive(askedBy.userId)) return refused({ reason: "forbidden" });
    const { kind } = act;
    const reference = actionReference(act);
    const standing = this.#row(
      "SELECT id FROM approval WHERE kind = ? AND account_id = ? AND reference = ? AND state = 'pending' AND due_at > ?",
      kind,
      subject,
      reference,
      this.#ports.now(),
    );
    if (standing !== undefined && !alone) return { ok: true, value: { id: String(standing["id"]), again: true } };
    const appoints = kind === "user_invite" && act.roles.includes("admin");
    const atOnce = alone || (appoints && this.#appointsAlone(askedBy.userId));
    if (atOnce && removesAdministrator(act) && !this.#administrators.dismiss(subject))
      return refused({ reason: "last_administrator" });
    const [id, now] = [crypto.randomUUID(), this.#ports.now()];
    this.#sql.exec(
      `INSERT INTO approval (id, kind, state, account_id, reference, body, asked_by, asked_at, request_id, asked_route, due_at)
       VALUES (?, ?, 'pending', ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      kind,
      subject,
      reference,
      storedUserAction(act, () => this.#ports.masters()),
      askedBy.userId,
      now,
      origin.requestId,
      askedBy.route,
      now + EXPIRES_MS,
    );
    if (atOnce) {
      const decided = "UPDATE approval SET state = 'approved', decided_by = ?, decided_at = ?, due_at = ? WHERE id = ?";
      this.#sql.exec(decided, askedBy.userId, now, now + RETRY_MS, id);
    }
    this.#arm();
    return { ok: true, value: { id, again: false } };
  }

  /** The first administrator has nobody to ask, until the second one that it appoints is on its way. */
  #appointsAlone(userId: string): boolean {
    const underWay =
      this.#row("SELECT 1 FROM approval WHERE kind = 'user_invite' AND state = 'approved'") !== undefined;
    return !underWay && this.#administrators.appointsAlone(userId);
  }

  /** Decides for it. The same administrator may repeat that, and is told how it stands; a second one is too late. */
  async approve(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>> {
    const row = this.#row("SELECT * FROM approval WHERE id = ?", id);
    if (row === undefined) return refused({ reason: "approval_not_found" });
    if (isOwn(row, by.userId)) return refused({ reason: "approval_own" });
    const { asked_by: asker, asked_route: route } = row;
    const decider = await this.#ports.loginStatus(by.route);
    if (decider?.userId !== by.userId || !decider.isAdministrator) return refused({ reason: "forbidden" });
    if (!decider.hasSecondFactor) return refused({ reason: "approval_needs_factor" });
    // What a release that kept no routes has asked for says nothing of who asked.
    const left =
      typeof route === "string" && !(await this.#isAdministrator({ userId: String(asker), route: String(route) }));
    const decided = this.#decide(id, by.userId, "approved", left);
    if (!decided.ok) return decided;
    await this.execute(id, origin);
    return { ok: true, value: this.#found(id) };
  }

  /** Decides against it. Of a withdrawal the money is still to be given back: `carryOut`. */
  reject(id: string, by: string): ApprovalOutcome<ApprovalView> {
    return this.#decide(id, by, "rejected", false);
  }

  /** The newest first. */
  list(state: ApprovalState | null, limit: number): ApprovalView[] {
    const rows =
      state === null
        ? this.#sql.exec("SELECT * FROM approval ORDER BY seq DESC LIMIT ?", limit)
        : this.#sql.exec("SELECT * FROM approval WHERE state = ? ORDER BY seq DESC LIMIT ?", state, limit);
    return Array.from(rows, (row) => this.#view(row));
  }

  /** The object's alarm: what was decided and not carried out is tried again, and what nobody decided ends. */
  async due(): Promise<void> {
    const now = this.#ports.now();
    this.#sql.exec(
      `UPDATE approval SET state = 'expired', due_at = CASE kind WHEN 'withdrawal' THEN due_at END
         WHERE state = 'pending' AND due_at <= ?`,
      now,
    );
    this.#sql.exec(`UPDATE approval SET body = ${WITHOUT_EMAIL} WHERE kind = 'user_invite' AND state = 'expired'`);
    const decided = "SELECT id, request_id FROM approval WHERE state <> 'pending' AND due_at <= ?";
    for (const row of [...this.#sql.exec(decided, now)]) {
      // Whence it was approved is known only to the first try.
      await this.execute(String(row["id"]), { requestId: String(row["request_id"]), ip: "", userAgent: "" });
    }
    this.#arm();
  }

  async #isAdministrator({ userId, route }: Administrator): Promise<boolean> {
    const standing = await this.#ports.loginStatus(route);
    return standing?.userId === userId && standing.isAdministrator;
  }

  /** `askerLeft`: who asked for it administers no more. */
  #decide(id: string, by: string, state: "approved" | "rejected", askerLeft: boolean): ApprovalOutcome<ApprovalView> {
    return this.#ports.storage.transactionSync(() => {
      const row = this.#row("SELECT * FROM approval WHERE id = ?", id);
      if (row === undefined) return refused({ reason: "approval_not_found" });
      if (state === "approved" ? isOwn(row, by) : isAskedAboutOneself(row, by))
        return refused({ reason: "approval_own" });
      const now = this.#ports.now();
      if (row["state"] !== "pending") {
        const after = state === "approved" ? ["approved", "booked", "failed"] : ["rejected"];
        const repeated = row["decided_by"] === by && after.includes(String(row["state"]));
        return repeated ? { ok: true, value: this.#view(row) } : refused({ reason: "approval_decided" });
      }
      if (Number(row["asked_at"]) + EXPIRES_MS <= now) return refused({ reason: "approval_decided" });
      if (this.#administrators.isDismissed(by)) return refused({ reason: "forbidden" });
      const hindrance = state === "approved" ? this.#hindrance(row, by, askerLeft) : null;
      if (hindrance !== null) return refused(hindrance);
      // Should this try be cut off, the alarm makes another.
      const due = state === "approved" || row["kind"] === "withdrawal" ? now + RETRY_MS : null;
      this.#sql.exec(
        "UPDATE approval SET state = ?, decided_by = ?, decided_at = ?, due_at = ? WHERE id = ?",
        state,
        by,
        now,
        due,
        id,
      );
      if (state === "rejected") this.#forgetEmail(id);
      this.#arm();
      return { ok: true, value: this.#found(id) };
    });
  }

  /** Why this administrator may not approve it; null when it may. Within the transaction that decides. */
  #hindrance(row: Record<string, unknown>, by: string, askerLeft: boolean): ApprovalRefusal | null {
    const asker = String(row["asked_by"]);
    if (!this.#administrators.recordActive(by)) return { reason: "forbidden" };
    // A withdrawal is asked for by whom the money belongs to; all else by an administrator.
    const official = row["kind"] !== "withdrawal";
    if (askerLeft || (official && this.#administrators.isDismissed(asker))) return { reason: "approval_asker_left" };
    if (this.#administrators.isTooSoon(by, asker, this.#ports.now(), official)) return { reason: "approval_too_soon" };
    const { user, accountId } = this.#view(row);
    if (user === undefined || !removesAdministrator(user)) return null;
    return this.#administrators.dismiss(accountId) ? null : { reason: "last_administrator" };
  }

  /** Tells the account what was decided, if that is still to be done. */
  async execute(id: string, origin: Origin): Promise<void> {
    const due = this.#row("SELECT due_at FROM approval WHERE id = ? AND state <> 'pending'", id)?.["due_at"];
    const approval = this.#found(id);
    if (typeof due !== "number") return;
    try {
      const outcome = await this.#tell(approval, origin);
      const state = approval.state !== "approved" ? approval.state : outcome.ok ? "booked" : "failed";
      this.#ports.storage.transactionSync(() => {
        this.#sql.exec(
          "UPDATE approval SET state = ?, refusal = ?, due_at = NULL WHERE id = ? AND state = ?",
          state,
          outcome.ok ? null : outcome.refusal.reason,
          id,
          approval.state,
        );
        if (approval.user !== undefined) this.#forgetEmail(id);
        if (outcome.ok && approval.user !== undefined) this.#changed(approval, outcome.value as ChangedUser);
      });
    } catch (error) {
      this.#ports.failed(id, error);
      const tries = Number(this.#row("SELECT tries FROM approval WHERE id = ?", id)?.["tries"] ?? 0);
      const wait = Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX);
      this.#sql.exec("UPDATE approval SET due_at = ?, tries = tries + 1 WHERE id = ?", this.#ports.now() + wait, id);
      this.#arm();
    }
  }

  /** A user was made, changed or erased. */
  #changed(
    { id, user, askedBy, decidedBy }: ApprovalView,
    { userId, isAdministrator, wasAdministrator }: ChangedUser,
  ): void {
    this.#sql.exec("UPDATE approval SET account_id = ? WHERE id = ?", userId, id);
    // Of a change that is told again the login says how it was before the telling, and the list how it was before the change.
    const promoted = isAdministrator && !(wasAdministrator && this.#administrators.isActive(userId));
    if (user?.kind !== "user_invite" && !promoted) return;
    this.#administrators.appoint(userId, isAdministrator, [askedBy, decidedBy ?? askedBy], this.#ports.now());
  }

  #tell(approval: ApprovalView, origin: Origin): Promise<Outcome<unknown> | ApprovalOutcome<ChangedUser>> {
    const { id, kind, state, accountId, deposit, user, withdrawalId = "", askedBy, decidedBy } = approval;
    if (user !== undefined) {
      return this.#ports.executeUserAction(user, { asked: askedBy, approved: decidedBy ?? "", approval: id }, origin);
    }
    if (kind === "withdrawal") {
      return this.#ports.settleWithdrawal(accountId, withdrawalId, state === "approved", decidedBy ?? "", origin);
    }
    return this.#ports.postDeposit(accountId, deposit, { asked: askedBy, approved: decidedBy ?? "" }, origin);
  }

  #forgetEmail(id: string): void {
    this.#sql.exec(`UPDATE approval SET body = ${WITHOUT_EMAIL} WHERE id = ? AND kind = 'user_invite'`, id);
  }

  #view(row: Record<string, unknown>): ApprovalView {
    return viewOf(row, () => this.#ports.masters());
  }

  #arm(): void {
    const due = this.#row("SELECT min(due_at) AS at FROM approval WHERE due_at IS NOT NULL")?.["at"];
    if (typeof due === "number") this.#ports.armBy(due);
  }

  #found(id: string): ApprovalView {
    const row = this.#row("SELECT * FROM approval WHERE id = ?", id);
    if (row === undefined) throw new Error("approvals are never deleted");
    return this.#view(row);
  }

  #row(query: string, ...binds: (string | number)[]): Record<string, unknown> | undefined {
    return [...this.#sql.exec(query, ...binds)][0];
  }
}

/** Nobody decides what one has asked for, nor about oneself or one's money: a user's account has the user's id. */
function isOwn(row: Record<string, unknown>, userId: string): boolean {
  return row["asked_by"] === userId || row["account_id"] === userId;
}

/**
 * Who is to be dismissed must not keep the office by turning that down again and again. What somebody has asked for, and a
 * withdrawal or deposit of the own account, may be taken back.
 */
function isAskedAboutOneself(row: Record<string, unknown>, userId: string): boolean {
  return String(row["kind"]).startsWith("user_") && row["account_id"] === userId && row["asked_by"] !== userId;
}

function refused(refusal: ApprovalRefusal): { readonly ok: false; readonly refusal: ApprovalRefusal } {
  return { ok: false, refusal };
}

/** What is kept of it as JSON. */
function bodyOf({ deposit, withdrawalId }: ApprovalAsk): string {
  return JSON.stringify({ ...deposit, ...(withdrawalId === undefined ? {} : { withdrawalId }) });
}
