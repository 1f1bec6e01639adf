/**
 * Notifies relays that a credential which they verified has ended, or that its login has another plan. The relays and the pending notifications are stored,
 * and sent until each is acknowledged.
 */
import type { Plan } from "../../../domain/rateLimit.ts";
import type { Tables } from "../tables.ts";

/** The first and the longest wait between attempts. */
const RETRY_MS = 1_000;
const RETRY_MS_MAX = 60_000;

export interface RevocationPorts {
  now(): number;
  /** Notifies a relay, also of the plan if that has changed; `keep`: the relay still holds sockets of this login. */
  notify(relay: string, credentials: readonly string[] | "all", plan: boolean): Promise<{ readonly keep: boolean }>;
  /** There is a notification to send: calls `run` soon, outside the current call. */
  wake(): void;
  failed(error: unknown): void;
}

/** Stands for every credential of the login. */
const ALL = "*";
/** Begins what stands for a changed plan. No credential has such an id. */
const PLAN = "plan:";

export class Revocations {
  readonly #tables: Tables;
  readonly #ports: RevocationPorts;

  constructor(tables: Tables, ports: RevocationPorts) {
    this.#tables = tables;
    this.#ports = ports;
  }

  /** A relay has verified a credential of this login. */
  watch(relay: string): void {
    this.#tables.write(
      "INSERT INTO relay_watch (relay, asked) VALUES (?, 1) ON CONFLICT (relay) DO UPDATE SET asked = asked + 1",
      relay,
    );
  }

  /** Ends these sessions or keys (or all credentials of the login): every watching relay is notified. */
  announce(credentials: readonly string[] | "all"): void {
    this.#queue(credentials === "all" ? [ALL] : credentials);
  }

  /** The login has this plan now: every watching relay is notified. */
  announcePlan(plan: Plan): void {
    this.#queue([`${PLAN}${plan}`]);
  }

  #queue(ids: readonly string[]): void {
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

  /** When the next notification is due; null: none. */
  dueAt(): number | null {
    const due = this.#tables.row("SELECT min(due_at) AS at FROM relay_watch")?.["at"];
    return typeof due === "number" ? due : null;
  }

  /** Sends the due notifications. */
  async run(now: number): Promise<void> {
    const due = this.#tables.rows("SELECT relay, asked, tries FROM relay_watch WHERE due_at <= ?", now);
    await Promise.all(
      due.map(({ relay, asked, tries }) => this.#notify(String(relay), Number(asked), Number(tries), now)),
    );
  }

  async #notify(relay: string, asked: number, tries: number, now: number): Promise<void> {
    const ids = this.#tables
      .rows("SELECT credential FROM revocation WHERE relay = ?", relay)
      .map(({ credential }) => String(credential));
    // Rescheduled first: a concurrent run does not send the same, and an attempt that is cut off is repeated.
    const wait = Math.min(RETRY_MS * 2 ** tries, RETRY_MS_MAX);
    this.#tables.write("UPDATE relay_watch SET due_at = ?, tries = tries + 1 WHERE relay = ?", now + wait, relay);
    try {
      const credentials = ids.filter((id) => !id.startsWith(PLAN));
      const ended = ids.includes(ALL) ? "all" : credentials;
      const { keep } = await this.#ports.notify(relay, ended, credentials.length < ids.length);
      this.#tables.transaction(() => this.#notified(relay, ids, keep ? null : asked));
    } catch (error) {
      this.#ports.failed(error);
    }
  }

  /** `asked`: how often the relay had verified when it was notified; null when it keeps watching. */
  #notified(relay: string, ids: readonly string[], asked: number | null): void {
    for (const id of ids) {
      this.#tables.write("DELETE FROM revocation WHERE relay = ? AND credential = ?", relay, id);
    }
    const more = this.#tables.row("SELECT 1 FROM revocation WHERE relay = ?", relay) !== undefined;
    if (!more) this.#tables.write("UPDATE relay_watch SET due_at = NULL, tries = 0 WHERE relay = ?", relay);
    // A relay that has verified again since then keeps watching.
    if (asked !== null && !more) {
      this.#tables.write("DELETE FROM relay_watch WHERE relay = ? AND asked = ?", relay, asked);
    }
  }
}
