/**
 * The list of administrators, who appointed them, and which bootstrap secrets have been used. The login's own object says
 * which roles it has. This list decides what depends on all administrators: that one always remains, and who has to wait
 * before deciding a request of whom.
 */
import type { LoginRoute, UserId } from "../../domain/ids.ts";
import type { Sql } from "../actor/sql.ts";

/** For this long a new administrator and the administrators who appointed it, directly or not, decide no requests of each other. */
export const SETTLING_MS = 24 * 60 * 60_000;

/** Everybody who appointed this user, directly or through others. */
const CHAIN = `WITH RECURSIVE chain (id) AS (
    SELECT appointed_by FROM appointment WHERE user_id = ?
    UNION SELECT appointed_by FROM appointment JOIN chain ON appointment.user_id = chain.id
  ) SELECT id FROM chain`;

export class Administrators {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
    const before = this.#row("SELECT 1 FROM sqlite_master WHERE name = 'administrator'");
    sql.exec(`CREATE TABLE IF NOT EXISTS administrator (
      user_id TEXT PRIMARY KEY,
      state TEXT NOT NULL CHECK (state IN ('active', 'dismissed'))
    ) WITHOUT ROWID`);
    sql.exec(`CREATE TABLE IF NOT EXISTS appointment (
      user_id TEXT NOT NULL,
      appointed_by TEXT NOT NULL,
      at INTEGER NOT NULL
    )`);
    sql.exec("CREATE INDEX IF NOT EXISTS appointment_of ON appointment (user_id, at)");
    sql.exec(`CREATE TABLE IF NOT EXISTS bootstrap (
      secret TEXT PRIMARY KEY,
      route TEXT NOT NULL,
      user_id TEXT,
      appoints INTEGER NOT NULL DEFAULT 0
    ) WITHOUT ROWID`);
    // An earlier release kept no list: everybody in its log or among its deciders was an administrator.
    if (before === undefined) {
      sql.exec(
        "INSERT OR IGNORE INTO administrator SELECT DISTINCT by, 'active' FROM act WHERE what <> 'account.origins_opened'",
      );
      const deciders =
        "SELECT DISTINCT decided_by, 'active' FROM approval WHERE decided_by IS NOT NULL AND decided_by <> ''";
      sql.exec(`INSERT OR IGNORE INTO administrator ${deciders}`);
    }
  }

  /** True when the list has ever had an administrator. */
  get anyKnown(): boolean {
    return this.#row("SELECT 1 FROM administrator") !== undefined;
  }

  /** Adds a user whose login has just confirmed the role. False when the user is being dismissed. */
  recordActive(userId: UserId): boolean {
    this.#sql.exec("INSERT OR IGNORE INTO administrator VALUES (?, 'active')", userId);
    return this.isActive(userId);
  }

  isActive(userId: UserId): boolean {
    return this.#row("SELECT 1 FROM administrator WHERE user_id = ? AND state = 'active'", userId) !== undefined;
  }

  isDismissed(userId: UserId): boolean {
    return this.#row("SELECT 1 FROM administrator WHERE user_id = ? AND state = 'dismissed'", userId) !== undefined;
  }

  /** Removes a user from the list before the login loses the role. False, and nothing changes, when nobody else is left. */
  dismiss(userId: UserId): boolean {
    const other = this.#row("SELECT 1 FROM administrator WHERE state = 'active' AND user_id <> ?", userId);
    if (other === undefined) return false;
    this.#sql.exec("INSERT OR REPLACE INTO administrator VALUES (?, 'dismissed')", userId);
    return true;
  }

  /** Records who invited a user or made it an administrator. */
  appoint(userId: UserId, isAdministrator: boolean, by: readonly UserId[], now: number): void {
    if (isAdministrator) this.#sql.exec("INSERT OR REPLACE INTO administrator VALUES (?, 'active')", userId);
    for (const appointer of new Set(by)) {
      this.#sql.exec("INSERT INTO appointment (user_id, appointed_by, at) VALUES (?, ?, ?)", userId, appointer, now);
    }
  }

  /**
   * True when an administrator may not decide yet what somebody has asked for: both are of one chain, one made by the other
   * or both by the same, and the decider was appointed within a day. With `either` also when who asks was: whoever appoints
   * somebody must neither have asked nor decide for both.
   */
  isTooSoon(decider: string, asker: UserId, now: number, either: boolean): boolean {
    const newest = (userId: UserId): number => {
      const at = this.#row("SELECT max(at) AS at FROM appointment WHERE user_id = ?", userId)?.["at"];
      return typeof at === "number" ? at : -Infinity;
    };
    const settled = Math.max(newest(decider), either ? newest(asker) : -Infinity) + SETTLING_MS <= now;
    if (settled) return false;
    const theirs = new Set([asker, ...this.#chain(asker)]);
    return [decider, ...this.#chain(decider)].some((id) => theirs.has(id));
  }

  /** The use of a bootstrap secret, by its digest: the login it was used for, and the user once that has been created. */
  bootstrapBy(secret: string): { readonly route: LoginRoute; readonly userId: UserId | null } | null {
    const row = this.#row("SELECT * FROM bootstrap WHERE secret = ?", secret);
    if (row === undefined) return null;
    return { route: String(row["route"]), userId: typeof row["user_id"] === "string" ? row["user_id"] : null };
  }

  /** True when no secret was ever used or refused here: the exchange is new, or an earlier release did not record it. */
  get neverBootstrapped(): boolean {
    return this.#row("SELECT 1 FROM bootstrap") === undefined;
  }

  beginBootstrap(secret: string, route: LoginRoute): void {
    this.#sql.exec("INSERT OR REPLACE INTO bootstrap (secret, route) VALUES (?, ?)", secret, route);
  }

  forgetBootstrap(secret: string): void {
    this.#sql.exec("DELETE FROM bootstrap WHERE secret = ?", secret);
  }

  /** Marks the secret as used. `appoints`: the administrator it created may appoint a second one without an approval. */
  endBootstrap(secret: string, userId: UserId, appoints: boolean): void {
    this.#sql.exec(
      `INSERT INTO bootstrap (secret, route, user_id, appoints) VALUES (?, '', ?, ?)
       ON CONFLICT (secret) DO UPDATE SET user_id = excluded.user_id, appoints = excluded.appoints`,
      secret,
      userId,
      appoints ? 1 : 0,
    );
  }

  /** True for the first administrator while there has never been another: it may appoint the second without an approval. */
  appointsAlone(userId: UserId): boolean {
    const others = this.#row("SELECT 1 FROM administrator WHERE user_id <> ?", userId);
    const may = this.#row("SELECT 1 FROM bootstrap WHERE user_id = ? AND appoints = 1", userId);
    return others === undefined && may !== undefined;
  }

  #chain(userId: UserId): string[] {
    return Array.from(this.#sql.exec(CHAIN, userId), ({ id }) => String(id));
  }

  #row(query: string, ...binds: (string | number)[]): Record<string, unknown> | undefined {
    return [...this.#sql.exec(query, ...binds)][0];
  }
}
