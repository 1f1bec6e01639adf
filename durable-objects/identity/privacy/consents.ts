/** A user's consents: an append-only log, until the login is erased. */
import type { Origin } from "../../../domain/account/state/events.ts";
import type { ConsentChange, ConsentEntry } from "../../../protocol/rpc/identity/privacy.ts";
import { CONSENTS } from "../../../protocol/wire/privacy.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

export class Consents {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  /** All entries, oldest first. */
  list(): ConsentEntry[] {
    return this.#tables.rows("SELECT at, what, value, origin FROM consent ORDER BY id").flatMap((row) => {
      const what = CONSENTS.find((name) => name === row["what"]);
      if (what === undefined) return [];
      const origin = JSON.parse(this.#profile.vault().decrypt(String(row["origin"]))) as Origin;
      const value = JSON.parse(String(row["value"])) as ConsentEntry["value"];
      return [{ at: Number(row["at"]), what, value, origin }];
    });
  }

  /** Adds entries for the values that have changed. Throws when there is no login. */
  record(change: ConsentChange, origin: Origin): void {
    this.#tables.transaction(() => {
      for (const what of CONSENTS) {
        const value = change[what];
        if (value === undefined) continue;
        const text = JSON.stringify(value);
        const said = this.#tables.row("SELECT value FROM consent WHERE what = ? ORDER BY id DESC LIMIT 1", what);
        if (said?.["value"] === text) continue;
        const encrypted = this.#profile.vault().encrypt(JSON.stringify(origin));
        this.#tables.write(
          "INSERT INTO consent (at, what, value, origin) VALUES (?, ?, ?, ?)",
          this.#now(),
          what,
          text,
          encrypted,
        );
      }
    });
  }
}
