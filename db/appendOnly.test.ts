import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import { openAuditDatabase } from "./auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "./testing.ts";

const APPEND_ONLY = /the audit trail is append-only/;
/** SQLSTATE insufficient_privilege: also what the triggers answer with. */
const NOT_ALLOWED = { code: "42501" };

let postgres: TestDatabase;
let owner: pg.Client;
let writer: pg.Client;
/** Every table of the trail: parents, months, their parts, the default one. */
let tables: string[];

beforeAll(async () => {
  postgres = await startTestDatabase();
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  await database.append(auditBatch(1, GENESIS, [auditRecord("deposit", {}, { at: Date.now() })]));
  await database.append(auditBatch(2, GENESIS, [auditRecord("deposit", {}, { at: 0 })]));
  await database.addCheckpoints(1, [{ seq: 1, jws: "a.b.c" }]);
  [owner, writer] = [new pg.Client(postgres.url), new pg.Client(postgres.writerUrl)];
  await owner.connect();
  await writer.connect();
  // Partitions that are made later, by hand as well.
  await owner.query("create table by_hand partition of audit_events for values from ('2001-01-01') to ('2001-02-01')");
  await writer.query("select audit_ensure_months(5)");
  const found = await owner.query<{ name: string }>(
    "select relid::regclass::text as name from pg_partition_tree('audit_events') union all select 'audit_checkpoints'",
  );
  tables = found.rows.map(({ name }) => name);
}, 60_000);

afterAll(async () => {
  await owner.end();
  await writer.end();
  await postgres.close();
});

describe("AU-5: the trail is append-only", () => {
  test("no statement of the owner changes a row or empties a table, of the parent or any partition", async () => {
    expect(tables.length).toBeGreaterThan(5 * 5);
    for (const table of tables) {
      if (table === "by_hand") continue;
      await expect(owner.query(`update ${table} set shard = shard`), table).rejects.toThrow(APPEND_ONLY);
      await expect(owner.query(`delete from ${table}`), table).rejects.toThrow(APPEND_ONLY);
      await expect(owner.query(`truncate ${table}`), table).rejects.toThrow(APPEND_ONLY);
    }
    const upsert = `insert into audit_events select * from audit_events on conflict (shard, seq, "timestamp") do update set result = 'refused'`;
    await expect(owner.query(upsert)).rejects.toThrow(APPEND_ONLY);
    expect((await owner.query("select from audit_events")).rowCount).toBe(2);
  });

  test("a partition that is created by hand is append-only too", async () => {
    await owner.query(
      `insert into by_hand select shard, seq, event_id, '2001-01-02', user_id, account_id, action, resource, result, ip_address,
      user_agent, request_id, body, before, after, hash from audit_events limit 1`,
    );
    await expect(owner.query("update by_hand set result = 'refused'")).rejects.toThrow(APPEND_ONLY);
    await expect(owner.query("delete from by_hand")).rejects.toThrow(APPEND_ONLY);
  });

  test("the triggers fire in a superuser's session with session_replication_role = replica too", async () => {
    await owner.query("set session_replication_role = replica");
    try {
      for (const table of ["audit_events", "audit_checkpoints", "by_hand", tables.find((name) => /_\d$/.test(name))]) {
        await expect(owner.query(`update ${table} set shard = shard`), table).rejects.toThrow(APPEND_ONLY);
      }
      await expect(owner.query("delete from audit_heads")).rejects.toThrow(APPEND_ONLY);
    } finally {
      await owner.query("reset session_replication_role");
    }
  });

  test("a head only moves forward, and cannot be deleted", async () => {
    await expect(owner.query("update audit_heads set seq = seq - 1")).rejects.toThrow(APPEND_ONLY);
    await expect(owner.query("update audit_heads set hash = ''")).rejects.toThrow(APPEND_ONLY);
    await expect(owner.query("update audit_heads set shard = 9 where shard = 1")).rejects.toThrow(APPEND_ONLY);
    await expect(owner.query("delete from audit_heads")).rejects.toThrow(APPEND_ONLY);
    await expect(owner.query("truncate audit_heads")).rejects.toThrow(APPEND_ONLY);
  });

  test("the writer may only insert and read", async () => {
    for (const table of tables) {
      await expect(writer.query(`update ${table} set shard = shard`), table).rejects.toMatchObject(NOT_ALLOWED);
      await expect(writer.query(`delete from ${table}`), table).rejects.toMatchObject(NOT_ALLOWED);
      await expect(writer.query(`truncate ${table}`), table).rejects.toMatchObject(NOT_ALLOWED);
    }
    const refused = [
      "delete from audit_heads",
      "truncate audit_heads",
      "drop table audit_heads",
      "alter table audit_events disable trigger all",
      "alter table audit_events detach partition audit_events_default",
      "create table of_mine (a integer)",
      "set session_replication_role = replica",
      "select from fills",
      "select audit_guard('audit_heads')",
      "create schema of_mine",
    ];
    for (const statement of refused) {
      await expect(writer.query(statement), statement).rejects.toMatchObject(NOT_ALLOWED);
    }
    expect(
      (await writer.query("select from audit_events where shard < 3 and \"timestamp\" <> '2001-01-02'")).rowCount,
    ).toBe(2);
  });

  test("an auditor may read everything and insert nothing", async () => {
    await owner.query("create role reader login password 'reader' in role exchange_auditor");
    const url = new URL(postgres.url);
    [url.username, url.password] = ["reader", "reader"];
    const auditor = new pg.Client(url.href);
    await auditor.connect();
    try {
      for (const name of ["audit_events", "audit_heads", "audit_checkpoints", "fills", "orders_accepted", "refusals"]) {
        expect((await auditor.query(`select from ${name}`)).command, name).toBe("SELECT");
      }
      for (const name of ["audit_events", "audit_heads", "audit_checkpoints"]) {
        const insert = `insert into ${name} select * from ${name}`;
        await expect(auditor.query(insert), name).rejects.toMatchObject(NOT_ALLOWED);
      }
      await expect(auditor.query("select audit_ensure_months(0)")).rejects.toMatchObject(NOT_ALLOWED);
    } finally {
      await auditor.end();
    }
  });
});

test("AU-2: tables of version 1 stay readable under another name, and are append-only too", async () => {
  await owner.query("create database of_version_1");
  const url = new URL(postgres.url);
  url.pathname = "/of_version_1";
  const client = new pg.Client(url.href);
  await client.connect();
  try {
    const migration = (name: string) => readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), "utf8");
    await client.query(migration("0000_audit_events"));
    await client.query(
      `insert into audit_events values (3, 1, gen_random_uuid(), now(), gen_random_uuid(), gen_random_uuid(), 'deposit', 'account/1',
      'ok', '', '', '', '{}')`,
    );
    await client.query(migration("0001_audit_chain"));
    expect((await client.query("select from audit_events_v1")).rowCount).toBe(1);
    await expect(client.query("delete from audit_events_v1")).rejects.toThrow(APPEND_ONLY);
    expect((await client.query("select from audit_events")).rowCount).toBe(0);
  } finally {
    await client.end();
  }
});
