import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase } from "../dev/testing.ts";
import type { TestDatabase } from "../dev/testing.ts";
import type { AuditRecord } from "../protocol/rpc.ts";
import { openDatabase, writeAuditEvents } from "./auditWriter.ts";
import type { Database } from "./auditWriter.ts";

let postgres: TestDatabase;
let database: Database;

beforeAll(async () => {
  postgres = await startTestDatabase();
  database = openDatabase(postgres.url, postgres.fetchEndpoint);
}, 60_000);

afterAll(async () => {
  await postgres.close();
});

function record(action: string, body: Record<string, unknown>, more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    eventId: randomUUID(),
    at: 1_760_000_000_123,
    userId: randomUUID(),
    accountId: randomUUID(),
    action,
    resource: "order/1",
    result: "ok",
    ip: "127.0.0.1",
    userAgent: "test",
    requestId: "r1",
    before: null,
    after: null,
    body,
    ...more,
  };
}

function numbered(first: number, records: AuditRecord[]): { seq: number; record: AuditRecord }[] {
  return records.map((each, i) => ({ seq: first + i, record: each }));
}

test("AU-2: a batch written twice, or overlapping, leaves each event once and as it was first", async () => {
  const rows = numbered(
    1,
    [1, 2, 3, 4].map((n) => record("deposit", { n })),
  );
  await writeAuditEvents(database, 1, rows.slice(0, 3));
  await writeAuditEvents(database, 1, rows);
  const stored = await database.query(
    "select seq, body, occurred_at from audit_events where shard = 1 order by seq",
    [],
  );
  const occurred_at = new Date(1_760_000_000_123);
  expect(stored).toEqual([1, 2, 3, 4].map((n) => ({ seq: String(n), body: { n }, occurred_at })));
});

test("AU-2: numbers that another event has are an error, and what was there first stays", async () => {
  await writeAuditEvents(database, 5, numbered(1, [record("deposit", { n: 1 }), record("deposit", { n: 2 })]));
  const others = numbered(2, [record("deposit", { n: 99 }), record("deposit", { n: 3 })]);
  await expect(writeAuditEvents(database, 5, others)).rejects.toThrow("audit shard 5: 1 numbers are taken");
  expect(await database.query("select body from audit_events where shard = 5 and seq <= 2 order by seq", [])).toEqual([
    { body: { n: 1 } },
    { body: { n: 2 } },
  ]);
});

test("AU-2: a batch is written whole or not at all", async () => {
  const rows = numbered(1, [record("deposit", {}), record("deposit", {}, { accountId: "not-a-uuid" })]);
  await expect(writeAuditEvents(database, 2, rows)).rejects.toMatchObject({ code: "22P02" });
  expect(await database.query("select 1 from audit_events where shard = 2", [])).toEqual([]);
});

test("AU-2: text that PostgreSQL cannot hold does not block the trail", async () => {
  const nasty = `quote " backslash \\ comma , brace { } nul \u0000 lone \ud800 é 😀`;
  const held = nasty.replace("\u0000", "\ufffd").replace("\ud800", "\ufffd");
  await writeAuditEvents(database, 3, numbered(1, [record("order.refused", { reason: nasty }, { userAgent: nasty })]));
  expect(await database.query("select user_agent, body from audit_events where shard = 3", [])).toEqual([
    { user_agent: held, body: { reason: held } },
  ]);
});

test("AU-1: the views give typed columns, whatever text refused orders hold", async () => {
  const orderId = randomUUID();
  const fill = { order_id: orderId, symbol: "AAPL", side: "buy", price: "268.01", qty: "1.5", trade_id: 7 };
  await writeAuditEvents(
    database,
    4,
    numbered(1, [
      record("order.refused", { reason: "qty_malformed", ticket: { symbol: "AAPL", qty: "a lot" } }),
      record("order.accepted", { order_id: orderId, symbol: "AAPL", side: "buy", qty: "1.5", limit_price: null }),
      record("order.filled", { ...fill, notional: "402.015" }),
    ]),
  );
  const where = "where shard = 4 and qty > 1";
  expect(await database.query(`select order_id, qty, limit_price from orders_accepted ${where}`, [])).toEqual([
    { order_id: orderId, qty: "1.5", limit_price: null },
  ]);
  expect(await database.query(`select symbol, price * qty as value, trade_id from fills ${where}`, [])).toEqual([
    { symbol: "AAPL", value: "402.015", trade_id: "7" },
  ]);
  expect(await database.query("select reason, symbol, qty from refusals where shard = 4", [])).toEqual([
    { reason: "qty_malformed", symbol: "AAPL", qty: "a lot" },
  ]);
});
