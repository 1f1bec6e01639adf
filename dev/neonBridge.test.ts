import { neon, neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase } from "./testing.ts";
import type { TestDatabase } from "./testing.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await startTestDatabase();
  neonConfig.fetchEndpoint = database.fetchEndpoint;
}, 60_000);

afterAll(async () => {
  await database.close();
});

test("DV-1: values are returned as the driver returns them from Neon: exact numerics as text, dates and JSON parsed", async () => {
  const [row] = await neon(database.url).query(
    `select $1::int as i, 9007199254740993::bigint as big, 0.1::numeric as n, '{"a":[1]}'::jsonb as j,
       array['x','y'] as list, null::text as nothing, true as yes, '2026-01-02T03:04:05Z'::timestamptz as at`,
    [7],
  );
  expect(row).toEqual({
    i: 7,
    big: "9007199254740993",
    n: "0.1",
    j: { a: [1] },
    list: ["x", "y"],
    nothing: null,
    yes: true,
    at: new Date("2026-01-02T03:04:05Z"),
  });
});

test("DV-1: a full result names its command, its row count and its columns", async () => {
  const sql = neon(database.url, { fullResults: true, arrayMode: true });
  const result = await sql.query("select 1 as one, 'x' as two");
  expect(result.command).toBe("SELECT");
  expect(result.rowCount).toBe(1);
  expect(result.rows).toEqual([[1, "x"]]);
  expect(result.fields.map((field) => field.name)).toEqual(["one", "two"]);
});

test("DV-1: an error carries PostgreSQL's own fields", async () => {
  const sql = neon(database.url);
  await expect(sql.query("insert into audit_heads (shard) values (1)")).rejects.toMatchObject({
    code: "23502",
    severity: "ERROR",
    table: "audit_heads",
    column: "seq",
  });
});

test("DV-1: a batch is one transaction at the requested isolation level, and is rolled back when a part fails", async () => {
  const sql = neon(database.url);
  await sql.query("create table batch_check (n int primary key)");
  const [, isolation] = await sql.transaction(
    [sql`insert into batch_check values (1)`, sql`select current_setting('transaction_isolation') as level`],
    { isolationLevel: "Serializable" },
  );
  expect(isolation).toEqual([{ level: "serializable" }]);
  await expect(
    sql.transaction([sql`insert into batch_check values (2)`, sql`insert into batch_check values (1)`]),
  ).rejects.toMatchObject({ code: "23505" });
  expect(await sql`select n from batch_check`).toEqual([{ n: 1 }]);
  await expect(sql.transaction([sql`delete from batch_check`], { readOnly: true })).rejects.toMatchObject({
    code: "25006",
  });
});

test("DV-1: while PostgreSQL is down statements fail at once with 503, and work again after its restart", async () => {
  const sql = neon(database.url);
  await sql.query("select 1");
  await database.stop();
  await expect(sql.query("select 1")).rejects.toThrow(/503.*no connection to PostgreSQL/);
  await database.start();
  expect(await sql.query("select 1 as one")).toEqual([{ one: 1 }]);
});

test("DV-1: a malformed request is refused without a call of PostgreSQL", async () => {
  const headers = { "neon-connection-string": database.url };
  const post = (body: string, init: RequestInit = {}): Promise<Response> =>
    fetch(database.fetchEndpoint, { method: "POST", headers, body, ...init });
  expect((await post("{")).status).toBe(400);
  expect((await post('{"sql":"select 1"}')).status).toBe(400);
  expect((await post('{"query":"select 1"}', { headers: {} })).status).toBe(400);
  expect((await fetch(database.fetchEndpoint)).status).toBe(404);
});
