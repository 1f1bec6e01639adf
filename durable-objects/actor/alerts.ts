import type { Alert } from "../../protocol/rpc/actor.ts";
import type { JournalStorage } from "./journal.ts";
import { ALERTS_MAX } from "./limits.ts";

/** A problem that was found. `key` identifies it within its scope. */
export interface Finding {
  readonly kind: string;
  readonly key: string;
  readonly facts: Readonly<Record<string, unknown>>;
}

/**
 * The alerts of one actor. A check reports all findings of its scope each time: a new finding raises an alert once, and
 * an alert whose finding is gone is closed, so that it is raised again when the finding returns.
 */
export class Alerts {
  readonly #sql: JournalStorage["sql"];
  /** Keys of the open alerts by scope, in memory: usually none, and then nothing is read or written. */
  readonly #open = new Map<string, Set<string>>();

  constructor(sql: JournalStorage["sql"]) {
    this.#sql = sql;
    sql.exec(
      `CREATE TABLE IF NOT EXISTS alerts (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL,
         facts TEXT NOT NULL, scope TEXT NOT NULL, key TEXT NOT NULL, open INTEGER NOT NULL)`,
    );
    this.#readOpen();
  }

  /** Whether any alert is open. */
  get hasOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Whether `reportFindings` would raise or close an alert. */
  wouldChange(scope: string, findings: readonly Finding[]): boolean {
    const open = this.#open.get(scope);
    return findings.length !== (open?.size ?? 0) || findings.some(({ key }) => open?.has(key) !== true);
  }

  /** Replaces the findings of a scope. Returns the alerts that this raises. Call inside a transaction. */
  reportFindings(scope: string, findings: readonly Finding[], now: number): Alert[] {
    const found = new Set(findings.map(({ key }) => key));
    for (const key of this.#open.get(scope) ?? []) {
      if (!found.has(key))
        this.#sql.exec("UPDATE alerts SET open = 0 WHERE scope = ? AND key = ? AND open = 1", scope, key);
    }
    const raised = findings.filter(({ key }) => this.#open.get(scope)?.has(key) !== true);
    if (found.size === 0) this.#open.delete(scope);
    else this.#open.set(scope, found);
    return raised.map((finding) => this.#insert(scope, finding, now));
  }

  /** Raises one alert, unless it is open already. Leaves the other alerts of its scope as they are. */
  raise(scope: string, finding: Finding, now: number): Alert[] {
    const open = this.#open.get(scope) ?? new Set();
    if (open.has(finding.key)) return [];
    this.#open.set(scope, open.add(finding.key));
    return [this.#insert(scope, finding, now)];
  }

  /** All stored alerts, newest first. */
  list(): Alert[] {
    const rows = this.#sql.exec("SELECT id, at, kind, facts, open FROM alerts ORDER BY id DESC");
    return [...rows].map(({ id, at, kind, facts, open }) => ({
      id: Number(id),
      at: Number(at),
      kind: String(kind),
      facts: JSON.parse(String(facts)) as Record<string, unknown>,
      open: open === 1,
    }));
  }

  #insert(scope: string, { kind, key, facts }: Finding, now: number): Alert {
    const insert = "INSERT INTO alerts (at, kind, facts, scope, key, open) VALUES (?, ?, ?, ?, ?, 1)";
    this.#sql.exec(insert, now, kind, JSON.stringify(facts), scope, key);
    const [row] = this.#sql.exec("SELECT max(id) AS id FROM alerts");
    const id = Number(row?.["id"]);
    this.#sql.exec("DELETE FROM alerts WHERE id <= ?", id - ALERTS_MAX);
    return { id, at: now, kind, facts, open: true };
  }

  #readOpen(): void {
    for (const { scope, key } of this.#sql.exec("SELECT scope, key FROM alerts WHERE open = 1")) {
      const keys = this.#open.get(String(scope)) ?? new Set();
      this.#open.set(String(scope), keys.add(String(key)));
    }
  }
}
