import fc from "fast-check";
import { exportJWK, generateKeyPair } from "jose";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startTestDatabase } from "../../dev/testing.ts";
import type { TestDatabase } from "../../dev/testing.ts";
import { Trail } from "../../ops/verify/trail.ts";
import { costBasisOf } from "../../domain/account/lots/accountLots.ts";
import { openSigner, type Signer } from "../../durable-objects/audit/signer.ts";
import { fieldsOf } from "./rows.ts";
import { COLUMNS, flip } from "../../test/audit/flip.ts";
import { seededRandom } from "../../test/rig/random.ts";
import { migrate } from "../migrate.ts";
import { chainHashHex, sha256Hex } from "../auditChain.ts";
import { openAuditDatabase } from "../auditWriter.ts";
import type { ChainPosition } from "../auditWriter.ts";
import { auditBatch, GENESIS } from "../testing.ts";
import { AccountFold } from "./accountFold.ts";
import { checkpointReader } from "./checkpoints.ts";
import type { Difference } from "./difference.ts";
import { judgeEnd } from "./end.ts";
import { verifyPage } from "./page.ts";
import { openTrailReader } from "./reader.ts";
import { whatWasChanged } from "./restore.ts";
import { chainStart } from "./start.ts";
import { tradedTrail } from "./testing.ts";
import type { TradedTrail } from "./testing.ts";

const SHARDS = 3;
const TABLES = ["audit_events", "audit_heads", "audit_checkpoints"];

let postgres: TestDatabase;
let owner: pg.Client;
let signer: Signer;
let traded: TradedTrail;
/** What each shard knows of itself. */
const own = new Map<number, ChainPosition>();

beforeAll(async () => {
  postgres = await startTestDatabase();
  owner = new pg.Client(postgres.url);
  await owner.connect();
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  signer = openSigner(JSON.stringify({ ...(await exportJWK(privateKey)), kid: "k1" }));
  traded = tradedTrail(seededRandom(37), Date.now(), { accounts: 6, requests: 260, shardCount: SHARDS });
  const database = openAuditDatabase(postgres.writerUrl, postgres.fetchEndpoint);
  for (const [shard, records] of traded.shards.entries()) {
    let after = GENESIS;
    let previous: string | null = null;
    // As the real shard does: some batches, each signed when it is in.
    for (let from = 0; from < records.length; from += 40) {
      const batch = auditBatch(shard, after, records.slice(from, from + 40));
      expect(await database.append(batch)).toMatchObject({ written: true });
      after = batch.last;
      if (from + 40 >= records.length) break;
      const jws = await signer.sign({ shard, ...after, at: Date.now(), previous });
      await database.addCheckpoints(shard, [{ seq: after.seq, jws }]);
      previous = sha256Hex(jws);
    }
    own.set(shard, after);
  }
  // A superuser can disable the triggers.
  const tables = await owner.query<{ name: string }>(
    "select relid::regclass::text as name from pg_partition_tree('audit_events') union select 'audit_heads' union select 'audit_checkpoints'",
  );
  for (const { name } of tables.rows) await owner.query(`alter table ${name} disable trigger user`);
  for (const table of TABLES) await owner.query(`create table true_${table} as select * from ${table}`);
}, 60_000);

afterEach(async () => {
  for (const table of TABLES) {
    await owner.query(`delete from ${table}`);
    await owner.query(`insert into ${table} select * from true_${table}`);
  }
});

afterAll(async () => {
  await owner.end();
  await postgres.close();
});

/**
 * What a verification finds, as `npm run verify` does it. Without what the shards know, `alone`, the trail stands for
 * itself.
 */
async function verified(alone = false, databases = [owner]): Promise<{ differences: Difference[]; trail: Trail }> {
  const trail = new Trail(databases, checkpointReader([signer.publicKey]));
  await trail.round(alone ? new Map() : own, () => {});
  const differences: Difference[] = [];
  for (const { shard, chain, head } of trail.shards.values()) {
    const end = own.get(shard);
    judgeEnd(chain, head, alone || end === undefined ? null : { drained: end.seq, taken: end.seq });
    differences.push(...chain.differences.toSorted((a, b) => a.seq - b.seq));
  }
  return { differences: [...differences, ...trail.accounts.differences], trail };
}

/** The first difference of a shard as its object finds it, in pages. */
async function ofShard(shard: number, limit: number) {
  const reader = openTrailReader(postgres.writerUrl, postgres.fetchEndpoint);
  const end = own.get(shard) ?? GENESIS;
  const keys = [signer.publicKey];
  const chain = { shard, reader, keys, drained: () => end, end: () => ({ drained: end.seq, taken: end.seq }) };
  let events = 0;
  for (let after = 0; ;) {
    const page = await verifyPage(chain, after, limit, Date.now());
    events += page.events;
    if (page.next === null) return { first: page.firstDifference, through: page.through, events };
    after = page.next;
  }
}

const count = (shard: number): number => traded.shards[shard]?.length ?? 0;
const idOf = (shard: number, seq: number): string => traded.shards[shard]?.[seq - 1]?.eventId ?? "";

/** Any event of the trail. */
const place = fc
  .tuple(fc.nat(SHARDS - 1), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  .map(([shard, part]) => ({ shard, seq: 1 + Math.floor(part * count(shard)) }));

test("AU-20, AU-26: an untouched trail verifies, whole and in pages of any size, and folds into the accounts as they are", async () => {
  const { differences, trail } = await verified();
  expect(differences).toEqual([]);
  expect(trail.events).toBe(traded.shards.flat().length);
  expect(trail.events).toBeGreaterThan(300);
  expect(trail.accounts.tradeCount).toBeGreaterThan(30);
  const actions = new Set(traded.shards.flat().map(({ action }) => action));
  for (const what of ["replaced", "replace_refused", "activated", "triggered", "restated"]) {
    expect(actions).toContain(`order.${what}`);
  }
  for (const what of ["requested", "settled", "rejected"]) expect(actions).toContain(`withdrawal.${what}`);
  expect(trail.accounts.trades.size).toBe(0);
  expect(trail.accounts.imbalances()).toEqual([]);
  for (const [accountId, state] of traded.accounts) {
    const folded = trail.accounts.accounts.get(accountId);
    const fold = folded?.fold ?? new AccountFold();
    const cash = state.ledger.get("USD");
    expect([folded?.events, fold.cash, fold.held]).toEqual([state.nextAuditEvent - 1, cash?.available, cash?.held]);
    for (const [symbol, { available, held, cost }] of fold.holdings) {
      const balance = state.ledger.get(symbol);
      expect([available, held, cost]).toEqual([balance?.available, balance?.held, costBasisOf(state, symbol)]);
    }
    const open = [...state.open.values()].map(({ id, held, filledQty }) => [id, held, filledQty]);
    expect([...fold.open].map(([id, { held, filled }]) => [id, held, filled])).toEqual(open);
  }
  // The first half of each chain does not say who acted.
  const versions = await owner.query("select distinct shard, version from audit_events");
  expect(versions.rowCount).toBe(2 * SHARDS);
  for (const limit of [1, 7, 40, 5_000]) {
    expect(await ofShard(0, limit)).toEqual({ first: null, through: count(0), events: count(0) });
  }
});

test("PV-22: a trail in two databases verifies as one, and a shard in both is reported", async () => {
  await owner.query("create database eu");
  const inEu = (url: string): string => Object.assign(new URL(url), { pathname: "/eu" }).toString();
  await migrate(inEu(postgres.url));
  const eu = new pg.Client(inEu(postgres.url));
  await eu.connect();
  try {
    const moved = SHARDS - 1;
    const batch = auditBatch(moved, GENESIS, traded.shards[moved] ?? []);
    const database = openAuditDatabase(inEu(postgres.writerUrl), postgres.fetchEndpoint);
    expect(await database.append(batch)).toMatchObject({ written: true });
    const both = await verified(false, [owner, eu]);
    expect(both.differences.map(({ shard, detail }) => [shard, detail])).toEqual([
      [moved, "the shard is in both databases"],
    ]);

    for (const table of TABLES) await owner.query(`delete from ${table} where shard = ${moved}`);
    const { differences, trail } = await verified(false, [owner, eu]);
    expect(differences).toEqual([]);
    expect(trail.events).toBe(traded.shards.flat().length);
    expect(trail.accounts.trades.size).toBe(0);
    expect(await trail.eventId(moved, 1)).toBe(idOf(moved, 1));
    // Without the other database, trades have one side only.
    expect((await verified(false, [owner])).trail.accounts.trades.size).toBeGreaterThan(0);
  } finally {
    await eu.end();
  }
});

describe("AU-21: every alteration of the tables is found, and the first event that differs is named", () => {
  test("one byte of any column of any row", async () => {
    const anything = fc.tuple(place, fc.constantFrom(...Object.keys(COLUMNS)), fc.nat(10_000));
    // Who acted, in the first event, which does not say it, and in the last, which does.
    const who = ["version", "actor_id", "credential_kind", "credential_id"].flatMap((column) =>
      [1, count(0)].map((seq): [[{ shard: number; seq: number }, string, number]] => [[{ shard: 0, seq }, column, 8]]),
    );
    const examples: typeof who = [[[{ shard: 0, seq: 1 }, "seq", 0]], ...who];
    await fc.assert(
      fc.asyncProperty(anything, async ([{ shard, seq }, column, at]) => {
        fc.pre(await flip(owner, shard, seq, column, at));
        const { differences, trail } = await verified();
        const first = differences.find((difference) => difference.shard === shard);
        expect(first?.seq).toBe(seq);
        const elsewhere = differences.filter((it) => it.shard !== shard && it.kind !== "contradiction");
        if (column !== "shard") expect(elsewhere).toEqual([]);
        const kinds: Record<string, string> = { hash: "hash_altered", seq: "out_of_order", shard: "missing" };
        expect(first?.kind).toBe(kinds[column] ?? "altered");
        // What a name for the column costs is too much for every run.
        const altered = trail.shards.get(shard)?.chain.altered ?? null;
        // Nor is a character sought that ASCII has not.
        const whole = foreign(JSON.stringify(traded.shards[shard]?.[seq - 1])) === foreign(altered?.event.line ?? "");
        if (altered !== null && at % 8 === 0 && whole) {
          const name = column === "timestamp" ? "(timestamp)" : column;
          expect(whatWasChanged(altered.previous, altered.event)).toMatch(new RegExp(`^its ${name} says`));
        }
        if (column !== "event_id" && column !== "shard") expect(first?.eventId).toBe(idOf(shard, seq));
        expect((await ofShard(shard, 5_000)).first).toMatchObject({ seq });
      }),
      { numRuns: 150, plugins: [fc.afterEach(restore)], examples },
    );
  }, 120_000);

  test("a missing event: any, the first, the last, the last ones with their head", async () => {
    const gone = fc.oneof(
      place,
      fc.nat(SHARDS - 1).map((shard) => ({ shard, seq: 1 })),
      fc.nat(SHARDS - 1).map((shard) => ({ shard, seq: count(shard) })),
    );
    await fc.assert(
      fc.asyncProperty(gone, fc.boolean(), async ({ shard, seq }, andAllAfter) => {
        await owner.query(`delete from audit_events where shard = $1 and seq ${andAllAfter ? ">=" : "="} $2`, [
          shard,
          seq,
        ]);
        const expected = { shard, seq, kind: "missing" };
        expect((await verified(true)).differences[0]).toMatchObject(expected);
        expect((await ofShard(shard, 5_000)).first).toMatchObject({ seq, kind: "missing" });
        if (!andAllAfter) return;
        const head = "select seq, hash from audit_events where shard = $1 order by seq desc limit 1";
        await owner.query(`update audit_heads set (seq, hash) = (${head}) where shard = $1 and exists (${head})`, [
          shard,
        ]);
        expect((await verified()).differences[0]).toMatchObject(expected);
        expect((await ofShard(shard, 5_000)).first).toMatchObject({ seq, kind: "missing" });
      }),
      { numRuns: 25, plugins: [fc.afterEach(restore)] },
    );
  }, 120_000);

  test("two events that have changed places", async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (one, two) => {
        fc.pre(one.seq !== two.seq && two.seq <= count(one.shard));
        const [a, b] = [Math.min(one.seq, two.seq), Math.max(one.seq, two.seq)];
        for (const [from, to] of [
          [a, -1],
          [b, a],
          [-1, b],
        ]) {
          await owner.query("update audit_events set seq = $3 where shard = $1 and seq = $2", [one.shard, from, to]);
        }
        const expected = { shard: one.shard, seq: a, kind: "out_of_order", eventId: idOf(one.shard, a) };
        expect((await verified()).differences[0]).toMatchObject(expected);
      }),
      { numRuns: 25, plugins: [fc.afterEach(restore)] },
    );
  }, 120_000);

  test("an inserted event: with an existing sequence, in another shard, after the end with and without a head", async () => {
    const forge = async (shard: number, seq: number) => {
      const text = `insert into audit_events select shard, $2, gen_random_uuid(), "timestamp" + interval '1 second', user_id, account_id,
        action, resource, result, ip_address, user_agent, request_id, body, before, after, hash
        from audit_events where shard = $1 and seq = $3`;
      await owner.query(text, [shard, seq, Math.min(seq, count(shard))]);
    };
    await fc.assert(
      fc.asyncProperty(place, async ({ shard, seq }) => {
        await forge(shard, seq);
        expect((await verified()).differences[0]).toMatchObject({ shard, seq, kind: "extra" });
        expect((await ofShard(shard, 5_000)).first).toMatchObject({ seq, kind: "extra" });
      }),
      { numRuns: 15, plugins: [fc.afterEach(restore)] },
    );
    const end = count(1) + 1;
    await forge(1, end);
    await rehash(1, end);
    const expected = { shard: 1, seq: end, kind: "extra" };
    expect((await verified(true)).differences[0]).toMatchObject(expected);
    await takeHead(1);
    expect((await verified()).differences[0]).toMatchObject(expected);
    expect((await ofShard(1, 10)).first).toMatchObject({ seq: end, kind: "extra", eventId: expect.any(String) });
  }, 120_000);

  test("a chain that was altered and hashed again to its end, with its head: the checkpoints and the shard contradict it", async () => {
    await fc.assert(
      fc.asyncProperty(place, async ({ shard, seq }) => {
        await owner.query("update audit_events set user_agent = 'another' where shard = $1 and seq = $2", [shard, seq]);
        await rehash(shard, seq);
        await takeHead(shard);
        const sound = Math.floor((seq - 1) / 40) * 40;
        const [first, ...more] = (await verified()).differences;
        expect(first).toMatchObject({ shard, seq: sound + 1, kind: "rewritten" });
        expect(more).toEqual([]);
        expect(first?.detail).toContain(`${Math.min(sound + 40, count(shard))}`);
        const alone = (await verified(true)).differences;
        const signed = sound + 40 < count(shard);
        expect(alone).toEqual(signed ? [expect.objectContaining({ seq: sound + 1, kind: "rewritten" })] : []);
      }),
      { numRuns: 20, plugins: [fc.afterEach(restore)] },
    );
  }, 120_000);

  test("an amount that was altered and hashed again: the account's next event contradicts it", async () => {
    const seq = 1 + (traded.shards[0] ?? []).findIndex(({ action }, n) => n > 50 && action === "order.filled");
    await owner.query(
      `update audit_events set after = replace(after::text, '"cash":"', '"cash":"9')::json where shard = 0 and seq = $1`,
      [seq],
    );
    await rehash(0, seq);
    await takeHead(0);
    const { differences } = await verified();
    expect(differences.find(({ kind }) => kind === "contradiction")).toMatchObject({ seq, eventId: idOf(0, seq) });
  });

  test("the row of a head: missing, moved, or with another hash", async () => {
    const end = count(2);
    const changes = ["delete from", "update audit_heads set seq = seq + 1", "update audit_heads set seq = seq - 1"];
    for (const change of [...changes, "update audit_heads set hash = decode('00', 'hex')"]) {
      await owner.query(`${change === "delete from" ? "delete from audit_heads" : change} where shard = 2`);
      expect((await verified()).differences, change).toMatchObject([{ shard: 2, seq: end, kind: "head" }]);
      await restore();
    }
  });

  test("a checkpoint: missing, of another event, with another byte", async () => {
    const at = (await owner.query<{ seq: string }>("select seq from audit_checkpoints where shard = 0 order by seq"))
      .rows;
    const [first = 0, second = 0] = at.map(({ seq }) => Number(seq));
    await owner.query("delete from audit_checkpoints where shard = 0 and seq = $1", [first]);
    expect((await verified()).differences).toMatchObject([{ shard: 0, seq: second, kind: "checkpoint" }]);
    await restore();
    await fc.assert(
      fc.asyncProperty(fc.nat(10_000), async (place_) => {
        const [row] = (
          await owner.query<{ jws: string }>("select jws from audit_checkpoints where shard = 0 and seq = $1", [first])
        ).rows;
        const jws = row?.jws ?? "";
        const index = place_ % jws.length;
        const other = jws.charAt(index) === "A" ? "B" : "A";
        await owner.query("update audit_checkpoints set jws = $2 where shard = 0 and seq = $1", [
          first,
          jws.slice(0, index) + other + jws.slice(index + 1),
        ]);
        expect((await verified()).differences[0]).toMatchObject({ shard: 0, seq: first, kind: "checkpoint" });
      }),
      { numRuns: 30, plugins: [fc.afterEach(restore)] },
    );
  }, 60_000);
});

test("AU-22: a chain may begin where the archive ends, only if a checkpoint of that time proves it", async () => {
  const line = (seq: number) => ({ seq, line: "line", hash: chainHashHex("ab".repeat(32), "line") });
  const now = Date.UTC(2034, 0, 1);
  const signed = (seq: number, at: number) => ({ shard: 0, seq, hash: "cd".repeat(32), at, previous: null });
  const beginning = { seq: 0, hash: GENESIS.hash };
  expect(chainStart(line(9), signed(8, Date.UTC(2026, 11, 1)), now)).toEqual({ seq: 8, hash: "cd".repeat(32) });
  expect(chainStart(line(9), signed(10, Date.UTC(2026, 11, 1)), now)).toEqual({ seq: 9, hash: line(9).hash });
  expect(chainStart(line(9), signed(8, Date.UTC(2027, 5, 1)), now)).toEqual(beginning);
  expect(chainStart(line(9), null, now)).toEqual(beginning);
  expect(chainStart({ ...line(9), hash: chainHashHex(GENESIS.hash, "line") }, null, now)).toEqual({
    ...beginning,
    seq: 8,
  });
  expect(fieldsOf("0\u001f9")("seq")).toBe("9");
});

const foreign = (text: string): number =>
  Array.from(text, (char) => char.charCodeAt(0)).filter((code) => code > 127).length;

async function restore(): Promise<void> {
  for (const table of TABLES) {
    await owner.query(`delete from ${table}`);
    await owner.query(`insert into ${table} select * from true_${table}`);
  }
}

/** Gives every event from a place on the hash that its columns make. */
async function rehash(shard: number, from: number): Promise<void> {
  const reader = openTrailReader(postgres.writerUrl, postgres.fetchEndpoint);
  const { events } = await reader.page(shard, Math.max(1, from - 1), 5_000);
  let previous = from === 1 ? GENESIS.hash : (events[0]?.hash ?? "");
  for (const { seq, line } of from === 1 ? events : events.slice(1)) {
    previous = chainHashHex(previous, line);
    await owner.query("update audit_events set hash = decode($3, 'hex') where shard = $1 and seq = $2", [
      shard,
      seq,
      previous,
    ]);
  }
}

async function takeHead(shard: number): Promise<void> {
  await owner.query(
    "update audit_heads set (seq, hash) = (select seq, hash from audit_events where shard = $1 order by seq desc limit 1) where shard = $1",
    [shard],
  );
}
