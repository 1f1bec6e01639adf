/**
 * Accounts that logins share with each other, read-only. Owner and receiver are two objects: each keeps its side, and
 * tells the other by the alarm until it has answered. Whether an e-mail has a login, the owner cannot tell from it.
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
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** Grants that one login may give in a day: each is a letter to somebody. */
export const GRANTS_A_DAY_MAX = 20;
/** Grants that stand at a time; those received beyond it are not taken. */
export const GRANTS_MAX = 50;
/**
 * Of how many grants in a day a user is told, of one owner and of all together: whoever shares and takes back by the
 * dozen must not fill another's mailbox, nor push out of its security log what happened to the login.
 */
export const TOLD_OF_OWNER_MAX = 2;
export const TOLD_A_DAY_MAX = 20;
const DAY_MS = 86_400_000;
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

/** What a grant allows. */
const SCOPES_OF: Readonly<Record<GrantAccess, readonly Scope[]>> = { read: ["read"] };

export interface GrantPorts {
  readonly route: LoginRoute;
  now(): number;
  /** The route of the login of an e-mail; of one without a login, the plain route. */
  routeOf(email: string): Promise<string>;
  /** The login at the other end. */
  other(route: LoginRoute): Pick<GrantRpc, "offered" | "ended" | "returned">;
  record(kind: "grant_given" | "grant_ended" | "grant_received", facts: Record<string, unknown>, origin?: Origin): void;
  /** Writes to the user that an account is shared with it. */
  emailReceiver(ownerEmail: string): void;
  /** Tells the user of this login by e-mail that the account was shared. */
  emailOwner(email: string): void;
  /** The login may not use this account any more. */
  accessEnded(accountId: AccountId): void;
  /** The other end is to be told something. */
  wake(): void;
  failed(error: unknown): void;
}

export class Grants implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: GrantPorts;
  #telling: Promise<void> = Promise.resolve();

  constructor(tables: Tables, profile: Profile, ports: GrantPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** The own account first, then those that others share. */
  accounts(): AccountEntry[] {
    const login = this.#profile.login();
    if (login === null) return [];
    const shared = this.#tables.rows("SELECT * FROM grant_received WHERE state = 'standing' ORDER BY created_at, id");
    return [
      { accountId: login.accountId, grant: null },
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
    return this.#tables.row(standing, accountId) === undefined ? [] : SCOPES_OF.read;
  }

  /** Shares the own account. Refuses any other account, the own e-mail, and too many. */
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
      const given = this.#tables.row(
        "SELECT * FROM grant_given WHERE receiver = ? AND state IN ('offered', 'standing')",
        route,
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
        "INSERT INTO grant_given (id, receiver, email, created_at, state, due_at, tries) VALUES (?, ?, ?, ?, 'offered', ?, 0)",
        id,
        route,
        this.#profile.vault().encrypt(to),
        now,
        now,
      );
      this.#ports.record("grant_given", { grant: id, email: to, access }, origin);
      this.#ports.emailOwner(to);
      this.#ports.wake();
      return { ok: true, value: { id, email: to, access, createdAt: now } };
    });
  }

  /** Whom the account is shared with; null when it is not the login's own. */
  given(accountId: AccountId): GrantView[] | null {
    if (!this.#owns(accountId)) return null;
    const rows = "SELECT * FROM grant_given WHERE state IN ('offered', 'standing') ORDER BY created_at, id";
    return this.#tables.rows(rows).map((row) => this.#view(row));
  }

  /** Ends a grant of the own account, or gives back one of another's. False: there is none. */
  end(accountId: AccountId, grantId: string, origin?: Origin): boolean {
    return this.#tables.transaction(() => {
      const own = this.#owns(accountId);
      const found = own
        ? this.#tables.row("SELECT 1 FROM grant_given WHERE id = ? AND state IN ('offered', 'standing')", grantId)
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

  /** Ends everything given and received: of a login that is about to be no more. Both kinds are told by `run`. */
  endAll(): void {
    const login = this.#profile.login();
    if (login === null) return;
    for (const { id } of this.given(login.accountId) ?? []) this.end(login.accountId, id);
    for (const { accountId, grant } of this.accounts()) if (grant !== null) this.end(accountId, grant.id);
  }

  /** The other side's grant comes here. One that ended before it came does not begin again. */
  offered({ id, ownerRoute, ownerEmail, accountId, createdAt }: GrantOffer): void {
    if (this.#profile.principal() === null) return;
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
      if (!this.#isTold(ownerRoute)) return;
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
      const told = this.#isTold(ownerRoute);
      // Kept for a day, in case the offer is still on its way.
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

  /** The receiver has given a grant back. */
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

  /** Tells the other ends. One at a time, so that the end of a grant never overtakes its offer. */
  run(now: number): Promise<void> {
    this.#telling = this.#telling.then(() => this.#tellAll(now));
    return this.#telling;
  }

  async #tellAll(now: number): Promise<void> {
    for (const table of ["grant_given", "grant_received"] as const) {
      for (const row of this.#tables.rows(`SELECT * FROM ${table} WHERE due_at <= ? ORDER BY created_at`, now)) {
        const id = String(row["id"]);
        const wait = Math.min(RETRY_MS * 2 ** Number(row["tries"]), RETRY_MS_MAX);
        this.#tables.write(`UPDATE ${table} SET due_at = ?, tries = tries + 1 WHERE id = ?`, now + wait, id);
        try {
          if (table === "grant_given") await this.#tellReceiver(id, row);
          else await this.#tellOwner(id, row);
        } catch (error) {
          this.#ports.failed(error);
        }
      }
    }
  }

  async #tellReceiver(id: string, row: Record<string, unknown>): Promise<void> {
    const [login, receiver] = [this.#profile.login(), this.#ports.other(String(row["receiver"]))];
    if (login === null) return;
    const ending = row["state"] === "ending";
    if (ending) await receiver.ended(id, this.#ports.route);
    else {
      const { accountId } = login;
      const facts = { ownerRoute: this.#ports.route, ownerEmail: this.#profile.email(), accountId };
      await receiver.offered({ id, ...facts, access: "read", createdAt: Number(row["created_at"]) });
    }
    // What came meanwhile is to be told next.
    const told = "UPDATE grant_given SET state = ?, due_at = NULL, tries = 0 WHERE id = ? AND state = ?";
    if (this.#tables.exist) this.#tables.write(told, ending ? "ended" : "standing", id, String(row["state"]));
  }

  async #tellOwner(id: string, row: Record<string, unknown>): Promise<void> {
    await this.#ports.other(String(row["owner"])).returned(id, this.#ports.route);
    if (this.#tables.exist) this.#tables.write("DELETE FROM grant_received WHERE id = ? AND state = 'ending'", id);
  }

  /** Whether the user is told of what this owner shares: not when there is too much of it within a day. */
  #isTold(ownerRoute: string): boolean {
    const since = this.#ports.now() - DAY_MS;
    const lately = this.#tables.rows("SELECT owner FROM grant_received WHERE created_at > ?", since);
    const ofOwner = lately.filter(({ owner }) => owner === ownerRoute);
    return ofOwner.length <= TOLD_OF_OWNER_MAX && lately.length <= TOLD_A_DAY_MAX;
  }

  #owns(accountId: AccountId): boolean {
    return this.#profile.principal()?.accountId === accountId;
  }

  #count(from: string, bind: string | number): number {
    return Number(this.#tables.row(`SELECT count(*) AS n FROM ${from}`, bind)?.["n"] ?? 0);
  }

  #view(row: Record<string, unknown>): GrantView {
    const email = this.#profile.vault().decrypt(String(row["email"]));
    return { id: String(row["id"]), email, access: "read", createdAt: Number(row["created_at"]) };
  }
}
