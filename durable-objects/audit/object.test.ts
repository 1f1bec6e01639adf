import { generateKeyPairSync } from "node:crypto";
import { compactVerify, importJWK } from "jose";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { chainHashHex, GENESIS_HEX } from "../../db/auditChain.ts";
import { auditRecord } from "../../db/testing.ts";
import { startTestDatabase, type TestDatabase } from "../../dev/testing.ts";
import { checkpointClaims } from "../../protocol/audit/checkpoint.ts";
import { auditLine } from "../../protocol/audit/line.ts";
import type { AuditRecord } from "../../domain/account/state/events.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { AuditShard } from "./object.ts";

// The real object on SQLite in memory and a real PostgreSQL.
vi.mock("cloudflare:workers", () => import("../../test/simulation/platform.ts"));

const AUDIT_SIGNING_KEY = JSON.stringify({
  ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }),
  kid: "k1",
});
const WAIT_OPTIONS = { timeout: 20_000, interval: 20 };

let postgres: TestDatabase;
let owner: pg.Client;
const lives = new Map<NodeStorage, number>();

beforeAll(async () => {
  postgres = await startTestDatabase();
  owner = new pg.Client(postgres.url);
  owner.on("error", () => {});
  await owner.connect();
}, 60_000);
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await owner.end().catch(() => {});
  await postgres.close();
});

/** An empty disk of a shard. */
function newDisk(): NodeStorage {
  return new NodeStorage((commit) => queueMicrotask(commit));
}

/** Starts a shard on its disk, as after a restart: the previous instance on that disk is dead. */
function start(shard: number, disk: NodeStorage, databases: Readonly<Record<string, string>> = {}): AuditShard {
  for (const level of ["log", "warn", "error"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  const life = (lives.get(disk) ?? 0) + 1;
  lives.set(disk, life);
  const storage = {
    sql: {
      exec: (query: string, ...binds: (string | number | ArrayBuffer | null)[]) => {
        if (lives.get(disk) !== life) throw new Error("this instance is dead");
        return disk.exec(query, ...binds);
      },
    },
    transactionSync: <T>(work: () => T) => disk.transactionSync(work),
    sync: () => new Promise<void>((resolve) => disk.whenDurable(resolve)),
    setAlarm: (at: number) => Promise.resolve(disk.setAlarm(at)),
    deleteAlarm: () => Promise.resolve(disk.setAlarm(null)),
  };
  const ctx = { id: { name: String(shard) }, storage, abort: vi.fn() };
  const { writerUrl: DATABASE_URL, fetchEndpoint: NEON_FETCH_ENDPOINT } = postgres;
  const counts = { AUDIT_SHARDS: "16", AUDIT_SHARDS_EU: "4" };
  const env = { DATABASE_URL, NEON_FETCH_ENDPOINT, AUDIT_SIGNING_KEY, ...counts, ...databases };
  return new AuditShard(ctx, env);
}

async function deliver(
  shard: AuditShard,
  from: string,
  first: number,
  messages: readonly AuditRecord[],
): Promise<void> {
  const { ack } = await shard.deliver({ from, first, messages, ack: 0 });
  expect(ack).toBe(first + messages.length - 1);
}

/** Hash of the chain of these records. */
function headOf(shard: number, records: readonly AuditRecord[]): string {
  return records.reduce((hash, record, n) => chainHashHex(hash, auditLine(shard, n + 1, record)), GENESIS_HEX);
}

const several = (count: number): AuditRecord[] =>
  Array.from({ length: count }, (_, n) => auditRecord("deposit", { n }));

async function hashes(shard: number): Promise<string[]> {
  const query = "select encode(hash, 'hex') as hash from audit_events where shard = $1 order by seq";
  return (await owner.query<{ hash: string }>(query, [shard])).rows.map(({ hash }) => hash);
}

test("AU-2, AU-3: the records of all accounts form one chain in PostgreSQL, through a restart and an outage", async () => {
  const disk = newDisk();
  const [a, b, c] = [several(3), several(700), several(2)];
  const first = start(1, disk);
  expect(await first.status()).toEqual({ taken: 0, drained: 0, lag: 0, hash: GENESIS_HEX, shards: 16, euShards: 4 });
  await deliver(first, "account/a", 1, a);
  await expect
    .poll(() => first.status(), WAIT_OPTIONS)
    .toMatchObject({ taken: 3, drained: 3, lag: 0, hash: headOf(1, a) });

  await owner.end();
  await postgres.stop();
  await deliver(first, "account/b", 1, b);
  await deliver(first, "account/b", 1, b);
  const second = start(1, disk);
  await deliver(second, "account/a", 4, c);
  const all = [...a, ...b, ...c];
  expect(await second.status()).toMatchObject({ taken: 705, drained: 3, lag: 702, hash: headOf(1, all) });

  await postgres.start();
  owner = new pg.Client(postgres.url);
  owner.on("error", () => {});
  await owner.connect();
  await expect.poll(() => second.status(), WAIT_OPTIONS).toMatchObject({ drained: 705, lag: 0 });
  expect(await hashes(1)).toEqual(all.map((_, n) => headOf(1, all.slice(0, n + 1))));
});

test("AU-3: the journal keeps the number of records, not the records", async () => {
  const disk = newDisk();
  const shard = start(2, disk);
  await deliver(shard, "account/a", 1, [auditRecord("deposit", { secret: "x".repeat(10_000) })]);
  const [row] = disk.exec("SELECT max(length(body)) AS bytes FROM journal");
  expect(row?.["bytes"]).toBeLessThan(200);
  const again = start(2, disk);
  expect(await again.status()).toMatchObject({ taken: 1 });
  await expect.poll(() => again.status(), WAIT_OPTIONS).toMatchObject({ drained: 1 });
});

test("AU-6: the head in PostgreSQL is signed, and the checkpoint is stored there too", async () => {
  const shard = start(3, newDisk());
  const records = several(5);
  await deliver(shard, "account/a", 1, records);
  await expect.poll(() => shard.checkpoints(9), WAIT_OPTIONS).toHaveLength(1);
  const [checkpoint] = await shard.checkpoints(9);
  const [key] = await shard.checkpointKeys();
  if (checkpoint === undefined || key === undefined) throw new Error("nothing is signed");
  const { payload } = await compactVerify(checkpoint.jws, await importJWK(key, "ES256"));
  const claims = checkpointClaims.parse(JSON.parse(new TextDecoder().decode(payload)));
  expect(claims).toMatchObject({ shard: 3, seq: 5, hash: headOf(3, records), previous: null });
  const stored = () => owner.query("select seq, jws from audit_checkpoints where shard = 3");
  await expect.poll(async () => (await stored()).rows, WAIT_OPTIONS).toEqual([{ seq: "5", jws: checkpoint.jws }]);
});

test("AU-4: a shard that lost its disk, or finds the trail of another exchange, keeps its records and raises an alert", async () => {
  const records = several(4);
  const before = start(4, newDisk());
  await deliver(before, "account/a", 1, records);
  await expect.poll(() => before.status(), WAIT_OPTIONS).toMatchObject({ drained: 4 });

  const disk = newDisk();
  const after = start(4, disk);
  await deliver(after, "account/a", 1, several(2));
  const alerts = () => [...disk.exec("SELECT kind, open FROM alerts")];
  await expect.poll(alerts, WAIT_OPTIONS).toEqual([{ kind: "audit_foreign_trail", open: 1 }]);
  expect(await after.status()).toMatchObject({ taken: 2, drained: 0, lag: 2 });
  expect(await hashes(4)).toHaveLength(4);
});

test("PV-22: only shards of the EU drain to the EU database; without one, all shards share a database", async () => {
  const { writerUrl } = postgres;
  const elsewhere = new URL(writerUrl);
  elsewhere.pathname = "/nowhere";
  const records = several(1);
  const rowsOf = async (shard: number) =>
    (await owner.query("SELECT seq FROM audit_events WHERE shard = $1", [shard])).rows.length;

  const apart = { DATABASE_URL: String(elsewhere), DATABASE_URL_EU: writerUrl };
  const [ours, theirs] = [start(12, newDisk(), apart), start(1_001, newDisk(), apart)];
  await deliver(ours, "account/e", 1, records);
  await deliver(theirs, "account/e", 1, records);
  await vi.waitFor(async () => expect(await theirs.status()).toMatchObject({ taken: 1, drained: 1 }), WAIT_OPTIONS);
  expect(await rowsOf(1_001)).toBe(1);
  expect(await ours.status()).toMatchObject({ taken: 1, drained: 0 });

  const shared = start(1_002, newDisk(), { DATABASE_URL: writerUrl, DATABASE_URL_EU: "none" });
  await deliver(shared, "account/e", 1, records);
  await vi.waitFor(async () => expect(await rowsOf(1_002)).toBe(1), WAIT_OPTIONS);
});
