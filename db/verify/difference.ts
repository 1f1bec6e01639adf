/** The differences that a verification of the audit trail reports. */

export type DifferenceKind =
  /** No event has this sequence, although later events or the head exist. */
  | "missing"
  /** A column of the event was altered after it was hashed. */
  | "altered"
  /** The hash column of the event was altered. */
  | "hash_altered"
  /** The event of this position is stored at another one. */
  | "out_of_order"
  /** An event that no shard wrote. */
  | "extra"
  /** The chain is consistent in itself but differs from the signed checkpoints or from the shard's own storage. */
  | "rewritten"
  /** The row in audit_heads differs from the end of the chain. */
  | "head"
  /** A checkpoint is missing, altered, or signed with an unknown key. */
  | "checkpoint"
  /** The event contradicts the events before it, or the other side of its trade. */
  | "contradiction";

/** An event that failed verification. */
export interface Difference {
  readonly shard: number;
  readonly seq: number;
  /** Null when the event is missing. */
  readonly eventId: string | null;
  readonly kind: DifferenceKind;
  /** One sentence without the event's name. */
  readonly detail: string;
}

/** One line that names the event: `shard 3, event 17 (6f0c…): altered: …`. */
export function differenceText({ shard, seq, eventId, kind, detail }: Difference): string {
  const name = eventId === null ? "" : ` (${eventId})`;
  return `shard ${shard}, event ${seq}${name}: ${kind.replaceAll("_", " ")}: ${detail}`;
}
