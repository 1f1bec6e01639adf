import type { Log } from "../../protocol/log/events.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";

/** What the drain needs: its queue, the database, and the means to come back later. */
export interface DrainPorts {
  /** Whether any event waits. */
  hasUndrained(): boolean;
  /** The oldest events that wait, and whether there are more; null when none waits. Throws when what is on disk is no chain. */
  nextBatch(eventsMax: number, bytesMax: number): { batch: AuditBatch; full: boolean } | null;
  /** Writes all of a batch or nothing, and only where it continues what is there. */
  append(batch: AuditBatch): Promise<{ written: boolean; head: ChainPosition | null }>;
  /** The hash of one of our events that wait, or of the last one that does not; null for any other. */
  hashAt(seq: number): string | null;
  dropThrough(through: number): void;
  /** Whether there is work for `settled`. */
  checkpointDue(): boolean;
  /** Runs when no batch is on its way: after each, and when it is due. Never rejects. */
  afterBatch(): Promise<void>;
  after(ms: number, run: () => void): void;
  armBy(waitMs: number): void;
  random(): number;
  readonly log: Log;
  /** Somebody has to look at what is found here, again and again until it has healed: then null. */
  reportFinding(kind: string | null, facts: Record<string, unknown>): void;
}

/** Events in one statement: beyond some thousand a statement gains nothing more from its size. */
export const DRAIN_EVENTS = 2_000;
/** Characters of their lines: a statement is held in memory some five times on its way, and shards share 128 MB. */
export const DRAIN_BYTES = 1_500_000;
/** Records of a busy moment gather this long, so that they go in one statement. */
const BATCH_DELAY_MS = 50;
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 10_000;
/** Between two looks at a trail that is not ours, or at a broken disk: nothing but an operator will change it. */
const OPERATOR_WAIT_MS = 60_000;
/** The alarm that goes on with the drain after a restart of the object. */
const WAKE_MS = 15_000;

/** Moves events to PostgreSQL in order, one bulk statement at a time; while the database is away it waits and retries. */
export class AuditDrain {
  readonly #ports: DrainPorts;
  #running = false;
  #failures = 0;

  constructor(ports: DrainPorts) {
    this.#ports = ports;
  }

  /** There may be something to do. */
  schedule(): void {
    if (!this.#busy) return;
    // Also while a statement waits for its answer: the alarm that has just rung was the only one.
    this.#ports.armBy(WAKE_MS);
    if (this.#running) return;
    this.#running = true;
    this.#ports.after(BATCH_DELAY_MS, () => void this.#run());
  }

  get #busy(): boolean {
    return this.#ports.hasUndrained() || this.#ports.checkpointDue();
  }

  async #run(): Promise<void> {
    const wait = await this.#step();
    if (!this.#busy) {
      this.#running = false;
      return;
    }
    // A long catch-up outlives the alarm it began with.
    this.#ports.armBy(WAKE_MS);
    this.#ports.after(wait, () => void this.#run());
  }

  /** Writes one batch. Gives the wait until the next. */
  async #step(): Promise<number> {
    let waiting: ReturnType<DrainPorts["nextBatch"]>;
    try {
      waiting = this.#ports.nextBatch(DRAIN_EVENTS, DRAIN_BYTES);
    } catch (error) {
      this.#ports.reportFinding("audit_chain_broken", { error: String(error) });
      return OPERATOR_WAIT_MS;
    }
    try {
      if (waiting !== null && !(await this.#write(waiting.batch))) return OPERATOR_WAIT_MS;
    } catch (error) {
      const backoff = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(this.#failures, 10));
      const wait = backoff * (0.5 + this.#ports.random());
      this.#failures++;
      this.#reportFailure(error, wait);
      return wait;
    }
    await this.#ports.afterBatch();
    // The rest of a full batch goes at once; otherwise the next records gather.
    return waiting?.full === true ? 0 : BATCH_DELAY_MS;
  }

  /** False when the chain in the database is not ours: then everything is kept. Rejects when it may be later. */
  async #write(batch: AuditBatch): Promise<boolean> {
    const { written, head } = await this.#ports.append(batch);
    const through = written ? batch.last.seq : this.#writtenThrough(batch, head);
    if (through === null) {
      const there = { seq: head?.seq ?? null, hash: head?.hash ?? null };
      this.#ports.reportFinding("audit_foreign_trail", { ours: batch.after, there });
      return false;
    }
    this.#ports.dropThrough(through);
    this.#ports.reportFinding(null, {});
    if (this.#failures > 0) this.#ports.log("audit.database_back", { failures: this.#failures });
    this.#failures = 0;
    return true;
  }

  /** How far an earlier statement came whose answer was lost; null when the head is no place of our chain. */
  #writtenThrough({ after }: AuditBatch, head: ChainPosition | null): number | null {
    if (head === null || this.#ports.hashAt(head.seq) !== head.hash) return null;
    // It was read before a statement of ours that is still under way moved it.
    if (head.seq === after.seq) throw new Error("an earlier statement is still under way");
    return head.seq;
  }

  #reportFailure(error: unknown, wait: number): void {
    const facts = { failures: this.#failures, waitMs: Math.round(wait), error: String(error) };
    // Data (22), constraints (23), rights and names (42): waiting does not help against these.
    const refused = /^(22|23|42)/.test(String((error as { code?: unknown } | null)?.code));
    if (refused) this.#ports.reportFinding("audit_refused", { error: String(error) });
    this.#ports.log(refused ? "audit.database_refuses" : "audit.database_away", facts);
  }
}
