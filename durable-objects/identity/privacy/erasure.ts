/**
 * Erases a login. The request is a row, so an interrupted erasure continues by the alarm; each step is idempotent.
 * First the accounts, which may refuse; then everything that other objects store; then the login itself.
 */
import type { Log } from "../../../protocol/log/events.ts";
import type { AccountId } from "../../../domain/ids.ts";
import type { AccountRemainder } from "../../../protocol/rpc/accountPrivacy.ts";
import type { Erased } from "../../../protocol/rpc/identity/privacy.ts";
import type { BackgroundTask } from "../backgroundTasks.ts";
import type { Profile } from "../profile.ts";
import type { Tables } from "../tables.ts";

const RETRY_MS = 5_000;
/** How long other objects are notified before the login is deleted anyway: later calls find that it does not exist. */
const NOTIFY_TIMEOUT_MS = 10 * 60_000;

export interface ErasurePorts {
  now(): number;
  /** What is left in an account; null: nothing. */
  accountRemainder(accountId: AccountId): Promise<AccountRemainder | null>;
  /** Destroys the account's data encryption key, or returns what is left in the account. */
  eraseAccount(accountId: AccountId, forced: boolean): Promise<AccountRemainder | null>;
  /** Ends grants and credentials: the notifications are stored. */
  endAccess(): void;
  /** Sends the notifications. Rejects when it has to be called again. */
  notifyOthers(): Promise<void>;
  /** Deletes the object's storage. */
  deleteAll(): Promise<void>;
  /** Sets the alarm. */
  arm(): void;
  readonly log: Log;
}

export class Erasure implements BackgroundTask {
  readonly #tables: Tables;
  readonly #profile: Profile;
  readonly #ports: ErasurePorts;
  #running: Promise<Erased> | null = null;

  constructor(tables: Tables, profile: Profile, ports: ErasurePorts) {
    this.#tables = tables;
    this.#profile = profile;
    this.#ports = ports;
  }

  /** Starts the erasure, and completes it when nothing fails. A login that does not exist is erased already. */
  async erase(forced: boolean): Promise<Erased> {
    if (this.#profile.login() === null) return { kind: "erased" };
    const now = this.#ports.now();
    this.#tables.write(
      `INSERT INTO erasure (id, asked_at, forced, due_at) VALUES (1, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET forced = max(forced, excluded.forced), due_at = excluded.due_at`,
      now,
      forced ? 1 : 0,
      now + RETRY_MS,
    );
    this.#ports.arm();
    try {
      return await this.#goOn();
    } catch (error) {
      this.#ports.log("erasure.unfinished", { error: String(error) });
      return { kind: "begun" };
    }
  }

  dueAt(): number | null {
    const due = this.#tables.row("SELECT due_at FROM erasure")?.["due_at"];
    return typeof due === "number" ? due : null;
  }

  async run(now: number): Promise<void> {
    this.#tables.write("UPDATE erasure SET due_at = ?", now + RETRY_MS);
    await this.#goOn();
  }

  /** Concurrent callers share one run. */
  #goOn(): Promise<Erased> {
    this.#running ??= this.#steps().finally(() => (this.#running = null));
    return this.#running;
  }

  async #steps(): Promise<Erased> {
    const asked = this.#tables.row("SELECT asked_at, forced FROM erasure");
    const login = this.#profile.login();
    if (asked === undefined || login === null) return { kind: "erased" };
    const { userId } = login;
    const forced = asked["forced"] === 1;
    const accountIds = this.#profile.accountIds();
    const left = await this.#eraseAccounts(accountIds, forced);
    if (left !== null) {
      // An administrator may have forced the erasure meanwhile.
      if (!forced && this.#tables.row("SELECT forced FROM erasure")?.["forced"] === 1) return this.#steps();
      this.#tables.write("DELETE FROM erasure");
      return { kind: "refused", left };
    }
    // One that was opened meanwhile.
    if (this.#profile.accountIds().length > accountIds.length) return this.#steps();
    // From here on the erasure cannot be cancelled: no credential of the login is accepted.
    this.#tables.transaction(() => {
      this.#ports.endAccess();
      this.#tables.write("UPDATE login SET disabled_at = coalesce(disabled_at, ?)", this.#ports.now());
    });
    try {
      await this.#ports.notifyOthers();
    } catch (error) {
      if (this.#ports.now() - Number(asked["asked_at"]) < NOTIFY_TIMEOUT_MS) throw error;
      this.#ports.log("erasure.unannounced", { error: String(error) });
    }
    // Overwritten in place with text of the same length: the key is gone even where deleted files remain.
    this.#tables.write("UPDATE login SET vault = replace(hex(zeroblob(length(vault))), '00', '0')");
    await this.#ports.deleteAll();
    this.#profile.remove();
    this.#ports.log("login.erased", { userId, forced });
    return { kind: "erased" };
  }

  /** Erases every account, or returns what is left in them: then none is erased, unless an order came in between. */
  async #eraseAccounts(accountIds: readonly AccountId[], forced: boolean): Promise<AccountRemainder | null> {
    if (!forced && accountIds.length > 1) {
      const left = await Promise.all(accountIds.map((accountId) => this.#ports.accountRemainder(accountId)));
      const found = left.filter((each) => each !== null);
      if (found.length > 0) return sumOf(found);
    }
    for (const accountId of accountIds) {
      const left = await this.#ports.eraseAccount(accountId, forced);
      if (left !== null) return left;
    }
    return null;
  }
}

function sumOf(left: readonly AccountRemainder[]): AccountRemainder {
  const sum = (of: (each: AccountRemainder) => number): number => left.reduce((all, each) => all + of(each), 0);
  return {
    orders: sum(({ orders }) => orders),
    positions: [...new Set(left.flatMap(({ positions }) => positions))].sort(),
    cash: sum(({ cash }) => cash),
    transfers: sum(({ transfers = 0 }) => transfers),
  };
}
