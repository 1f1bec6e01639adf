/** Searches of the audit trail in PostgreSQL, as an AuditShard object makes them. */

/** The place of an event in the order of a search: newest first, then by shard and sequence. */
export interface TrailCursor {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly shard: number;
  readonly seq: number;
}

/** What is searched for: each part that is not null narrows it. */
export interface TrailFilter {
  readonly accountId: string | null;
  readonly orderId: string | null;
  /** The user who acted. */
  readonly actorId: string | null;
  /** A whole action, or the beginning of several, which ends with a dot: `order.`. */
  readonly action: string | null;
  /** From this time on, and before that one, epoch milliseconds. */
  readonly since: number | null;
  readonly until: number | null;
  /** The event after which the page begins. */
  readonly after: TrailCursor | null;
  readonly limit: number;
}

/** An event that was found: its line (protocol/audit/line.ts) and its hash, in hex. */
export interface FoundEvent {
  readonly line: string;
  readonly hash: string;
}

export interface TrailSearchRpc {
  /**
   * The events of all shards of this database, newest first. Null: the search took too long. Rejects while the database
   * is out of reach.
   */
  search(filter: TrailFilter): Promise<FoundEvent[] | null>;
}
