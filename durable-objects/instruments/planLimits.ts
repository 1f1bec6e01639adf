/** The limits of the plans of users as a journal of decisions (RK-14). */
import type { Plan } from "../../domain/rateLimit.ts";
import type { PlanLimits, RiskLimits } from "../../domain/risk/limits.ts";
import type { PlanLimitsDecision } from "../../protocol/rpc/instrumentRegistry.ts";

/** What the table needs of its object. */
export interface PlanLimitsPorts {
  readonly storage: {
    readonly sql: { exec(query: string, ...binds: (string | number)[]): Iterable<Record<string, unknown>> };
    transactionSync<T>(work: () => T): T;
  };
  now(): number;
}

export class PlanLimitsTable {
  readonly #ports: PlanLimitsPorts;

  constructor(ports: PlanLimitsPorts) {
    this.#ports = ports;
    ports.storage.sql.exec(`CREATE TABLE IF NOT EXISTS plan_limits (
      approval TEXT PRIMARY KEY,
      plan TEXT NOT NULL,
      version INTEGER NOT NULL,
      decided_at INTEGER NOT NULL,
      asked_by TEXT NOT NULL,
      approved_by TEXT NOT NULL,
      body TEXT NOT NULL)`);
  }

  /** How often limits were changed. */
  get revision(): number {
    return Number(this.#rows("SELECT count(*) AS revision FROM plan_limits")[0]?.["revision"]);
  }

  /** The newest limits of each plan that was ever changed. */
  list(): PlanLimits[] {
    return this.#rows("SELECT plan, max(version) AS version, body FROM plan_limits GROUP BY plan ORDER BY plan").map(
      planLimitsOf,
    );
  }

  /** Replaces the limits of a plan, once for each approval. */
  set(plan: Plan, limits: RiskLimits, { asked, approved, approval }: PlanLimitsDecision): PlanLimits {
    const { storage } = this.#ports;
    return storage.transactionSync(() => {
      const [done] = this.#rows("SELECT plan, version, body FROM plan_limits WHERE approval = ?", approval);
      if (done !== undefined) return planLimitsOf(done);
      const [row] = this.#rows("SELECT coalesce(max(version), 0) + 1 AS version FROM plan_limits WHERE plan = ?", plan);
      const version = Number(row?.["version"]);
      storage.sql.exec(
        `INSERT INTO plan_limits (approval, plan, version, decided_at, asked_by, approved_by, body)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        approval,
        plan,
        version,
        this.#ports.now(),
        asked,
        approved,
        JSON.stringify(limits),
      );
      return { plan, version, limits };
    });
  }

  #rows(query: string, ...binds: string[]): Record<string, unknown>[] {
    return [...this.#ports.storage.sql.exec(query, ...binds)];
  }
}

function planLimitsOf(row: Record<string, unknown>): PlanLimits {
  return {
    plan: String(row["plan"]),
    version: Number(row["version"]),
    limits: JSON.parse(String(row["body"])) as RiskLimits,
  };
}
