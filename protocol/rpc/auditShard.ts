/** RPC of an AuditShard object. */
import type { AuditRecord } from "../../domain/account/state/events.ts";
import type { ActorRpc } from "./actor.ts";
import type { CheckpointKey } from "../audit/checkpoint.ts";
import type { AccountTrailRpc } from "./accountTrail.ts";
import type { Envelope } from "./envelope.ts";

/** How far an audit shard is. */
export interface AuditStatus {
  /** Last sequence taken, and last sequence known to be in PostgreSQL. */
  readonly taken: number;
  readonly drained: number;
  /** Events that are not known to be in PostgreSQL. */
  readonly lag: number;
  /** Hash of the last event taken, in hex; that of the genesis when there is none. */
  readonly hash: string;
  /** How many shards the trail has. */
  readonly shards: number;
  /** How many it has in the EU beside them; left out by an earlier release: none. */
  readonly euShards?: number;
}

/** The place of an event in a shard's chain, its hash in hex. */
export interface AuditPlace {
  readonly seq: number;
  readonly hash: string;
}

/** What a shard has on its own disk: the last event known to be in PostgreSQL, the last one taken. */
export interface AuditJournal {
  readonly drained: AuditPlace | null;
  readonly taken: AuditPlace | null;
  /** First event between them that does not continue the chain, and last one that was looked at. */
  readonly brokenAt: number | null;
  readonly checkedThrough: number;
}

/** What a verification of a part of a shard's chain in PostgreSQL found. */
export interface VerifiedPage {
  readonly shard: number;
  /** First and last place, and how many events were read. */
  readonly from: number;
  readonly through: number;
  readonly events: number;
  /** What audit_heads says. */
  readonly head: AuditPlace | null;
  readonly ok: boolean;
  readonly firstDifference: {
    readonly seq: number;
    readonly eventId: string | null;
    readonly kind: string;
    readonly detail: string;
  } | null;
  /** Place to go on after; null at the end, and after a difference. */
  readonly next: number | null;
}

export interface AuditShardRpc extends ActorRpc, AccountTrailRpc {
  deliver(envelope: Envelope<AuditRecord>): Promise<Envelope<never>>;
  status(): Promise<AuditStatus>;
  /** Its newest checkpoints, newest first: the sequence each was signed at, and its text. */
  checkpoints(limit: number): Promise<{ seq: number; jws: string }[]>;
  /** Public keys of everybody who signed checkpoints of this shard. */
  checkpointKeys(): Promise<CheckpointKey[]>;
  journal(): Promise<AuditJournal>;
  /** Verifies at most `limit` events in PostgreSQL after a place (0: from the beginning). Rejects while it is away. */
  verify(after: number, limit: number): Promise<VerifiedPage>;
}
