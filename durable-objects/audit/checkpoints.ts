import type { Log } from "../../protocol/log/events.ts";
import { GENESIS_HEX } from "../../db/auditChain.ts";
import type { ChainPosition, StoredCheckpoint } from "../../db/auditWriter.ts";
import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import type { Signer } from "./signer.ts";

/** A stored checkpoint of this shard. */
export interface OwnCheckpoint extends StoredCheckpoint {
  readonly at: number;
  /** SHA-256 of its text, in hex. */
  readonly digest: string;
}

/** The shard, the database and the clock, as checkpoints use them. */
export interface CheckpointPorts {
  readonly shard: number;
  /** The last event known to be in PostgreSQL; null before the first. */
  drained(): ChainPosition | null;
  readonly store: {
    readonly last: OwnCheckpoint | null;
    /** Checkpoints that are not known to be in PostgreSQL, oldest first. */
    readonly unsent: readonly StoredCheckpoint[];
    keep(seq: number, jws: string, at: number, key: CheckpointKey): void;
    markSent(through: number): void;
  };
  /** Throws when there is no signing key. */
  signer(): Signer;
  /** The head of the shard's chain in PostgreSQL, and the hash stored in the event itself. */
  head(): Promise<(ChainPosition & { readonly rowHash: string | null }) | null>;
  send(checkpoints: readonly StoredCheckpoint[]): Promise<void>;
  /** Creates the partitions of the coming months. */
  ensureMonths(): Promise<void>;
  now(): number;
  armBy(waitMs: number): void;
  readonly log: Log;
  /** Reports a finding for operators each time it is found; null when it is gone. */
  reportFinding(kind: string | null, facts: Record<string, unknown>): void;
}

/** Longest time until an event in PostgreSQL is signed, and shortest between two signatures. */
export const CHECKPOINT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Signs the last drained event once a minute while the chain grows, after comparing it with the head in PostgreSQL. */
export class Checkpoints {
  readonly #ports: CheckpointPorts;
  /** Time of the next attempt after a failure. */
  #notBefore = 0;

  constructor(ports: CheckpointPorts) {
    this.#ports = ports;
  }

  /** Whether a checkpoint must be signed or sent now. */
  get due(): boolean {
    return this.#waitMs() === 0;
  }

  /** Sets the alarm for the time at which a checkpoint is due, if one is or will be. */
  arm(): void {
    const wait = this.#waitMs();
    if (wait !== null) this.#ports.armBy(wait);
  }

  /** Signs and sends what is due, otherwise arms the alarm for it. Call while no batch is in flight. Never rejects. */
  async signIfDue(): Promise<void> {
    if (!this.due) return this.arm();
    this.#notBefore = this.#ports.now() + CHECKPOINT_MS;
    this.#ports.armBy(CHECKPOINT_MS);
    try {
      if (!(await this.#sign())) return;
      await this.#send();
      this.#notBefore = 0;
    } catch (error) {
      this.#ports.log("audit.checkpoint_failed", { error: String(error) });
    }
  }

  /** Milliseconds until a checkpoint is due; null when none is. */
  #waitMs(): number | null {
    const { store } = this.#ports;
    const signAt = this.#unsigned() === null ? null : store.last === null ? 0 : store.last.at + CHECKPOINT_MS;
    const at = store.unsent.length > 0 ? 0 : signAt;
    return at === null ? null : Math.max(0, Math.max(at, this.#notBefore) - this.#ports.now());
  }

  /** The last event in PostgreSQL, when it is not signed yet; null when it is. */
  #unsigned(): ChainPosition | null {
    const drained = this.#ports.drained();
    const signed = this.#ports.store.last?.seq ?? 0;
    return drained === null || drained.seq <= signed || drained.hash === GENESIS_HEX ? null : drained;
  }

  /** False when the head in PostgreSQL is not the last drained event. */
  async #sign(): Promise<boolean> {
    const ours = this.#unsigned();
    if (ours === null) return true;
    const { shard, store } = this.#ports;
    const there = await this.#ports.head();
    if (there?.seq !== ours.seq || there.hash !== ours.hash || there.rowHash !== ours.hash) {
      this.#ports.reportFinding("audit_watermark_differs", { ours, there });
      return false;
    }
    this.#ports.reportFinding(null, {});
    const before = store.last;
    const at = this.#ports.now();
    await this.#ensureMonths(before?.at ?? 0, at);
    const signer = this.#ports.signer();
    const jws = await signer.sign({ shard, ...ours, at, previous: before?.digest ?? null });
    store.keep(ours.seq, jws, at, signer.publicKey);
    return true;
  }

  async #send(): Promise<void> {
    const { store } = this.#ports;
    const newest = store.unsent.at(-1);
    if (newest === undefined) return;
    await this.#ports.send(store.unsent);
    store.markSent(newest.seq);
  }

  /** Once a day. A failed attempt is not urgent: partitions exist weeks ahead. */
  async #ensureMonths(before: number, now: number): Promise<void> {
    if (Math.floor(before / DAY_MS) === Math.floor(now / DAY_MS)) return;
    try {
      await this.#ports.ensureMonths();
    } catch (error) {
      this.#ports.log("audit.months_failed", { error: String(error) });
    }
  }
}
