/**
 * Read-only grants of accounts from one login to another. Owner and receiver are two objects; each stores its side, and
 * sends every change to the other until it is acknowledged. The owner does not learn whether an e-mail has a login.
 */
import type { AccountId, LoginRoute } from "../../../domain/ids.ts";
import type { Scope } from "../../../protocol/auth/principal.ts";
import type {
  AccountEntry,
  GrantAccess,
  GrantOffer,
  GrantRpc,
  GrantView,
} from "../../../protocol/rpc/identity/grants.ts";
import type { IdentityOutcome } from "../../../protocol/rpc/identity.ts";
import { normaliseEmail } from "../../../protocol/ids/loginRoute.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import { AccountRows } from "../accounts/accountRows.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** Grants that one login may give in a day: each sends an e-mail to somebody. */
export const GRANTS_A_DAY_MAX = 20;
/** Active grants of one login; more that are received are ignored. */
export const GRANTS_MAX = 50;
/**
 * How many received grants a day the user is notified of, from one owner and from all: an owner who shares and revokes
 * repeatedly must neither flood the receiver's e-mail nor push entries out of its security log.
 */
export const NOTIFICATIONS_OF_OWNER_MAX = 2;
export const NOTIFICATIONS_A_DAY_MAX = 20;
const DAY_MS = 86_400_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

/** Grants of an earlier release have no account: they share the login's first one, which is the first parameter. */
const OF_ACCOUNT = "coalesce(account_id, ?) = ?";

/** The scopes of a grant. */
const GRANT_SCOPES: Readonly<Record<GrantAccess, readonly Scope[]>> = { read: ["read"] };

export interface GrantPorts {
  readonly route: LoginRoute;
  now(): number;
  /** The route of the login of an e-mail; of one without a login, the plain route. */
  routeOf(email: string): Promise<string>;
  /** The other login of a grant. */
  other(route: LoginRoute): Pick<GrantRpc, "offered" | "ended" | "returned">;
  record(kind: "grant_given" | "grant_ended" | "grant_received", facts: Record<string, unknown>, origin?: Origin): void;
  /** E-mails the receiver that an account is shared with it. */
  emailReceiver(ownerEmail: string): void;
  /** E-mails the owner that its account is shared. */
  emailOwner(email: string): void;
  /** The login may no longer use this account. */
  accessEnded(accountId: AccountId): void;
  /** The other login is to be notified. */
  wake(): void;
  failed(error: unknown): void;
}

export class Grants implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: GrantPorts;
  #notifying: Promise<void> = Promise.resolve();

  constructor(tables: Tables, profile: Profile, ports: GrantPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** The own accounts first, then those that others share. */
  accounts(): AccountEntry[] {
    if (this.#profile.login() === null) return [];
    const own = new AccountRows(this.#tables, this.#profile).list();
    const shared = this.#tables.rows("SELECT * FROM grant_received WHERE state = 'standing' ORDER BY created_at, id");
    return [
      ...own.map((account) => ({ accountId: account.accountId, own: account, grant: null })),
      ...shared.map((row): AccountEntry => {
        const ownerEmail = this.#profile.vault().decrypt(String(row["owner_email"]));
        const grant = {
          id: String(row["id"]),
          access: "read",
          ownerEmail,
          createdAt: Number(row["created_at"]),
        } as const;
        return { accountId: String(row["account_id"]), grant };
      }),
    ];
  }

  sharedScopes(accountId: AccountId): readonly Scope[] {
    const standing = "SELECT 1 FROM grant_received WHERE account_id = ? AND state = 'standing'";
    return this.#tables.row(standing, accountId) === undefined ? [] : GRANT_SCOPES.read;
  }

  /** Shares the login's own account. Refuses another account, the login's own e-mail, and too many grants. */
  async give(
    accountId: AccountId,
    email: string,
    access: GrantAccess,
    origin: Origin,
  ): Promise<IdentityOutcome<GrantView>> {
    const to = normaliseEmail(email);
    const route = await this.#ports.routeOf(to);
    return this.#tables.transaction(() => {
      if (!this.#owns(accountId)) return { ok: false, reason: "forbidden" };
      if (this.#profile.isGuest()) return { ok: false, reason: "guest_login" };
      const given = this.#tables.row(
        `SELECT * FROM grant_given WHERE receiver = ? AND ${OF_ACCOUNT} AND state IN ('offered', 'standing')`,
        route,
        this.#firstAccount(),
        accountId,
      );
      if (given !== undefined) return { ok: true, value: this.#view(given) };
      const now = this.#ports.now();
      this.#tables.write("DELETE FROM grant_given WHERE state = 'ended' AND created_at <= ?", now - DAY_MS);
      const lately = this.#count("grant_given WHERE created_at > ?", now - DAY_MS);
      const standing = this.#count("grant_given WHERE state <> 'ended' AND created_at <= ?", now);
      if (route === this.#ports.route || lately >= GRANTS_A_DAY_MAX || standing >= GRANTS_MAX) {
        return { ok: false, reason: "too_many_grants" };
      }
      const id = crypto.randomUUID();
      this.#tables.write(
        `INSERT INTO grant_given (id, account_id, receiver, email, created_at, state, due_at, tries)
         VALUES (?, ?, ?, ?, ?, 'offered', ?, 0)`,
        id,
        accountId,
        route,
        this.#profile.vault().encrypt(to),
        now,
        now,
      );
      this.#ports.record("grant_given", { grant: id, accountId, email: to, access }, origin);
      this.#ports.emailOwner(to);
      this.#ports.wake();
      return { ok: true, value: { id, email: to, access, createdAt: now } };
    });
  }

  /** The receivers of the account's grants; null when the account is not the login's own. */
  given(accountId: AccountId): GrantView[] | null {
    if (!this.#owns(accountId)) return null;
    const rows = `SELECT * FROM grant_given WHERE ${OF_ACCOUNT} AND state IN ('offered', 'standing')
      ORDER BY created_at, id`;
    return this.#tables.rows(rows, this.#firstAccount(), accountId).map((row) => this.#view(row));
  }

  /** Revokes a grant of the own account, or returns a received one. False when there is none. */
  end(accountId: AccountId, grantId: string, origin?: Origin): boolean {
    return this.#tables.transaction(() => {
      const own = this.#owns(accountId);
      const found = own
        ? this.#tables.row(
            `SELECT 1 FROM grant_given WHERE id = ? AND ${OF_ACCOUNT} AND state IN ('offered', 'standing')`,
            grantId,
            this.#firstAccount(),
            accountId,
          )
        : this.#tables.row(
            "SELECT 1 FROM grant_received WHERE id = ? AND account_id = ? AND state = 'standing'",
            grantId,
            accountId,
          );
      if (found === undefined) return false;
      const table = own ? "grant_given" : "grant_received";
      const told = `UPDATE ${table} SET state = 'ending', due_at = ?, tries = 0 WHERE id = ?`;
      this.#tables.write(told, this.#ports.now(), grantId);
      this.#ports.record("grant_ended", { grant: grantId, accountId }, origin);
      if (!own) this.#ports.accessEnded(accountId);
      this.#ports.wake();
      return true;
    });
  }

  /** Ends all grants, given and received, before the login is erased. `run` notifies the other logins. */
  endAll(): void {
    for (const { accountId, grant } of this.accounts()) {
      if (grant === null) this.endOf(accountId);
      else this.end(accountId, grant.id);
    }
  }

  /** Ends every grant of an own account, which was closed. */
  endOf(accountId: AccountId): void {
    for (const { id } of this.given(accountId) ?? []) this.end(accountId, id);
  }

  /** A grant was offered by its owner. A grant whose end arrived before its offer stays ended. */
  offered({ id, ownerRoute, ownerEmail, accountId, createdAt }: GrantOffer): void {
    if (this.#profile.principal() === null || this.#profile.isGuest()) return;
    this.#tables.transaction(() => {
      const known = this.#tables.row("SELECT 1 FROM grant_received WHERE id = ?", id);
      if (known !== undefined || this.#count("grant_received WHERE state = ?", "standing") >= GRANTS_MAX) return;
      this.#tables.write(
        `INSERT INTO grant_received (id, owner, account_id, owner_email, created_at, state, tries)
         VALUES (?, ?, ?, ?, ?, 'standing', 0)`,
        id,
        ownerRoute,
        accountId,
        this.#profile.vault().encrypt(ownerEmail),
        createdAt,
      );
      if (!this.#isNotified(ownerRoute)) return;
      this.#ports.record("grant_received", { grant: id, accountId, ownerEmail });
      this.#ports.emailReceiver(ownerEmail);
    });
  }

  /** The owner has ended a grant. */
  ended(grantId: string, ownerRoute: string): void {
    if (this.#profile.login() === null) return;
    const now = this.#ports.now();
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM grant_received WHERE state = 'ended' AND created_at <= ?", now - DAY_MS);
      const row = this.#tables.row("SELECT * FROM grant_received WHERE id = ?", grantId);
      if (row !== undefined && row["owner"] !== ownerRoute) return;
      const told = this.#isNotified(ownerRoute);
      // Kept for a day, in case the offer is still in flight.
      this.#tables.write(
        `INSERT OR REPLACE INTO grant_received (id, owner, account_id, owner_email, created_at, state, tries)
         VALUES (?, ?, '', '', ?, 'ended', 0)`,
        grantId,
        ownerRoute,
        now,
      );
      if (row?.["state"] !== "standing") return;
      if (told) this.#ports.record("grant_ended", { grant: grantId, accountId: String(row["account_id"]) });
      this.#ports.accessEnded(String(row["account_id"]));
    });
  }

  /** The receiver has returned a grant. */
  returned(grantId: string, receiverRoute: string): void {
    if (this.#profile.login() === null) return;
    const ended = "UPDATE grant_given SET state = 'ended', due_at = NULL WHERE id = ? AND receiver = ?";
    this.#tables.write(ended, grantId, receiverRoute);
  }

  dueAt(): number | null {
    const due = this.#tables.row(
      "SELECT min(due_at) AS at FROM (SELECT due_at FROM grant_given UNION ALL SELECT due_at FROM grant_received)",
    )?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Notifies the other logins, one change at a time, so that the end of a grant never overtakes its offer. */
  run(now: number): Promise<void> {
    this.#notifying = this.#notifying.then(() => this.#notifyAll(now));
    return this.#notifying;
  }

  async #notifyAll(now: number): Promise<void> {
    for (const table of ["grant_given", "grant_received"] as const) {
      for (const row of this.#tables.rows(`SELECT * FROM ${table} WHERE due_at <= ? ORDER BY created_at`, now)) {
        const id = String(row["id"]);
        const wait = Math.min(RETRY_MS * 2 ** Number(row["tries"]), RETRY_MS_MAX);
        this.#tables.write(`UPDATE ${table} SET due_at = ?, tries = tries + 1 WHERE id = ?`, now + wait, id);
        try {
          if (table === "grant_given") await this.#notifyReceiver(id, row);
          else await this.#notifyOwner(id, row);
        } catch (error) {
          this.#ports.failed(error);
        }
      }
    }
  }

  async #notifyReceiver(id: string, row: Record<string, unknown>): Promise<void> {
    const [login, receiver] = [this.#profile.login(), this.#ports.other(String(row["receiver"]))];
    if (login === null) return;
    const ending = row["state"] === "ending";
    if (ending) await receiver.ended(id, this.#ports.route);
    else {
      const accountId = typeof row["account_id"] === "string" ? row["account_id"] : login.accountId;
      const facts = { ownerRoute: this.#ports.route, ownerEmail: this.#profile.email(), accountId };
      await receiver.offered({ id, ...facts, access: "read", createdAt: Number(row["created_at"]) });
    }
    // A later change of the grant is still to be sent.
    const told = "UPDATE grant_given SET state = ?, due_at = NULL, tries = 0 WHERE id = ? AND state = ?";
    if (this.#tables.exist) this.#tables.write(told, ending ? "ended" : "standing", id, String(row["state"]));
  }

  async #notifyOwner(id: string, row: Record<string, unknown>): Promise<void> {
    await this.#ports.other(String(row["owner"])).returned(id, this.#ports.route);
    if (this.#tables.exist) this.#tables.write("DELETE FROM grant_received WHERE id = ? AND state = 'ending'", id);
  }

  /** Whether the user is notified of a grant from this owner: within the daily limits. */
  #isNotified(ownerRoute: string): boolean {
    const since = this.#ports.now() - DAY_MS;
    const lately = this.#tables.rows("SELECT owner FROM grant_received WHERE created_at > ?", since);
    const ofOwner = lately.filter(({ owner }) => owner === ownerRoute);
    return ofOwner.length <= NOTIFICATIONS_OF_OWNER_MAX && lately.length <= NOTIFICATIONS_A_DAY_MAX;
  }

  #owns(accountId: AccountId): boolean {
    return this.#profile.principal() !== null && this.#profile.owns(accountId);
  }

  #firstAccount(): AccountId {
    return this.#profile.login()?.accountId ?? "";
  }

  #count(from: string, bind: string | number): number {
    return Number(this.#tables.row(`SELECT count(*) AS n FROM ${from}`, bind)?.["n"] ?? 0);
  }

  #view(row: Record<string, unknown>): GrantView {
    const email = this.#profile.vault().decrypt(String(row["email"]));
    return { id: String(row["id"]), email, access: "read", createdAt: Number(row["created_at"]) };
  }
}
