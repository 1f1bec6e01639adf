import type { Log } from "../../protocol/log/events.ts";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";

/** The queue, the database, timers and alarm of a drain. */
export interface DrainPorts {
  /** Whether any event is undrained. */
  hasUndrained(): boolean;
  /** The oldest undrained events, and whether there are more; null when there are none. Throws when they form no chain. */
  nextBatch(eventsMax: number, bytesMax: number): { batch: AuditBatch; full: boolean } | null;
  /** Writes a batch completely or not at all, and only when it continues the head in PostgreSQL. */
  append(batch: AuditBatch): Promise<{ written: boolean; head: ChainPosition | null }>;
  /** The hash of an undrained event or of the last drained one; null for any other. */
  hashAt(seq: number): string | null;
  dropThrough(through: number): void;
  /** Whether `afterBatch` has work. */
  checkpointDue(): boolean;
  /** Runs while no batch is in flight: after each batch, and when a checkpoint is due. Never rejects. */
  afterBatch(): Promise<void>;
  after(ms: number, run: () => void): void;
  armBy(waitMs: number): void;
  random(): number;
  readonly log: Log;
  /** Reports a finding for operators each time it is found; null when it is gone. */
  reportFinding(kind: string | null, facts: Record<string, unknown>): void;
}

/** Events in one statement: more than a few thousand gain nothing. */
export const DRAIN_EVENTS = 2_000;
/** Characters of their lines: a statement is copied about five times in memory, and shards share 128 MB. */
export const DRAIN_BYTES = 1_500_000;
/** How long records gather for one statement. */
const BATCH_DELAY_MS = 50;
const RETRY_FIRST_MS = 250;
const RETRY_LONGEST_MS = 10_000;
/** Delay between checks of a foreign trail or a broken chain, which only an operator can repair. */
const OPERATOR_WAIT_MS = 60_000;
/** The alarm that continues the drain after a restart. */
const WAKE_MS = 15_000;

/** Moves events to PostgreSQL in order, one bulk statement at a time. Retries with back-off while it is unreachable. */
export class AuditDrain {
  readonly #ports: DrainPorts;
  #running = false;
  #failures = 0;

  constructor(ports: DrainPorts) {
    this.#ports = ports;
  }

  /** Sets the alarm while there is work. */
  arm(): void {
    if (this.#busy) this.#ports.armBy(WAKE_MS);
  }

  /** Starts the drain when there is work. Call after every commit and in the alarm. */
  schedule(): void {
    if (!this.#busy) return;
    // Also while a statement is in flight: the alarm that fired just now was the only one.
    this.arm();
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
    // A long catch-up takes longer than the first alarm covers.
    this.#ports.armBy(WAKE_MS);
    this.#ports.after(wait, () => void this.#run());
  }

  /** Writes one batch. Returns the delay until the next. */
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
    // More events follow at once after a full batch; otherwise records gather.
    return waiting?.full === true ? 0 : BATCH_DELAY_MS;
  }

  /** False when the chain in PostgreSQL is foreign: all events are kept. Rejects when a retry may succeed. */
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

  /** Last sequence written by an earlier statement whose response was lost; null when the head is not in our chain. */
  #writtenThrough({ after }: AuditBatch, head: ChainPosition | null): number | null {
    if (head === null || this.#ports.hashAt(head.seq) !== head.hash) return null;
    // The head was read before an earlier statement of ours, still in flight, moved it.
    if (head.seq === after.seq) throw new Error("an earlier statement is still under way");
    return head.seq;
  }

  #reportFailure(error: unknown, wait: number): void {
    const facts = { failures: this.#failures, waitMs: Math.round(wait), error: String(error) };
    // Errors of data (22), constraints (23), privileges and names (42) do not go away by waiting.
    const refused = /^(22|23|42)/.test(String((error as { code?: unknown } | null)?.code));
    if (refused) this.#ports.reportFinding("audit_refused", { error: String(error) });
    this.#ports.log(refused ? "audit.database_refuses" : "audit.database_away", facts);
  }
}
