/** Reads pages of the trail over Neon's HTTP protocol, for a verification inside an object. */
import { neon, neonConfig } from "@neondatabase/serverless";
import type { ChainPosition, StoredCheckpoint } from "../auditWriter.ts";
import { CHAIN_ORDER, STORED_EVENT, storedEvent } from "./rows.ts";
import type { StoredEvent } from "./rows.ts";

const ANSWER_MS = 30_000;

/** A page of a shard, read in one transaction. */
export interface TrailPage {
  /** Events from the requested sequence on, in the order of the chain. */
  readonly events: readonly StoredEvent[];
  /** Checkpoints of the page's events, and the next one after them. */
  readonly checkpoints: readonly StoredCheckpoint[];
  /** The last checkpoint before the page. */
  readonly before: StoredCheckpoint | null;
  readonly head: ChainPosition | null;
}

export interface TrailReader {
  /** At most `limit` events from sequence `from` on. Rejects when the database is unavailable. */
  page(shard: number, from: number | string, limit: number): Promise<TrailPage>;
}

const EVENTS = `select ${STORED_EVENT} from audit_events as event where event.shard = $1 and event.seq >= $2
  order by ${CHAIN_ORDER} limit $3`;
const BEFORE = "select seq, jws from audit_checkpoints where shard = $1 and seq < $2 order by seq desc limit 1";
/** A page has few checkpoints, because a shard signs at most one a minute. */
const CHECKPOINTS = "select seq, jws from audit_checkpoints where shard = $1 and seq >= $2 order by seq limit $3";
const HEAD = "select seq, encode(hash, 'hex') as hash from audit_heads where shard = $1";

export function openTrailReader(databaseUrl: string, fetchEndpoint: string | undefined): TrailReader {
  if (fetchEndpoint !== undefined && fetchEndpoint !== "") neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(databaseUrl);
  return {
    page: async (shard, from, limit) => {
      const statements = [
        sql.query(EVENTS, [shard, from, limit]),
        sql.query(CHECKPOINTS, [shard, from, limit]),
        sql.query(BEFORE, [shard, from]),
        sql.query(HEAD, [shard]),
      ];
      const [events = [], checkpoints = [], before = [], heads = []] = await sql.transaction(statements, {
        readOnly: true,
        isolationLevel: "RepeatableRead",
        fetchOptions: { signal: AbortSignal.timeout(ANSWER_MS) },
      });
      const [head] = heads;
      return {
        events: events.map(({ seq, line, hash }) => storedEvent(String(seq), String(line), String(hash))),
        checkpoints: checkpoints.map(kept),
        before: before[0] === undefined ? null : kept(before[0]),
        head: head === undefined ? null : { seq: Number(head["seq"]), hash: String(head["hash"]) },
      };
    },
  };
}

function kept(row: Readonly<Record<string, unknown>>): StoredCheckpoint {
  return { seq: Number(row["seq"]), jws: String(row["jws"]) };
}
