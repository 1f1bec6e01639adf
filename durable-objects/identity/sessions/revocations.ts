/**
 * Tells relays that something they verified is over. Who has verified is on disk, and so is what each still has to be
 * told: a relay that is out of reach is told until it answers.
 */
import type { Tables } from "../tables.ts";

/** Waits between attempts: the first, and the longest. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface RevocationPorts {
  now(): number;
  /** Notifies a relay; `keep`: the relay still holds sockets of this login. */
  notify(relay: string, credentials: readonly string[] | "all"): Promise<{ readonly keep: boolean }>;
  /** Something is to be told at once: runs `run` soon, outside the call that asked. */
  wake(): void;
  failed(error: unknown): void;
}

/** Stands for every credential of the login. */
const ALL = "*";

export class Revocations {
  readonly #tables: Tables;
  readonly #ports: RevocationPorts;

  constructor(tables: Tables, ports: RevocationPorts) {
    this.#tables = tables;
    this.#ports = ports;
  }

  /** A relay has been told that a credential of this login is right. */
  watch(relay: string): void {
    this.#tables.write(
      "INSERT INTO relay_watch (relay, asked) VALUES (?, 1) ON CONFLICT (relay) DO UPDATE SET asked = asked + 1",
      relay,
    );
  }

  /** These sessions or keys (or everything of the login) do not count any more: every relay that knows any is told. */
  announce(credentials: readonly string[] | "all"): void {
    const ids = credentials === "all" ? [ALL] : credentials;
    const relays = this.#tables.rows("SELECT relay FROM relay_watch").map(({ relay }) => String(relay));
    if (ids.length === 0 || relays.length === 0) return;
    const now = this.#ports.now();
    for (const relay of relays) {
      for (const id of ids) {
        this.#tables.write("INSERT OR IGNORE INTO revocation (relay, credential) VALUES (?, ?)", relay, id);
      }
      this.#tables.write("UPDATE relay_watch SET due_at = ?, tries = 0 WHERE relay = ?", now, relay);
    }
    this.#ports.wake();
  }

  /** When somebody is to be told; null: nobody is. */
  dueAt(): number | null {
    const due = this.#tables.row("SELECT min(due_at) AS at FROM relay_watch")?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Tells every relay whose time it is. */
  async run(now: number): Promise<void> {
    const due = this.#tables.rows("SELECT relay, asked, tries FROM relay_watch WHERE due_at <= ?", now);
    await Promise.all(
      due.map(({ relay, asked, tries }) => this.#tell(String(relay), Number(asked), Number(tries), now)),
    );
  }

  async #tell(relay: string, asked: number, tries: number, now: number): Promise<void> {
    const ids = this.#tables
      .rows("SELECT credential FROM revocation WHERE relay = ?", relay)
      .map(({ credential }) => String(credential));
    // Whoever else runs meanwhile need not tell the same; and if this try is cut off, there is another.
    const wait = Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX);
    this.#tables.write("UPDATE relay_watch SET due_at = ?, tries = tries + 1 WHERE relay = ?", now + wait, relay);
    try {
      const { keep } = await this.#ports.notify(relay, ids.includes(ALL) ? "all" : ids);
      this.#tables.transaction(() => this.#told(relay, ids, keep ? null : asked));
    } catch (error) {
      this.#ports.failed(error);
    }
  }

  /** `asked`: how often the relay had asked when it was told, if it has no more to do with this login. */
  #told(relay: string, ids: readonly string[], asked: number | null): void {
    for (const id of ids) {
      this.#tables.write("DELETE FROM revocation WHERE relay = ? AND credential = ?", relay, id);
    }
    const more = this.#tables.row("SELECT 1 FROM revocation WHERE relay = ?", relay) !== undefined;
    if (!more) this.#tables.write("UPDATE relay_watch SET due_at = NULL, tries = 0 WHERE relay = ?", relay);
    // One that has asked again since then has to do with it again.
    if (asked !== null && !more) {
      this.#tables.write("DELETE FROM relay_watch WHERE relay = ? AND asked = ?", relay, asked);
    }
  }
}
