/** Writes a login's entry in the directory of users, and again whenever it has changed. */
import type { LoginRoute, UserId } from "../../../domain/ids.ts";
import type { DirectoryEntry, DirectoryRpc } from "../../../protocol/rpc/directory.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface DirectoryEntryPorts {
  readonly route: LoginRoute;
  now(): number;
  directory(userId: UserId): Pick<DirectoryRpc, "enter">;
  /** The object's alarm is to be set. */
  wake(): void;
  failed(error: unknown): void;
}

export class DirectoryEntryTask implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: DirectoryEntryPorts;

  constructor(tables: Tables, profile: Profile, ports: DirectoryEntryPorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** To be called when the login is used or changed: sets the alarm when the directory's entry is out of date. */
  schedule(): void {
    if (this.dueAt() !== null) this.#ports.wake();
  }

  dueAt(): number | null {
    const entry = this.#entry();
    if (entry === null) return null;
    const told = this.#tables.row("SELECT told, due_at FROM directory_entry");
    if (told?.["told"] === JSON.stringify(entry)) return null;
    return typeof told?.["due_at"] === "number" ? told["due_at"] : 0;
  }

  async run(now: number): Promise<void> {
    const entry = this.#entry();
    if (entry === null) return;
    const tries = Number(this.#tables.row("SELECT tries FROM directory_entry")?.["tries"] ?? 0);
    const wait = Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX);
    this.#tables.write(
      `INSERT INTO directory_entry (id, told, due_at, tries) VALUES (1, '', ?, 1)
       ON CONFLICT (id) DO UPDATE SET due_at = excluded.due_at, tries = tries + 1`,
      now + wait,
    );
    try {
      await this.#ports.directory(entry.userId).enter(entry);
    } catch (error) {
      this.#ports.failed(error);
      return;
    }
    if (!this.#tables.exist) return;
    this.#tables.write("UPDATE directory_entry SET told = ?, due_at = NULL, tries = 0", JSON.stringify(entry));
  }

  #entry(): DirectoryEntry | null {
    const login = this.#profile.login();
    // A login whose e-mail was never verified is not a user.
    if (login === null || login.verifiedAt === null) return null;
    const { userId, accountId, createdAt, disabledAt } = login;
    return { userId, route: this.#ports.route, accountId, createdAt, disabledAt };
  }
}
