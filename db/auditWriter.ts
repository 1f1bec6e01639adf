/** The statements of an audit shard in PostgreSQL, over Neon's HTTP protocol. Runs inside the AuditShard object. */
import { neon, neonConfig } from "@neondatabase/serverless";
import { FIELD_SEPARATOR, LINE_SEPARATOR } from "../protocol/audit/line.ts";
import { GENESIS_HEX } from "./auditChain.ts";

/** A position in a shard's chain: a sequence and the hash of its event, in hex. */
export interface ChainPosition {
  readonly seq: number;
  readonly hash: string;
}

/** Consecutive events of one shard. */
export interface AuditBatch {
  readonly shard: number;
  /** The position before the first event. */
  readonly after: ChainPosition;
  readonly last: ChainPosition;
  /** The events' lines, each with its hash in hex as one more field, joined by LINE_SEPARATOR. */
  readonly lines: string;
}

/** A stored checkpoint: the sequence of the signed head, and the signed text. */
export interface StoredCheckpoint {
  readonly seq: number;
  readonly jws: string;
}

/** The audit trail's database. Every method rejects when the database is unavailable or refuses. */
export interface AuditDatabase {
  /**
   * Writes a batch in one transaction if it continues the stored chain. Otherwise `written` is false, and `head` is the
   * end of the stored chain, null when there is none.
   */
  append(batch: AuditBatch): Promise<{ written: boolean; head: ChainPosition | null }>;
  /**
   * The head of a shard's chain; null before the first batch. `rowHash` is the hash column of that event, null when it
   * is missing.
   */
  head(shard: number): Promise<(ChainPosition & { readonly rowHash: string | null }) | null>;
  /** Adds checkpoints that are not stored yet. */
  addCheckpoints(shard: number, checkpoints: readonly StoredCheckpoint[]): Promise<void>;
  /** Creates the partitions of the coming months. Repeatable and cheap. */
  ensureMonths(): Promise<void>;
}

/**
 * Longer than the statement timeout of the writer's login (docs/operate.md), so that the server ends a statement first.
 */
const ANSWER_MS = 30_000;
/**
 * How many months ahead partitions are created. Only shards with events create them, so an idle exchange needs a
 * reserve.
 */
const MONTHS_AHEAD = 2;

// A head moves only from the position that the batch follows. The first batch of a chain may have any sequence, because a
// chain that continues the trail of the first releases does not begin at 1. Of two concurrent statements the second waits
// for the row's lock, finds the head moved and writes nothing. The hash is the last field: field 16 of a line of version 1,
// field 20 of a line of version 2.
const APPEND = `with moved as (
  insert into audit_heads as head (shard, seq, hash)
  select $1::integer, $4::bigint, decode($5, 'hex')
  where $3 = '${GENESIS_HEX}' or exists (select from audit_heads where shard = $1)
  on conflict (shard) do update set seq = excluded.seq, hash = excluded.hash
  where head.seq = $2::bigint and head.hash = decode($3, 'hex')
  returning shard
), lines as materialized (
  select string_to_array(line, '${FIELD_SEPARATOR}') as f from string_to_table($6::text, '${LINE_SEPARATOR}') as line
), written as (
  insert into audit_events (shard, seq, event_id, "timestamp", user_id, account_id, action, resource, result, ip_address,
    user_agent, request_id, body, before, after, version, actor_id, credential_kind, credential_id, hash)
  select f[1]::integer, f[2]::bigint, f[3]::uuid, to_timestamp(f[4]::float8 / 1000), f[5]::uuid, f[6]::uuid, f[7], f[8],
    f[9], f[10], f[11], f[12], f[13]::json, nullif(f[14], '')::json, nullif(f[15], '')::json, v[1]::smallint, nullif(v[2], '')::uuid,
    v[3], v[4], decode(f[cardinality(f)], 'hex')
  from moved, lines, lateral (select f[16:cardinality(f) - 1] as v) as actor
)
select exists (select from moved) as written, head.seq, encode(head.hash, 'hex') as hash
from (select) as one left join audit_heads as head on head.shard = $1`;

const HEAD = `select head.seq, encode(head.hash, 'hex') as hash, (
  select encode(event.hash, 'hex') from audit_events as event where event.shard = $1 and event.seq = head.seq limit 1
) as row_hash from audit_heads as head where head.shard = $1`;

const ADD_CHECKPOINTS = `insert into audit_checkpoints (shard, seq, jws)
select $1::integer, * from unnest($2::bigint[], $3::text[]) on conflict do nothing`;

/**
 * The database behind Neon's HTTP endpoint. `fetchEndpoint` (development only) sends the statements to the local bridge
 * instead of the endpoint that the URL's host name implies.
 */
export function openAuditDatabase(databaseUrl: string, fetchEndpoint: string | undefined): AuditDatabase {
  if (fetchEndpoint !== undefined && fetchEndpoint !== "") neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(databaseUrl);
  const query = async (text: string, params: unknown[]): Promise<Record<string, unknown>[]> => {
    const late = new AbortController();
    // Cleared, because a timer that still runs keeps an idle object in memory.
    const timer = setTimeout(() => late.abort(), ANSWER_MS);
    try {
      return await sql.query(text, params, { fetchOptions: { signal: late.signal } });
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    append: async ({ shard, after, last, lines }) => {
      const [answer] = await query(APPEND, [shard, after.seq, after.hash, last.seq, last.hash, lines]);
      return { written: answer?.["written"] === true, head: placeOf(answer) };
    },
    head: async (shard) => {
      const [answer] = await query(HEAD, [shard]);
      const place = placeOf(answer);
      const rowHash = answer?.["row_hash"];
      return place === null ? null : { ...place, rowHash: typeof rowHash === "string" ? rowHash : null };
    },
    addCheckpoints: async (shard, checkpoints) => {
      const seqs = checkpoints.map(({ seq }) => String(seq));
      await query(ADD_CHECKPOINTS, [shard, seqs, checkpoints.map(({ jws }) => jws)]);
    },
    ensureMonths: async () => void (await query("select audit_ensure_months($1)", [MONTHS_AHEAD])),
  };
}

function placeOf(row: Readonly<Record<string, unknown>> | undefined): ChainPosition | null {
  const hash = row?.["hash"];
  return typeof hash === "string" ? { seq: Number(row?.["seq"]), hash } : null;
}
