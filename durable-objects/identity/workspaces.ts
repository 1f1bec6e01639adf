/** The layouts of a user's terminal: one document, encrypted, because names and notes in it are the user's. */
import type { StoredWorkspaces } from "../../protocol/rpc/identity/workspaces.ts";
import type { Profile } from "./profile.ts";
import type { Tables } from "./tables.ts";

const NONE: StoredWorkspaces = { version: 0, document: null, updatedAt: null };

export class Workspaces {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #now: () => number;

  constructor(tables: Tables, profile: Profile, now: () => number) {
    this.#tables = tables;
    this.#profile = profile;
    this.#now = now;
  }

  read(): StoredWorkspaces {
    const row = this.#tables.row("SELECT version, document, updated_at FROM workspace");
    if (row === undefined) return NONE;
    return {
      version: Number(row["version"]),
      document: this.#profile.vault().decrypt(String(row["document"])),
      updatedAt: Number(row["updated_at"]),
    };
  }

  /** Stores a document that was made from a version; null when that is not the present one. */
  write(version: number, document: string): StoredWorkspaces | null {
    return this.#tables.transaction(() => {
      if (this.read().version !== version) return null;
      const stored: StoredWorkspaces = { version: version + 1, document, updatedAt: this.#now() };
      this.#tables.write(
        `INSERT INTO workspace (id, version, document, updated_at) VALUES (1, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET
           version = excluded.version, document = excluded.document, updated_at = excluded.updated_at`,
        stored.version,
        this.#profile.vault().encrypt(document),
        stored.updatedAt,
      );
      return stored;
    });
  }
}
