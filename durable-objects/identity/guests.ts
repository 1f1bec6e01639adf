/**
 * Guests: visitors who try the exchange without signing up. A guest's login has a paper account and nothing else: no
 * password, so that nobody signs in to it again and no step-up is possible; no mailbox; and an end, when it is erased.
 */
import type { Origin } from "../../domain/account/state/events.ts";
import { newAccountId, newUserId } from "../../protocol/ids/residency.ts";
import type { IdentityOutcome } from "../../protocol/rpc/identity.ts";
import { GUEST_MS, type SessionGrant, type SessionStart } from "../../protocol/rpc/identity/sessions.ts";
import { AccountRows } from "./accounts/accountRows.ts";
import type { BackgroundTask } from "./backgroundTasks.ts";
import type { Profile } from "./profile.ts";
import type { Tables } from "./tables.ts";

/** What a guest's account is called. */
const ACCOUNT_NAME = "Demo";

export interface GuestPorts {
  now(): number;
  /** Opens the accounts whose rows are written. Repeatable. */
  openAccounts(now: number): Promise<void>;
  startSession(start: SessionStart): SessionGrant;
  /** Erases the login, whatever its account has. Repeatable. */
  erase(): Promise<unknown>;
  /** The object's alarm is to be set. */
  wake(): void;
}

export class Guests implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: GuestPorts;

  constructor(tables: Tables, profile: Profile, ports: GuestPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** Creates the login with its paper account, and begins its only session. */
  async create(email: string, origin: Origin): Promise<IdentityOutcome<SessionGrant>> {
    const now = this.#ports.now();
    if (!this.#write(email, origin, now)) return { ok: false, reason: "email_taken" };
    this.#ports.wake();
    await this.#ports.openAccounts(now);
    const accountId = this.#profile.principal()?.accountId ?? "";
    // Its object did not answer: the alarm opens it, and the visitor tries again.
    if (!this.#profile.hasOpen(accountId)) return { ok: false, reason: "account_not_open" };
    const start: SessionStart = { kind: "person", proofs: [], steppedUp: false, origin };
    return { ok: true, value: this.#ports.startSession(start) };
  }

  dueAt(): number | null {
    return this.#profile.login()?.guestUntil ?? null;
  }

  async run(): Promise<void> {
    await this.#ports.erase();
  }

  #write(email: string, origin: Origin, now: number): boolean {
    return this.#tables.transaction(() => {
      const accountId = newAccountId("world", "paper");
      const guest = { email, userId: newUserId("world"), accountId, roles: ["trader"], plan: "standard" } as const;
      const created = this.#profile.createGuest(
        { ...guest, region: "world", passwordHash: null, verifiedAt: now },
        now,
        now + GUEST_MS,
      );
      if (!created) return false;
      const account = { type: "paper", name: ACCOUNT_NAME, request: null } as const;
      new AccountRows(this.#tables, this.#profile).insert(accountId, account, origin, now);
      return true;
    });
  }
}
