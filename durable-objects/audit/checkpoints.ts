import { GENESIS_HEX } from "../../db/auditChain.ts";
import type { ChainPlace, KeptCheckpoint } from "../../db/auditWriter.ts";
import type { CheckpointKey } from "../../protocol/audit/checkpoint.ts";
import type { Signer } from "./signer.ts";

/** A checkpoint of this shard that is on disk. */
export interface OwnCheckpoint extends KeptCheckpoint {
  readonly at: number;
  /** SHA-256 of its text, in hex. */
  readonly digest: string;
}

/** What the making of checkpoints needs of its shard, the database and the clock. */
export interface CheckpointEffects {
  readonly shard: number;
  /** The last event known to be in PostgreSQL; null before the first. */
  drained(): ChainPlace | null;
  readonly store: {
    readonly last: OwnCheckpoint | null;
    /** Those that are not known to be in PostgreSQL, oldest first. */
    readonly unsent: readonly KeptCheckpoint[];
    keep(seq: number, jws: string, at: number, key: CheckpointKey): void;
    markSent(through: number): void;
  };
  /** Throws when there is no key to sign with. */
  signer(): Signer;
  /** The end of the shard's chain in PostgreSQL, and what the event there says itself. */
  head(): Promise<(ChainPlace & { readonly rowHash: string | null }) | null>;
  send(checkpoints: readonly KeptCheckpoint[]): Promise<void>;
  /** Makes the partitions of the coming months. */
  ensureMonths(): Promise<void>;
  now(): number;
  armBy(waitMs: number): void;
  log(event: string, facts: Record<string, unknown>): void;
  /** Somebody has to look at what is found here, again and again until it has healed: then null. */
  found(kind: string | null, facts: Record<string, unknown>): void;
}

/** Longest time between an event in PostgreSQL and a signature over it, and shortest between two signatures. */
export const CHECKPOINT_MS = 60_000;
const DAY_MS = 86_400_000;

/** Signs the end of what is drained, once a minute while it moves, after comparing it with what PostgreSQL has. */
export class Checkpoints {
  readonly #effects: CheckpointEffects;
  /** After a failure: the next try. */
  #notBefore = 0;

  constructor(effects: CheckpointEffects) {
    this.#effects = effects;
  }

  /** Whether there is something to sign or to send now. */
  get due(): boolean {
    return this.#waitMs() === 0;
  }

  /** Does what is due, else sees to it that the object wakes for it. Call while no batch is on its way. Never rejects. */
  async settle(): Promise<void> {
    const wait = this.#waitMs();
    if (wait !== 0) {
      if (wait !== null) this.#effects.armBy(wait);
      return;
    }
    this.#notBefore = this.#effects.now() + CHECKPOINT_MS;
    this.#effects.armBy(CHECKPOINT_MS);
    try {
      if (!(await this.#sign())) return;
      await this.#send();
      this.#notBefore = 0;
    } catch (error) {
      this.#effects.log("audit.checkpoint_failed", { error: String(error) });
    }
  }

  /** Milliseconds until something has to be done; null when nothing has. */
  #waitMs(): number | null {
    const { store } = this.#effects;
    const signAt = this.#moved() === null ? null : store.last === null ? 0 : store.last.at + CHECKPOINT_MS;
    const at = store.unsent.length > 0 ? 0 : signAt;
    return at === null ? null : Math.max(0, Math.max(at, this.#notBefore) - this.#effects.now());
  }

  /** The last event that PostgreSQL has and that is not signed; null when there is none. */
  #moved(): ChainPlace | null {
    const drained = this.#effects.drained();
    const signed = this.#effects.store.last?.seq ?? 0;
    return drained === null || drained.seq <= signed || drained.hash === GENESIS_HEX ? null : drained;
  }

  /** False when PostgreSQL does not have what we know to be there. */
  async #sign(): Promise<boolean> {
    const ours = this.#moved();
    if (ours === null) return true;
    const { shard, store } = this.#effects;
    const there = await this.#effects.head();
    if (there?.seq !== ours.seq || there.hash !== ours.hash || there.rowHash !== ours.hash) {
      this.#effects.found("audit_watermark_differs", { ours, there });
      return false;
    }
    this.#effects.found(null, {});
    const before = store.last;
    const at = this.#effects.now();
    await this.#ensureMonths(before?.at ?? 0, at);
    const signer = this.#effects.signer();
    const jws = await signer.sign({ shard, ...ours, at, previous: before?.digest ?? null });
    store.keep(ours.seq, jws, at, signer.publicKey);
    return true;
  }

  async #send(): Promise<void> {
    const { store } = this.#effects;
    const newest = store.unsent.at(-1);
    if (newest === undefined) return;
    await this.#effects.send(store.unsent);
    store.markSent(newest.seq);
  }

  /** Once a day: a day whose try fails leaves weeks of others. */
  async #ensureMonths(before: number, now: number): Promise<void> {
    if (Math.floor(before / DAY_MS) === Math.floor(now / DAY_MS)) return;
    try {
      await this.#effects.ensureMonths();
    } catch (error) {
      this.#effects.log("audit.months_failed", { error: String(error) });
    }
  }
}
