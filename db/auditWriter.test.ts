import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase, type TestDatabase } from "../dev/testing.ts";
import { type Actor, SYSTEM } from "../domain/actor.ts";
import { AUDIT_FIELDS, auditLine, FIELD_SEPARATOR, LINE_SEPARATOR } from "../protocol/audit/line.ts";
import type { AuditRecord } from "../domain/account/state/events.ts";
import { chainHashHex, GENESIS_HEX } from "./auditChain.ts";
import { openAuditDatabase, type AuditDatabase, type ChainPosition } from "./auditWriter.ts";
import { auditBatch, auditRecord, GENESIS } from "./testing.ts";
import { verifyPage } from "./verify/page.ts";
import { openTrailReader } from "./verify/reader.ts";

let postgres: TestDatabase;
let database: AuditDatabase;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await startTestDatabase();
  database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  owner = new pg.Client(postgres.url);
  await owner.connect();
}, 60_000);

afterAll(async () => {
  await owner.end();
  await postgres.close();
});

async function rows(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]> {
  return (await owner.query<Record<string, unknown>>(text, values)).rows;
}

/** Sequences that are stored, in order. */
async function stored(shard: number): Promise<number[]> {
  return (await rows("select seq from audit_events where shard = $1 order by seq", shard)).map(({ seq }) =>
    Number(seq),
  );
}

/** Each field of a line, read from the columns of a row. */
const FIELDS: readonly string[] = AUDIT_FIELDS.map((field) => {
  if (field === "at") return `trim_scale(extract(epoch from "timestamp") * 1000)::text`;
  return `coalesce(${field}::text, '')`;
});

/** The stored lines, built from their columns, and whether each matches the hash of its row. */
async function recomputed(shard: number): Promise<{ lines: string[]; intact: boolean }> {
  const query = `select array[${FIELDS.join(", ")}] as fields, hash from audit_events where shard = $1 order by seq`;
  const lines: string[] = [];
  let previous = GENESIS_HEX;
  let intact = true;
  for (const row of (await owner.query<{ fields: string[]; hash: Buffer }>(query, [shard])).rows) {
    // A line of version 1 ends with `after`.
    const fields = row.fields[15] === "" ? row.fields.slice(0, 15) : row.fields;
    const line = fields.join(FIELD_SEPARATOR);
    previous = chainHashHex(previous, line);
    intact &&= row.hash.toString("hex") === previous;
    lines.push(line);
  }
  return { lines, intact };
}

const several = (count: number): AuditRecord[] =>
  Array.from({ length: count }, (_, n) => auditRecord("deposit", { n: n + 1 }));

test("AU-2: a batch continues the chain; a repeated or overlapping one changes nothing and returns the end of the chain", async () => {
  const [a, b, c, d] = several(4) as [AuditRecord, AuditRecord, AuditRecord, AuditRecord];
  const first = auditBatch(1, GENESIS, [a, b, c]);
  expect(await database.append(first)).toMatchObject({ written: true });
  expect(await database.append(first)).toEqual({ written: false, head: first.last });
  expect(await database.append(auditBatch(1, GENESIS, [a, b, c, d]))).toEqual({ written: false, head: first.last });
  const second = auditBatch(1, first.last, [d]);
  expect(await database.append(second)).toMatchObject({ written: true });
  expect(await stored(1)).toEqual([1, 2, 3, 4]);
  expect(await database.head(1)).toEqual({ ...second.last, rowHash: second.last.hash });
});

test("AU-4: a batch that does not continue the stored chain writes nothing: other history, a gap, a lost chain", async () => {
  const ours = auditBatch(5, GENESIS, several(3));
  await database.append(ours);
  const strangers: ChainPosition[] = [
    { seq: 3, hash: chainHashHex(GENESIS_HEX, "another") },
    { seq: 4, hash: ours.last.hash },
    { seq: 2, hash: ours.last.hash },
    GENESIS,
    { ...GENESIS, seq: 3 },
  ];
  for (const after of strangers) {
    expect(await database.append(auditBatch(5, after, several(2)))).toEqual({ written: false, head: ours.last });
  }
  expect(await stored(5)).toEqual([1, 2, 3]);
  // A chain may begin at any sequence, but a batch must continue an existing chain.
  expect(await database.append(auditBatch(6, ours.last, several(1)))).toEqual({ written: false, head: null });
  expect(await database.append(auditBatch(7, { ...GENESIS, seq: 41 }, several(1)))).toMatchObject({ written: true });
  expect([await stored(6), await stored(7)]).toEqual([[], [42]]);
});

test("AU-4: of two concurrent statements with the same batch one writes", async () => {
  let after = GENESIS;
  for (let round = 0; round < 10; round++) {
    const batch = auditBatch(8, after, several(50));
    const answers = await Promise.all([database.append(batch), database.append(batch), database.append(batch)]);
    expect(answers.filter(({ written }) => written)).toHaveLength(1);
    after = batch.last;
  }
  expect(await stored(8)).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
});

test("AU-2: a batch and its head are written in one transaction", async () => {
  const batch = auditBatch(2, GENESIS, [
    auditRecord("deposit", {}),
    auditRecord("deposit", {}, { accountId: "no-uuid" }),
  ]);
  await expect(database.append(batch)).rejects.toMatchObject({ code: "22P02" });
  expect([await stored(2), await database.head(2)]).toEqual([[], null]);
});

test("AU-3: the chain can be computed again from the columns alone, whatever text clients sent", async () => {
  const nasty = `quote " ' backslash \\ \\u0000 comma , brace { } nul \u0000 separators \u001e\u001f\u001d\n\r\t lone \ud800 \udc00 é 😀 \u2028`;
  const body = { reason: nasty, list: ["", nasty], price: "268.0100", empty: {}, n: -0.5e-7 };
  const actor = { userId: randomUUID(), credentialKind: "app", credentialId: nasty } as const;
  const standing = { cash: "100000", cash_held: "0.0001", symbol: nasty, qty: "1", qty_held: "0" };
  const records = [
    auditRecord("order.refused", body, {
      userAgent: nasty,
      requestId: nasty,
      ip: nasty,
      resource: nasty,
      action: nasty,
    }),
    auditRecord("order.accepted", body, { before: standing, after: standing, at: 0, actor: SYSTEM }),
    auditRecord("", {}, { userAgent: "", requestId: "", ip: "", resource: "", at: 7_258_118_399_999 }),
    auditRecord("deposit", { amount: "1" }, { at: 1_760_000_000_999, after: standing, actor }),
  ];
  const batch = auditBatch(3, GENESIS, records);
  await database.append(batch);
  const lines = records.map((record, n) => auditLine(3, n + 1, record));
  expect(await recomputed(3)).toEqual({ lines, intact: true });
  const held = "\u0000\u001e\u001f"
    .split("")
    .reduce((text, bad) => text.replaceAll(bad, "\ufffd"), nasty)
    .toWellFormed();
  expect(
    await rows("select user_agent, body ->> 'reason' as reason from audit_events where shard = 3 and seq = 1"),
  ).toEqual([{ user_agent: held, reason: held }]);
});

test("AU-25: an order's row names the key that placed it; an event of the previous release names none", async () => {
  const actor: Actor = { userId: randomUUID(), credentialKind: "api_key", credentialId: `PK${"A".repeat(26)}` };
  const order = (more: Partial<AuditRecord>) => auditRecord("order.accepted", { order_id: randomUUID() }, more);
  const refused = auditRecord("order.refused", { reason: "qty_malformed", ticket: {} }, { actor });
  await database.append(auditBatch(11, GENESIS, [order({ actor }), order({ actor: SYSTEM }), order({}), refused]));
  const who = "actor_id, credential_kind, credential_id";
  const said = { actor_id: actor.userId, credential_kind: "api_key", credential_id: actor.credentialId };
  const nothing = { actor_id: null, credential_kind: null, credential_id: null };
  expect(await rows(`select ${who} from orders_accepted where shard = 11 order by seq`)).toEqual([
    said,
    { actor_id: null, credential_kind: "system", credential_id: "" },
    nothing,
  ]);
  expect(await rows(`select ${who} from refusals where shard = 11`)).toEqual([said]);
  expect(await rows("select version from audit_events where shard = 11 order by seq")).toEqual(
    [2, 2, null, 2].map((version) => ({ version })),
  );
});

test("AU-26: a chain of the previous release continues after the migration, and the auditor's rights are unchanged", async () => {
  await owner.query("create database of_previous_release");
  const there = (url: string): string => Object.assign(new URL(url), { pathname: "/of_previous_release" }).href;
  const client = new pg.Client(there(postgres.url));
  await client.connect();
  try {
    const migration = (name: string) => readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), "utf8");
    await client.query(migration("0000_audit_events"));
    await client.query(migration("0001_audit_chain"));
    // A batch of the previous release, whose lines have no actor.
    const old = auditBatch(3, GENESIS, several(3));
    for (const text of old.lines.split(LINE_SEPARATOR)) {
      await client.query(
        `insert into audit_events select f[1]::integer, f[2]::bigint, f[3]::uuid, to_timestamp(f[4]::float8 / 1000), f[5]::uuid,
         f[6]::uuid, f[7], f[8], f[9], f[10], f[11], f[12], f[13]::json, nullif(f[14], '')::json, nullif(f[15], '')::json,
         decode(f[16], 'hex') from string_to_array($1, $2) as f`,
        [text, FIELD_SEPARATOR],
      );
    }
    await client.query("insert into audit_heads values (3, $1, decode($2, 'hex'))", [old.last.seq, old.last.hash]);
    await client.query(migration("0002_audit_actor"));
    const since = several(2).map((record) => ({ ...record, actor: SYSTEM }));
    const next = auditBatch(3, old.last, [...several(1), ...since]);
    const { append } = openAuditDatabase(there(postgres.writerUrl), postgres.fetchEndpoint);
    expect(await append(next)).toMatchObject({ written: true });
    const reader = openTrailReader(there(postgres.writerUrl), postgres.fetchEndpoint);
    const own = { drained: () => next.last, end: () => ({ drained: 6, taken: 6 }) };
    const page = await verifyPage({ shard: 3, reader, keys: [], ...own }, 0, 100, Date.now());
    expect(page).toMatchObject({ ok: true, events: 6, through: 6, firstDifference: null });
    const granted = await client.query("select has_table_privilege('exchange_auditor', $1, 'select') as may", [
      "orders_accepted",
    ]);
    expect(granted.rows).toEqual([{ may: true }]);
  } finally {
    await client.end();
  }
});

test("AU-1: the views have typed columns, whatever text refused orders contain", async () => {
  const orderId = randomUUID();
  const fill = { order_id: orderId, symbol: "AAPL", side: "buy", price: "268.01", qty: "1.5", trade_id: 7 };
  await database.append(
    auditBatch(4, GENESIS, [
      auditRecord("order.refused", { reason: "qty_malformed", ticket: { symbol: "AAPL", qty: "a lot" } }),
      auditRecord("order.accepted", { order_id: orderId, symbol: "AAPL", side: "buy", qty: "1.5", limit_price: null }),
      auditRecord("order.filled", { ...fill, notional: "402.015" }),
    ]),
  );
  const where = "where shard = 4 and qty > 1";
  expect(await rows(`select order_id, qty, limit_price from orders_accepted ${where}`)).toEqual([
    { order_id: orderId, qty: "1.5", limit_price: null },
  ]);
  expect(await rows(`select symbol, price * qty as value, trade_id from fills ${where}`)).toEqual([
    { symbol: "AAPL", value: "402.015", trade_id: "7" },
  ]);
  expect(await rows("select reason, symbol, qty from refusals where shard = 4")).toEqual([
    { reason: "qty_malformed", symbol: "AAPL", qty: "a lot" },
  ]);
});

test("AU-6: a checkpoint is stored once, and the head shows when the event of its hash is missing", async () => {
  const checkpoints = [{ seq: 3, jws: "a.b.c" }];
  await database.addCheckpoints(9, checkpoints);
  await database.addCheckpoints(9, [...checkpoints, { seq: 9, jws: "d.e.f" }]);
  expect(await rows("select seq, jws from audit_checkpoints where shard = 9 order by seq")).toEqual([
    { seq: "3", jws: "a.b.c" },
    { seq: "9", jws: "d.e.f" },
  ]);
  await rows("insert into audit_heads values (9, 3, '\\x01')");
  expect(await database.head(9)).toEqual({ seq: 3, hash: "01", rowHash: null });
});
