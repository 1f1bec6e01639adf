/**
 * `npm run audit:retention [-- --dry-run]` with DATABASE_URL of the audit trail's owner: creates the partitions of the
 * coming year, and moves months beyond the retention period to the schema `audit_archive`. It drops nothing; operators
 * decide what to do with archived months. Run it once a month.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import pg from "pg";

/** SEC rule 17a-4 requires six years, MiFID II up to seven. */
export const RETENTION_YEARS = 7;
const MONTHS_AHEAD = 12;
/** Detaching needs an exclusive lock: the time to wait for it, which also blocks writers. It is tried again. */
const LOCK_TIMEOUT = "2s";
const LOCK_TRIES = 30;
const LOCK_RETRY_MS = 5_000;
const LOCK_NOT_AVAILABLE = "55P03";

export interface RetentionPlan {
  /** Months to detach, oldest first, as table names without a schema. */
  readonly old: readonly string[];
  /** Events in the default partition. */
  readonly strays: number;
}

/** The work that is due at a time (epoch milliseconds). */
export async function planRetention(client: pg.Client, now: number): Promise<RetentionPlan> {
  await client.query("set timezone = 'UTC'");
  const { rows } = await client.query<{ name: string; bounds: string }>(
    `select relname as name, pg_get_expr(relpartbound, pg_class.oid) as bounds
    from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'public.audit_events'::regclass order by relname`,
  );
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() - RETENTION_YEARS);
  const ends = (bounds: string): number => Date.parse(/ TO \('([^']+)'\)$/.exec(bounds)?.[1] ?? "");
  const old = rows.filter(({ bounds }) => ends(bounds) <= limit.getTime()).map(({ name }) => name);
  const strays = await client.query<{ count: string }>("select count(*) from public.audit_events_default");
  return { old, strays: Number(strays.rows[0]?.count) };
}

/** Creates the partitions of coming months. Returns the number of new ones. */
export async function makeMonths(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ made: number }>("select audit_ensure_months($1) as made", [MONTHS_AHEAD]);
  return rows[0]?.made ?? 0;
}

/** Moves a month to the archive, append-only and readable by auditors. Throws when it cannot get the lock. */
export async function archiveMonth(client: pg.Client, month: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await moveMonth(client, month);
    } catch (error) {
      await client.query("rollback");
      const busy = error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE;
      if (!busy || tries === LOCK_TRIES) throw error;
      await sleep(LOCK_RETRY_MS);
    }
  }
}

/** In one transaction and not CONCURRENTLY, which PostgreSQL refuses for tables with a default partition. */
async function moveMonth(client: pg.Client, month: string): Promise<void> {
  const table = pg.escapeIdentifier(month);
  await client.query("begin");
  await client.query(`set local lock_timeout = '${LOCK_TIMEOUT}'`);
  await client.query(`alter table public.audit_events detach partition public.${table}`);
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_partition_tree($1) as part join pg_class on pg_class.oid = part.relid order by level",
    [`public.${table}`],
  );
  for (const part of rows.map(({ name }) => pg.escapeIdentifier(name))) {
    await client.query(`alter table public.${part} set schema audit_archive`);
    await client.query("select public.audit_guard($1)", [`audit_archive.${part}`]);
  }
  await client.query(`grant select on audit_archive.${table} to exchange_auditor`);
  await client.query("commit");
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { "dry-run": { type: "boolean", default: false } } });
  const databaseUrl = process.env["DATABASE_URL"];
  if (databaseUrl === undefined || databaseUrl === "") {
    throw new Error("DATABASE_URL is not set: give the URL of the audit database, as its owner.");
  }
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    const { old, strays } = await planRetention(client, Date.now());
    if (strays > 0) console.warn(`${strays} events lie in audit_events_default: their months had no partition in time`);
    if (values["dry-run"]) {
      console.log(`would archive ${old.length} months: ${old.join(", ") || "none"}`);
      return;
    }
    console.log(`${await makeMonths(client)} months made ahead`);
    for (const month of old) {
      await archiveMonth(client, month);
      console.log(`${month} is in audit_archive`);
    }
    console.log(`${old.length} months archived`);
  } finally {
    await client.end();
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
