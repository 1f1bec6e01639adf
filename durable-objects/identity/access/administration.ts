/**
 * What administrators may do with a login. Each action is recorded in the login's security log, which its user can
 * read.
 */
import type { UserId } from "../../../domain/ids.ts";
import type { Plan } from "../../../domain/rateLimit.ts";
import type { UserChange, UserView } from "../../../protocol/rpc/identity/admin.ts";
import { AccountRows } from "../accounts/accountRows.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

export interface AdministrationPorts {
  now(): number;
  record(kind: string, facts: Readonly<Record<string, unknown>>): void;
  sessions(): number;
  endSessions(why: string): number;
  keys(): number;
  revokeKey(keyId: string): boolean;
  /** Cached verifications of this login's credentials are no longer valid. */
  changed(): void;
  /** Open connections of this login are counted by its new plan. */
  planChanged(plan: Plan): void;
}

export class Administration {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: AdministrationPorts;

  constructor(tables: Tables, profile: Profile, ports: AdministrationPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  view(): UserView | null {
    const login = this.#profile.login();
    if (login === null) return null;
    const { userId, accountId, roles, plan, region, createdAt, verifiedAt, disabledAt } = login;
    const counts = { sessions: this.#ports.sessions(), keys: this.#ports.keys() };
    const email = this.#profile.email();
    const accounts = new AccountRows(this.#tables, this.#profile).list();
    return { userId, accountId, email, roles, plan, region, createdAt, verifiedAt, disabledAt, accounts, ...counts };
  }

  /** Changes roles, plan or status. A disabled login keeps its API keys, but none of its credentials is accepted. */
  change({ roles, plan, disabled }: UserChange, by: UserId, approvedBy?: UserId): UserView | null {
    return this.#tables.transaction(() => {
      const before = this.#profile.login();
      if (before === null) return null;
      if (roles !== undefined) this.#tables.write("UPDATE login SET roles = ?", roles.join(" "));
      if (plan !== undefined) this.#tables.write("UPDATE login SET plan = ?", plan);
      if (disabled !== undefined && disabled !== (before.disabledAt !== null)) {
        this.#tables.write("UPDATE login SET disabled_at = ?", disabled ? this.#ports.now() : null);
      }
      const facts = Object.entries({ roles, plan, disabled }).filter(([, value]) => value !== undefined);
      this.#ports.record("admin_changed_user", {
        by,
        ...(approvedBy === undefined ? {} : { approvedBy }),
        ...Object.fromEntries(facts),
      });
      if (disabled === true) this.#ports.endSessions("disabled");
      if (roles !== undefined || disabled !== undefined) this.#ports.changed();
      // A change of the plan alone closes no sockets, and so cancels no orders that depend on them.
      else if (plan !== undefined) this.#ports.planChanged(plan);
      return this.view();
    });
  }

  endSessions(by: UserId): number {
    if (this.#profile.login() === null) return 0;
    const ended = this.#ports.endSessions("administrator");
    this.#ports.record("admin_ended_sessions", { by, sessions: ended });
    return ended;
  }

  revokeKey(keyId: string, by: UserId): boolean {
    const revoked = this.#profile.login() !== null && this.#ports.revokeKey(keyId);
    if (revoked) this.#ports.record("admin_revoked_key", { by, keyId });
    return revoked;
  }
}
