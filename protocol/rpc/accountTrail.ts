/** RPC of an AuditShard object about one account. */
import type { AccountId } from "../../domain/ids.ts";

/** An event: its sequence in the shard's chain, and its line (protocol/audit/line.ts). */
export interface TrailEvent {
  readonly seq: number;
  readonly line: string;
}

export interface AccountTrailRpc {
  /** Events of the account that are still on the shard's own disk, at most `limit`. */
  waitingEvents(accountId: AccountId, limit: number): Promise<TrailEvent[]>;
  /** Events of the account in PostgreSQL after a sequence, in order. Rejects while PostgreSQL is out of reach. */
  drainedEvents(accountId: AccountId, after: number, limit: number): Promise<TrailEvent[]>;
}
