/**
 * The four-eyes principle for users: the administrator who requests that a user is invited, changed or erased does not
 * approve it. A decision is stored before it is executed, and is executed again until the login has answered; a login
 * executes it once. The transfers actors ask here who may decide a deposit or withdrawal (durable-objects/transfers/).
 */
import type { LoginRoute, UserId } from "../../domain/ids.ts";
import type {
  Administrator,
  ApprovalOutcome,
  ApprovalRefusal,
  ApprovalView,
  DecisionCheck,
  DecisionCheckResult,
  UserAction,
  UserActionRequest,
} from "../../protocol/rpc/approvals.ts";
import type { ApprovalState } from "../../protocol/wire/approvals.ts";
import type { Origin } from "../../domain/account/state/events.ts";
import type { Sql } from "../actor/sql.ts";
import type { KeyEncryptionKeys } from "../vault/vault.ts";
import type { Administrators } from "./administrators.ts";
import { EXPIRES_MS, storedUserAction, viewOf, WITHOUT_EMAIL } from "./approvalTable.ts";
import { type ChangedUser, removesAdministrator, actionReference, type LoginStatus } from "./userActions.ts";

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;
/** Rows of money are those of an earlier release, on their way to the transfers actors (transferHandover.ts). */
const OF_USERS = "(kind LIKE 'user_%' OR kind = 'plan_limits')";

export interface ApprovalPorts {
  readonly storage: { readonly sql: Sql; transactionSync<T>(work: () => T): T };
  now(): number;
  /** Executes an approved action; returns the user it changed. */
  executeUserAction(
    act: UserAction,
    by: { readonly asked: UserId; readonly approved: UserId; readonly approval: string },
    origin: Origin,
  ): Promise<ApprovalOutcome<ChangedUser>>;
  /** Whether the login at a route is an administrator and has a second factor; null when there is no login. */
  loginStatus(route: LoginRoute): Promise<LoginStatus | null>;
  encryptionKeys(): KeyEncryptionKeys;
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

  /**
   * Requests an action on a user. It is executed at once when FOUR_EYES is off, and when the first administrator
   * appoints the second.
   */
  async proposeUser(asked: UserActionRequest): Promise<ApprovalOutcome<{ approval: ApprovalView; again: boolean }>> {
    const { act, askedBy, origin } = asked;
    const subject = "userId" in act ? act.userId : "";
    if (!(await this.#isAdministrator(askedBy))) return refused({ reason: "forbidden" });
    if (subject === askedBy.userId && removesAdministrator(act)) return refused({ reason: "admin_self" });
    if (subject === askedBy.userId && act.kind === "user_controls") return refused({ reason: "approval_own" });
    const kept = this.#ports.storage.transactionSync(() => this.#keepUser(asked, subject));
    if (!kept.ok) return kept;
    const { id, again } = kept.value;
    if (!again) await this.execute(id, origin);
    return { ok: true, value: { approval: this.#found(id), again } };
  }

  #keepUser(
    { act, askedBy, alone, origin }: UserActionRequest,
    subject: string,
  ): ApprovalOutcome<{ id: string; again: boolean }> {
    if (!this.#administrators.recordActive(askedBy.userId)) return refused({ reason: "forbidden" });
    const { kind } = act;
    const reference = actionReference(act);
    const waiting = this.#row(
      "SELECT id FROM approval WHERE kind = ? AND account_id = ? AND reference = ? AND state = 'pending' AND due_at > ?",
      kind,
      subject,
      reference,
      this.#ports.now(),
    );
    if (waiting !== undefined && !alone) return { ok: true, value: { id: String(waiting["id"]), again: true } };
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
      storedUserAction(act, () => this.#ports.encryptionKeys()),
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

  /** True for the first administrator until it has invited the second one. */
  #appointsAlone(userId: UserId): boolean {
    const underWay =
      this.#row("SELECT 1 FROM approval WHERE kind = 'user_invite' AND state = 'approved'") !== undefined;
    return !underWay && this.#administrators.appointsAlone(userId);
  }

  /** Approves it. The same administrator may repeat that and gets the present state; another one is refused. */
  async approve(id: string, by: Administrator, origin: Origin): Promise<ApprovalOutcome<ApprovalView>> {
    const row = this.#row(`SELECT * FROM approval WHERE id = ? AND ${OF_USERS}`, id);
    if (row === undefined) return refused({ reason: "approval_not_found" });
    if (isOwn(row, by.userId)) return refused({ reason: "approval_own" });
    const { asked_by: asker, asked_route: route } = row;
    const refusal = await this.#checkLogin(by);
    if (refusal !== null) return refused(refusal);
    // A request of a release that stored no routes: the login of who made it is not known.
    const left =
      typeof route === "string" && !(await this.#isAdministrator({ userId: String(asker), route: String(route) }));
    const decided = this.#decide(id, by.userId, "approved", left);
    if (!decided.ok) return decided;
    await this.execute(id, origin);
    return { ok: true, value: this.#found(id) };
  }

  /** Whether an administrator may decide about a transfer of money, as far as that depends on persons. */
  async checkDecision(asked: DecisionCheck): Promise<DecisionCheckResult> {
    const { decision, decider, requestedBy, requestedRoute, kind } = asked;
    if (decision === "rejected") {
      const dismissed = this.#administrators.isDismissed(decider.userId);
      return { deciderRefusal: null, requestRefusal: dismissed ? { reason: "forbidden" } : null };
    }
    const deciderRefusal = await this.#checkLogin(decider);
    if (deciderRefusal !== null) return { deciderRefusal, requestRefusal: null };
    // A withdrawal is requested by whom the money belongs to, a deposit by an administrator.
    const official = kind === "deposit";
    const left =
      official &&
      requestedRoute !== null &&
      !(await this.#isAdministrator({ userId: requestedBy, route: requestedRoute }));
    return { deciderRefusal: null, requestRefusal: this.#approvalRefusal(decider.userId, requestedBy, official, left) };
  }

  /** Rejects it. */
  reject(id: string, by: UserId): ApprovalOutcome<ApprovalView> {
    return this.#decide(id, by, "rejected", false);
  }

  /** The newest first. */
  list(state: ApprovalState | null, limit: number): ApprovalView[] {
    const rows =
      state === null
        ? this.#sql.exec(`SELECT * FROM approval WHERE ${OF_USERS} ORDER BY seq DESC LIMIT ?`, limit)
        : this.#sql.exec(
            `SELECT * FROM approval WHERE ${OF_USERS} AND state = ? ORDER BY seq DESC LIMIT ?`,
            state,
            limit,
          );
    return Array.from(rows, (row) => this.#view(row));
  }

  /** The object's alarm: what was decided and not executed is tried again, and what nobody decided expires. */
  async due(): Promise<void> {
    const now = this.#ports.now();
    this.#sql.exec(
      `UPDATE approval SET state = 'expired', due_at = NULL WHERE ${OF_USERS} AND state = 'pending' AND due_at <= ?`,
      now,
    );
    this.#sql.exec(`UPDATE approval SET body = ${WITHOUT_EMAIL} WHERE kind = 'user_invite' AND state = 'expired'`);
    const decided = `SELECT id, request_id FROM approval WHERE ${OF_USERS} AND state <> 'pending' AND due_at <= ?`;
    for (const row of [...this.#sql.exec(decided, now)]) {
      // Only the first attempt knows the client info of the approval.
      await this.execute(String(row["id"]), { requestId: String(row["request_id"]), ip: "", userAgent: "" });
    }
    this.#arm();
  }

  async #isAdministrator({ userId, route }: Administrator): Promise<boolean> {
    const login = await this.#ports.loginStatus(route);
    return login?.userId === userId && login.isAdministrator;
  }

  /** `askerLeft`: the administrator who requested it has lost the role. */
  #decide(id: string, by: UserId, state: "approved" | "rejected", askerLeft: boolean): ApprovalOutcome<ApprovalView> {
    return this.#ports.storage.transactionSync(() => {
      const row = this.#row(`SELECT * FROM approval WHERE id = ? AND ${OF_USERS}`, id);
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
      const refusal =
        state === "approved"
          ? (this.#approvalRefusal(by, String(row["asked_by"]), true, askerLeft) ?? this.#removalRefusal(row))
          : null;
      if (refusal !== null) return refused(refusal);
      // If this attempt is interrupted, the alarm makes another.
      const due = state === "approved" ? now + RETRY_MS : null;
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

  /** Why this administrator may not decide anything; null when it may. */
  async #checkLogin({ userId, route }: Administrator): Promise<ApprovalRefusal | null> {
    const decider = await this.#ports.loginStatus(route);
    if (decider?.userId !== userId || !decider.isAdministrator) return { reason: "forbidden" };
    return decider.hasSecondFactor ? null : { reason: "approval_needs_factor" };
  }

  /**
   * Why this administrator may not approve what that one asked for; `official`: who asked did so as an administrator.
   */
  #approvalRefusal(by: UserId, asker: UserId, official: boolean, askerLeft: boolean): ApprovalRefusal | null {
    if (!this.#administrators.recordActive(by)) return { reason: "forbidden" };
    if (askerLeft || (official && this.#administrators.isDismissed(asker))) return { reason: "approval_asker_left" };
    return this.#administrators.isTooSoon(by, asker, this.#ports.now(), official)
      ? { reason: "approval_too_soon" }
      : null;
  }

  /** Refuses the removal of the last administrator. Runs within the transaction that decides. */
  #removalRefusal(row: Record<string, unknown>): ApprovalRefusal | null {
    const { user, userId } = this.#view(row);
    if (user === undefined || userId === undefined || !removesAdministrator(user)) return null;
    return this.#administrators.dismiss(userId) ? null : { reason: "last_administrator" };
  }

  /** Has the login execute the decision, unless it has already. */
  async execute(id: string, origin: Origin): Promise<void> {
    const due = this.#row("SELECT due_at FROM approval WHERE id = ? AND state <> 'pending'", id)?.["due_at"];
    const approval = this.#found(id);
    const { user, askedBy, decidedBy } = approval;
    if (typeof due !== "number" || user === undefined) return;
    try {
      const by = { asked: askedBy, approved: decidedBy ?? "", approval: id };
      const outcome = await this.#ports.executeUserAction(user, by, origin);
      const state = approval.state !== "approved" ? approval.state : outcome.ok ? "booked" : "failed";
      this.#ports.storage.transactionSync(() => {
        this.#sql.exec(
          "UPDATE approval SET state = ?, refusal = ?, due_at = NULL WHERE id = ? AND state = ?",
          state,
          outcome.ok ? null : outcome.refusal.reason,
          id,
          approval.state,
        );
        this.#forgetEmail(id);
        if (outcome.ok) this.#changed(approval, outcome.value);
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
    // When a change is repeated, the login reports the role as it was before the repetition; the list has it from
    // before the change.
    const promoted = isAdministrator && !(wasAdministrator && this.#administrators.isActive(userId));
    if (user?.kind !== "user_invite" && !promoted) return;
    this.#administrators.appoint(userId, isAdministrator, [askedBy, decidedBy ?? askedBy], this.#ports.now());
  }

  #forgetEmail(id: string): void {
    this.#sql.exec(`UPDATE approval SET body = ${WITHOUT_EMAIL} WHERE id = ? AND kind = 'user_invite'`, id);
  }

  #view(row: Record<string, unknown>): ApprovalView {
    return viewOf(row, () => this.#ports.encryptionKeys());
  }

  #arm(): void {
    const due = this.#row(`SELECT min(due_at) AS at FROM approval WHERE ${OF_USERS} AND due_at IS NOT NULL`)?.["at"];
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

/** Nobody approves an own request, or an action on oneself. */
function isOwn(row: Record<string, unknown>, userId: UserId): boolean {
  return row["asked_by"] === userId || row["account_id"] === userId;
}

/** An administrator may not reject its own dismissal, but may withdraw a request of its own. */
function isAskedAboutOneself(row: Record<string, unknown>, userId: UserId): boolean {
  return row["account_id"] === userId && row["asked_by"] !== userId;
}

function refused(refusal: ApprovalRefusal): { readonly ok: false; readonly refusal: ApprovalRefusal } {
  return { ok: false, refusal };
}
