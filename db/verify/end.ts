import type { ChainPosition } from "../auditWriter.ts";
import type { ChainVerifier } from "./chain.ts";

/** The end of the chain as the shard reports it: in PostgreSQL, and in its own storage. */
export interface OwnEnd {
  readonly drained: number;
  readonly taken: number;
}

/**
 * Compares the end of a chain that was read completely with the row of its head, read in the same snapshot, and with
 * the end that the shard reported afterwards (null: not asked).
 */
export function judgeEnd(chain: ChainVerifier, head: ChainPosition | null, own: OwnEnd | null): void {
  const end = chain.end(head);
  if (own !== null && own.taken < end.seq) {
    chain.report(own.taken + 1, null, "extra", `the shard's own chain ends at event ${own.taken}`);
    return;
  }
  if (chain.differences.length > 0) return;
  const written = own !== null && own.drained >= end.seq;
  if (head === null) {
    if (chain.events > 0) chain.report(end.seq, null, "head", "the shard has no row in audit_heads");
  } else if (head.seq > end.seq) {
    if (own !== null && own.taken <= end.seq) {
      chain.report(end.seq, null, "head", `audit_heads has event ${head.seq}, the shard's own chain ends here`);
    } else {
      const last = head.seq === end.seq + 1 ? "the last event is" : `events to ${head.seq} are`;
      chain.report(end.seq + 1, null, "missing", `${last} not there, and audit_heads has its place`);
    }
  } else if (head.seq < end.seq) {
    if (written) chain.report(end.seq, null, "head", `audit_heads is behind, at event ${head.seq}`);
    else chain.report(head.seq + 1, null, "extra", `audit_heads ends at event ${head.seq}`);
  } else if (head.hash !== end.hash) {
    chain.report(end.seq, null, "head", "audit_heads has another hash than this event");
  }
}
