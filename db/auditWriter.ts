/** Bulk insert of audit records over Neon's HTTP protocol. Runs inside the AuditShard object. */
import { neon, neonConfig } from "@neondatabase/serverless";
import type { AuditRecord } from "../protocol/rpc.ts";

/** What the writer needs of a database: one statement with parameters. */
export interface Database {
  query(text: string, params: unknown[]): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

/** An audit record under the number that its shard gave it. */
export interface NumberedRecord {
  readonly seq: number;
  readonly record: AuditRecord;
}

/**
 * A database behind Neon's HTTP endpoint. `fetchEndpoint` (development only) sends the statements to the local bridge
 * instead of the endpoint that the URL's host name implies.
 */
export function openDatabase(databaseUrl: string, fetchEndpoint: string | undefined): Database {
  if (fetchEndpoint !== undefined && fetchEndpoint !== "") neonConfig.fetchEndpoint = fetchEndpoint;
  const sql = neon(databaseUrl);
  return { query: async (text, params) => await sql.query(text, params) };
}

const COLUMNS =
  "seq, event_id, occurred_at, user_id, account_id, action, resource, result, ip, user_agent, request_id, body";

// The count sees the table as it was before the insert: rows that were there already and are not ours.
const INSERT = `with given as (
  select $1::integer as shard, * from unnest($2::bigint[], $3::uuid[], $4::timestamptz[], $5::uuid[], $6::uuid[],
    $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::jsonb[]) as rows (${COLUMNS})
), written as (
  insert into audit_events (shard, ${COLUMNS}) select shard, ${COLUMNS} from given on conflict (shard, seq) do nothing
)
select count(*)::integer as strangers from given join audit_events there using (shard, seq)
where there.event_id <> given.event_id`;

/**
 * Writes the rows in one statement, all or none. Repeatable: a row whose (shard, seq) is already there is left alone.
 * Rejects when the database is away or refuses, and when a number is taken by another event (the trail of another
 * exchange, or of one whose state was lost): the caller keeps the rows and tries again.
 */
export async function writeAuditEvents(
  database: Database,
  shard: number,
  rows: readonly NumberedRecord[],
): Promise<void> {
  if (rows.length === 0) return;
  const column = (pick: (record: AuditRecord) => string): string[] => rows.map(({ record }) => storable(pick(record)));
  const [answer] = await database.query(INSERT, [
    shard,
    rows.map(({ seq }) => String(seq)),
    column((record) => record.eventId),
    column((record) => new Date(record.at).toISOString()),
    column((record) => record.userId),
    column((record) => record.accountId),
    column((record) => record.action),
    column((record) => record.resource),
    column((record) => record.result),
    column((record) => record.ip),
    column((record) => record.userAgent),
    column((record) => record.requestId),
    rows.map(({ record }) => bodyJson(record.body)),
  ]);
  const strangers = answer?.["strangers"];
  if (strangers !== 0) throw new Error(`audit shard ${shard}: ${String(strangers)} numbers are taken by other events`);
}

/**
 * Text that PostgreSQL can hold: it refuses NUL everywhere and lone surrogates in jsonb. Clients can send both, and one
 * such row would block its shard for ever.
 */
function storable(value: string): string {
  return value.replaceAll("\u0000", "\ufffd").toWellFormed();
}

function bodyJson(body: AuditRecord["body"]): string {
  return JSON.stringify(body, (_key, value: unknown) => (typeof value === "string" ? storable(value) : value));
}
