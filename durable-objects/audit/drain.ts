import type { AuditRecord } from "../../protocol/rpc.ts";

/** What the drain needs: its queue, the database, and the means to come back later. */
export interface DrainEffects {
  next(limit: number): readonly { readonly seq: number; readonly record: AuditRecord }[];
  /** Writes all of them or none; writing some again is harmless. */
  write(records: readonly { readonly seq: number; readonly record: AuditRecord }[]): Promise<void>;
  drop(through: number): void;
  after(ms: number, run: () => void): void;
  armBy(waitMs: number): void;
  random(): number;
  log(event: string, facts: Record<string, unknown>): void;
}

/** Records in one statement: one round trip, and well inside the request limits of the driver. */
export const DRAIN_BATCH = 500;
/** Records of a busy moment gather this long, so that they go in one statement. */
const GATHER_MS = 50;
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 10_000;
/** The alarm that goes on with the drain after a restart of the object. */
const WAKE_MS = 15_000;

/** Moves records to PostgreSQL in order, one bulk statement at a time; while the database is away it waits and retries. */
export class AuditDrain {
  readonly #effects: DrainEffects;
  #running = false;
  #failures = 0;

  constructor(effects: DrainEffects) {
    this.#effects = effects;
  }

  /** There may be something to drain. */
  poke(): void {
    if (this.#running || this.#effects.next(1).length === 0) return;
    this.#running = true;
    this.#effects.armBy(WAKE_MS);
    this.#effects.after(GATHER_MS, () => void this.#run());
  }

  async #run(): Promise<void> {
    const records = this.#effects.next(DRAIN_BATCH);
    const last = records.at(-1);
    if (last === undefined) {
      this.#running = false;
      return;
    }
    let wait = 0;
    try {
      await this.#effects.write(records);
      this.#effects.drop(last.seq);
      // A long catch-up outlives the alarm it began with.
      this.#effects.armBy(WAKE_MS);
      if (this.#failures > 0) this.#effects.log("audit.database_back", { failures: this.#failures });
      this.#failures = 0;
      // A full batch means there is more; a partial one lets the next records gather.
      wait = records.length === DRAIN_BATCH ? 0 : GATHER_MS;
    } catch (error) {
      const backoff = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(this.#failures, 10));
      wait = backoff * (0.5 + this.#effects.random());
      this.#failures++;
      this.#effects.armBy(WAKE_MS);
      this.#effects.log("audit.database_away", {
        failures: this.#failures,
        waitMs: Math.round(wait),
        error: String(error),
      });
    }
    this.#effects.after(wait, () => void this.#run());
  }
}
