/** Security notifications to the user, and the list of credentials that they mention. */
import type { RequestedWithdrawal } from "../../../protocol/rpc/identity/notifications.ts";
import type { Origin } from "../../../domain/account/state/events.ts";
import type { SecurityLog } from "../sessions/securityLog.ts";
import type { Tables } from "../tables.ts";
import type { Emails } from "./emails.ts";

/** A withdrawal is decided within seven days; its request is not repeated after that. */
const REPEATED_MS = 30 * 86_400_000;

export class Notifications {
  readonly #tables: Tables;
  readonly #emails: Pick<Emails, "queue">;
  readonly #log: Pick<SecurityLog, "record">;
  readonly #now: () => number;

  constructor(tables: Tables, emails: Pick<Emails, "queue">, log: Pick<SecurityLog, "record">, now: () => number) {
    this.#tables = tables;
    this.#emails = emails;
    this.#log = log;
    this.#now = now;
  }

  /** Notifies the user of a requested withdrawal, once for each id, however often it is called. */
  withdrawalRequested({ id, amount }: RequestedWithdrawal, origin: Origin): void {
    if (!this.#tables.exist || this.#tables.row("SELECT 1 FROM told_withdrawal WHERE id = ?", id) !== undefined) return;
    const now = this.#now();
    this.#tables.transaction(() => {
      this.#tables.write("DELETE FROM told_withdrawal WHERE at <= ?", now - REPEATED_MS);
      this.#tables.write("INSERT INTO told_withdrawal (id, at) VALUES (?, ?)", id, now);
      this.#log.record("withdrawal_asked", { withdrawal: id, amount }, origin);
      this.#emails.queue("withdrawal_asked", { id, amount, at: now });
    });
  }

  /** The credentials and grants of the login besides its password and API keys, as text for an e-mail. */
  otherCredentials(): string[] {
    const count = (query: string): number => Number(this.#tables.row(`SELECT count(*) AS n ${query}`)?.["n"] ?? 0);
    const passkeys = count("FROM passkey");
    const apps = count("FROM totp WHERE state = 'active'");
    const guests = count("FROM grant_given WHERE state IN ('offered', 'standing')");
    const providers = this.#tables.rows("SELECT DISTINCT provider FROM external_link ORDER BY provider");
    return [
      ...(passkeys === 0 ? [] : [`passkeys: ${passkeys}`]),
      ...(apps === 0 ? [] : ["an authenticator app"]),
      ...providers.map(({ provider }) => `sign-in with ${String(provider)}`),
      ...(guests === 0 ? [] : [`people who may read your account: ${guests}`]),
    ];
  }
}
