/** What a verification of the audit trail finds. */

export type DifferenceKind =
  /** No event has this place, and the chain goes on behind it or its head says that there is one. */
  | "missing"
  /** Some column of the event is not what was hashed. */
  | "altered"
  /** The event is what it was, and its own hash is not. */
  | "hash_altered"
  /** The event of this place stands at another one. */
  | "out_of_order"
  /** An event that no shard has written. */
  | "extra"
  /** The chain is consistent in itself, and not the one that was signed or that the shard knows. */
  | "rewritten"
  /** The row of the chain's head is not the chain's end. */
  | "head"
  /** A signed checkpoint is missing, altered, or signed by nobody we know. */
  | "checkpoint"
  /** The event contradicts the events before it, or the other side of its trade. */
  | "contradiction";

/** The first event that is not as it should be, or one of those after it. */
export interface Difference {
  readonly shard: number;
  readonly seq: number;
  /** Null when the event is not there to tell. */
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
