/** The personal details that a user has entered. No decision depends on them. */
import type { PersonalDetails } from "../../../protocol/rpc/identity/privacy.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

export class PersonalDetailsStore {
  readonly #tables: Tables;
  readonly #profile: Profile;

  constructor(tables: Tables, profile: Profile) {
    this.#tables = tables;
    this.#profile = profile;
  }

  view(): PersonalDetails {
    const row = this.#tables.row("SELECT name, country FROM person");
    const decrypted = (value: unknown) => (typeof value === "string" ? this.#profile.vault().decrypt(value) : null);
    return { name: decrypted(row?.["name"]), country: decrypted(row?.["country"]) };
  }

  /** Changes the given fields; null removes one. Throws when there is no login. */
  change(change: Partial<PersonalDetails>): void {
    const { name, country } = { ...this.view(), ...change };
    const encrypted = (text: string | null) => (text === null ? null : this.#profile.vault().encrypt(text));
    this.#tables.write(
      `INSERT INTO person (id, name, country) VALUES (1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, country = excluded.country`,
      encrypted(name),
      encrypted(country),
    );
  }
}
