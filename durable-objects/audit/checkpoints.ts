import type { Log } from "../../protocol/log/events.ts";
import { GENESIS_HEX } from "../../db/auditChain.ts";
import type { ChainPosition, StoredCheckpoint } from "../../db/auditWriter.ts";
import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import type { Signer } from "./signer.ts";

/** A checkpoint of this shard that is on disk. */
export interface OwnCheckpoint extends StoredCheckpoint {
  readonly at: number;
  /** SHA-256 of its text, in hex. */
  readonly digest: string;
}

/** What the making of checkpoints needs of its shard, the database and the clock. */
export interface CheckpointPorts {
  readonly shard: number;
  /** The last event known to be in PostgreSQL; null before the first. */
  drained(): ChainPosition | null;
  readonly store: {
    readonly last: OwnCheckpoint | null;
    /** Those that are not known to be in PostgreSQL, oldest first. */
    readonly unsent: readonly StoredCheckpoint[];
    keep(seq: number, jws: string, at: number, key: CheckpointKey): void;
    markSent(through: number): void;
  };
  /** Throws when there is no key to sign with. */
  signer(): Signer;
  /** The end of the shard's chain in PostgreSQL, and what the event there says itself. */
  head(): Promise<(ChainPosition & { readonly rowHash: string | null }) | null>;
  send(checkpoints: readonly StoredCheckpoint[]): Promise<void>;
  /** Makes the partitions of the coming months. */
  ensureMonths(): Promise<void>;
  now(): number;
  armBy(waitMs: number): void;
  readonly log: Log;
  /** Somebody has to look at what is found here, again and again until it has healed: then null. */
  reportFinding(kind: string | null, facts: Record<string, unknown>): void;
}

/** Longest time between an event in PostgreSQL and a signature over it, and shortest between two signatures. */
export const CHECKPOINT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Signs the end of what is drained, once a minute while it moves, after comparing it with what PostgreSQL has. */
export class Checkpoints {
  readonly #ports: CheckpointPorts;
  /** After a failure: the next try. */
  #notBefore = 0;

  constructor(ports: CheckpointPorts) {
    this.#ports = ports;
  }

  /** Whether there is something to sign or to send now. */
  get due(): boolean {
    return this.#waitMs() === 0;
  }

  /** Does what is due, else sees to it that the object wakes for it. Call while no batch is on its way. Never rejects. */
  async signIfDue(): Promise<void> {
    const wait = this.#waitMs();
    if (wait !== 0) {
      if (wait !== null) this.#ports.armBy(wait);
      return;
    }
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

  /** Milliseconds until something has to be done; null when nothing has. */
  #waitMs(): number | null {
    const { store } = this.#ports;
    const signAt = this.#unsigned() === null ? null : store.last === null ? 0 : store.last.at + CHECKPOINT_MS;
    const at = store.unsent.length > 0 ? 0 : signAt;
    return at === null ? null : Math.max(0, Math.max(at, this.#notBefore) - this.#ports.now());
  }

  /** The last event that PostgreSQL has and that is not signed; null when there is none. */
  #unsigned(): ChainPosition | null {
    const drained = this.#ports.drained();
    const signed = this.#ports.store.last?.seq ?? 0;
    return drained === null || drained.seq <= signed || drained.hash === GENESIS_HEX ? null : drained;
  }

  /** False when PostgreSQL does not have what we know to be there. */
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

  /** Once a day: a day whose try fails leaves weeks of others. */
  async #ensureMonths(before: number, now: number): Promise<void> {
    if (Math.floor(before / DAY_MS) === Math.floor(now / DAY_MS)) return;
    try {
      await this.#ports.ensureMonths();
    } catch (error) {
      this.#ports.log("audit.months_failed", { error: String(error) });
    }
  }
}
