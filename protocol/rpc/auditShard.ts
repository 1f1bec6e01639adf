/** RPC of an AuditShard object. */
import type { AuditMessage } from "../audit/line.ts";
import type { ActorRpc } from "./actor.ts";
import type { CheckpointKey } from "../audit/checkpoint.ts";
import type { AccountTrailRpc } from "./accountTrail.ts";
import type { Envelope } from "./envelope.ts";
import type { TrailSearchRpc } from "./trailSearch.ts";

/** The progress of an audit shard. */
export interface AuditStatus {
  /** The last sequence received, and the last one known to be in PostgreSQL. */
  readonly taken: number;
  readonly drained: number;
  /** Events that are not known to be in PostgreSQL. */
  readonly lag: number;
  /** Hash of the last event received, in hex; the genesis hash when there is none. */
  readonly hash: string;
  /** The number of shards. */
  readonly shards: number;
  /** The number of shards in the EU; left out by an earlier release: none. */
  readonly euShards?: number;
}

/** Sequence and hash (hex) of an event in a shard's chain. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

/** The shard's own storage: the last event known to be in PostgreSQL, and the last one received. */
export interface AuditJournal {
  readonly drained: AuditPlace | null;
  readonly taken: AuditPlace | null;
  /** The first event between them that does not continue the chain, and the last one that was checked. */
  readonly brokenAt: number | null;
  readonly checkedThrough: number;
}

/** The result of verifying a part of a shard's chain in PostgreSQL. */
export interface VerifiedPage {
  readonly shard: number;
  /** First and last sequence, and the number of events. */
  readonly from: number;
  readonly through: number;
  readonly events: number;
  /** The row of audit_heads. */
  readonly head: AuditPlace | null;
  readonly ok: boolean;
  readonly firstDifference: {
    readonly seq: number;
    readonly eventId: string | null;
    readonly kind: string;
    readonly detail: string;
  } | null;
  /** The sequence to continue after; null at the end, and after a difference. */
  readonly next: number | null;
}

export interface AuditShardRpc extends ActorRpc, AccountTrailRpc, TrailSearchRpc {
  deliver(envelope: Envelope<AuditMessage>): Promise<Envelope<never>>;
  /**
   * The same for accounts of this release, whose messages are texts. A shard of an earlier release, which would read a
   * text as a record without fields, has no such method: the envelope is sent again until the shard has it.
   */
  deliverTexts(envelope: Envelope<AuditMessage>): Promise<Envelope<never>>;
  status(): Promise<AuditStatus>;
  /** Its newest checkpoints, newest first: the sequence each was signed at, and its text. */
  checkpoints(limit: number): Promise<{ seq: number; jws: string }[]>;
  /** The public keys that verify checkpoints of this shard. */
  checkpointKeys(): Promise<CheckpointKey[]>;
  journal(): Promise<AuditJournal>;
  /**
   * Verifies at most `limit` events in PostgreSQL after a sequence (0: from the beginning). Rejects while it is out of
   * reach.
   */
  verify(after: number, limit: number): Promise<VerifiedPage>;
}
