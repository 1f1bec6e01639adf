/** The security log of a login, which its user can read: sign-ins, changes of credentials, alerts. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { SecurityEntry } from "../../../protocol/rpc/identity/sessions.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

/** The newest entries that are kept. */
const ENTRIES_MAX = 1_000;

export class SecurityLog {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  /** Adds an entry. Throws when there is no login. `facts` are encrypted, and must not hold secrets. */
  record(kind: string, facts: Readonly<Record<string, unknown>>, origin?: Origin): void {
    const encrypted = this.#profile.vault().encrypt(JSON.stringify({ facts, origin: origin ?? null }));
    this.#tables.write("INSERT INTO security_log (at, kind, body) VALUES (?, ?, ?)", this.#now(), kind, encrypted);
    this.#tables.write("DELETE FROM security_log WHERE id <= (SELECT max(id) FROM security_log) - ?", ENTRIES_MAX);
  }

  /** The newest entries, newest first. */
  list(limit = ENTRIES_MAX): SecurityEntry[] {
    const rows = this.#tables.rows("SELECT at, kind, body FROM security_log ORDER BY id DESC LIMIT ?", limit);
    return rows.map((row) => {
      const body = this.#profile.vault().decrypt(String(row["body"]));
      return {
        at: Number(row["at"]),
        kind: String(row["kind"]),
        ...(JSON.parse(body) as Pick<SecurityEntry, "facts" | "origin">),
      };
    });
  }
}
