import pg from "pg";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openAuditDatabase } from "../db/auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "../db/testing.ts";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import { archiveMonth, makeMonths, planRetention } from "./retention.ts";

let postgres: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await startTestDatabase();
  owner = new pg.Client(postgres.url);
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await postgres.close();
});

const today = new Date();
/** Midnight UTC of the first day of a month, `ago` months before this one. */
const month = (ago: number): Date => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - ago));
const nameOf = (date: Date): string => `audit_events_${date.toISOString().slice(0, 7).replace("-", "_")}`;

async function column(text: string, ...values: unknown[]): Promise<unknown[]> {
  const { rows } = await owner.query<unknown[]>({ text, values, rowMode: "array" });
  return rows.map(([value]) => value);
}

/** A month of the past with its parts, as audit_ensure_months made it then. */
async function makeOldMonth(first: Date, next: Date): Promise<string> {
  const name = nameOf(first);
  const bounds = `from ('${first.toISOString()}') to ('${next.toISOString()}')`;
  await owner.query(`create table ${name} partition of audit_events for values ${bounds} partition by hash (shard)`);
  for (let part = 0; part < 4; part++) {
    await owner.query(
      `create table ${name}_${part} partition of ${name} for values with (modulus 4, remainder ${part})`,
    );
  }
  await column("select audit_guard(relid) from pg_partition_tree($1)", name);
  return name;
}

test("AU-8: this month and the coming ones have partitions, each of four parts, before anything is written", async () => {
  const tree = "select relid::regclass::text from pg_partition_tree('audit_events') where level = $1 order by 1";
  expect(await column(tree, 1)).toEqual(
    ["audit_events_default", ...[1, 0, -1, -2].map((ago) => nameOf(month(ago)))].sort(),
  );
  expect(await column(tree, 2)).toHaveLength(16);
  expect(await makeMonths(owner)).toBe(10);
  expect(await makeMonths(owner)).toBe(0);
  expect(await column(tree, 1)).toContain(nameOf(month(-12)));
});

test("AU-8: an event is stored in the partition of its month and shard; without one, in the default partition", async () => {
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  const records = [month(0), month(-1), new Date(0)].map((date) => auditRecord("deposit", {}, { at: date.getTime() }));
  expect(await database.append(auditBatch(1, GENESIS, records))).toMatchObject({ written: true });
  const places = await column("select tableoid::regclass::text from audit_events where shard = 1 order by seq");
  expect(places).toEqual([
    expect.stringMatching(`^${nameOf(month(0))}_[0-3]$`),
    expect.stringMatching(`^${nameOf(month(-1))}_[0-3]$`),
    "audit_events_default",
  ]);
  expect((await planRetention(owner, Date.now())).strays).toBe(1);
});

test("AU-8: events that were stored before their month had a partition stay in the default partition", async () => {
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  await owner.query(`drop table ${nameOf(month(-2))}`);
  await database.append(auditBatch(2, GENESIS, [auditRecord("deposit", {}, { at: month(-2).getTime() })]));
  expect(await makeMonths(owner)).toBe(0);
  expect(await column("select tableoid::regclass::text from audit_events where shard = 2")).toEqual([
    "audit_events_default",
  ]);
});

test("AU-8: months over seven years old are archived: readable by auditors, append-only, and gone from the trail", async () => {
  const script = async (...args: string[]): Promise<string> => {
    const file = fileURLToPath(new URL("retention.ts", import.meta.url));
    const env = { ...process.env, DATABASE_URL: postgres.url };
    return (await promisify(execFile)(process.execPath, [file, ...args], { env })).stdout;
  };
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  const eight = await makeOldMonth(month(96), month(95));
  const seven = await makeOldMonth(month(85), month(84));
  const younger = await makeOldMonth(month(84), month(83));
  const at = [96, 85, 84].map((ago) => month(ago).getTime() + 1);
  const batch = auditBatch(
    3,
    GENESIS,
    at.map((time) => auditRecord("deposit", {}, { at: time })),
  );
  await database.append(batch);

  expect((await planRetention(owner, Date.now())).old).toEqual([eight, seven]);
  expect(await script("--dry-run")).toContain(`would archive 2 months: ${eight}, ${seven}`);
  expect(await column("select seq from audit_events where shard = 3 order by seq")).toEqual(["1", "2", "3"]);

  expect(await script()).toContain("2 months archived");
  expect(await script()).toContain("0 months archived");
  expect(await column("select seq from audit_events where shard = 3")).toEqual(["3"]);
  expect(await column("select tableoid::regclass::text from audit_events where shard = 3")).toEqual([
    expect.stringMatching(`^${younger}_[0-3]$`),
  ]);
  expect(await column(`select seq from audit_archive.${eight}`)).toEqual(["1"]);
  for (const table of [eight, seven].flatMap((name) => [name, `${name}_0`, `${name}_3`])) {
    for (const statement of [`update audit_archive.${table} set shard = 1`, `delete from audit_archive.${table}`]) {
      await expect(owner.query(statement), statement).rejects.toThrow("append-only");
    }
    await expect(owner.query(`truncate audit_archive.${table}`), table).rejects.toThrow("append-only");
  }
  const reader = `select has_table_privilege('exchange_auditor', 'audit_archive.${eight}', 'select') and
    has_schema_privilege('exchange_auditor', 'audit_archive', 'usage')`;
  expect(await column(reader)).toEqual([true]);
  // The trail continues.
  const next = auditBatch(3, batch.last, [auditRecord("deposit", {}, { at: Date.now() })]);
  expect(await database.append(next)).toMatchObject({ written: true });
});

test("AU-8: a month is archived completely once a writer releases its lock", async () => {
  const old = await makeOldMonth(month(100), month(99));
  const busy = new pg.Client(postgres.url);
  await busy.connect();
  try {
    await busy.query("begin");
    await busy.query("lock table audit_events in row exclusive mode");
    const archived = archiveMonth(owner, old);
    const waiting = "select count(*)::int from pg_stat_activity where wait_event_type = 'Lock'";
    await expect.poll(async () => (await busy.query<{ count: number }>(waiting)).rows[0]?.count).toBe(1);
    await busy.query("rollback");
    await archived;
    expect(await column("select to_regclass($1)::text", `audit_archive.${old}`)).toEqual([`audit_archive.${old}`]);
  } finally {
    await busy.end();
  }
});
