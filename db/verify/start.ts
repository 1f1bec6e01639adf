import type { CheckpointClaims } from "../../protocol/audit/checkpoint.ts";
import { chainHashHex, GENESIS_HEX } from "../auditChain.ts";
import type { ChainPosition } from "../auditWriter.ts";
import type { StoredEvent } from "./rows.ts";

/** Years after which a month may be archived. */
const RETENTION_YEARS = 7;
const YEAR_MS = 365.25 * 86_400_000;
/** The longest time between an event and its checkpoint: days, while the database is unavailable. */
const SIGNED_WITHIN_MS = 31 * 86_400_000;

/**
 * The position that the first event of a chain follows: the beginning, unless earlier events were archived after the
 * retention time. Then a checkpoint of that time proves them. `covering` is the first checkpoint at or after the
 * position before the first event.
 */
export function chainStart(first: StoredEvent | null, covering: CheckpointClaims | null, now: number): ChainPosition {
  const beginning = { seq: 0, hash: GENESIS_HEX };
  if (first === null || first.seq <= 1) return beginning;
  const before = first.seq - 1;
  // A trail that continues one of the first releases continues its sequences.
  if (chainHashHex(GENESIS_HEX, first.line) === first.hash) return { seq: before, hash: GENESIS_HEX };
  if (covering === null || covering.at > now - RETENTION_YEARS * YEAR_MS + SIGNED_WITHIN_MS) return beginning;
  return covering.seq === before ? { seq: before, hash: covering.hash } : { seq: first.seq, hash: first.hash };
}
