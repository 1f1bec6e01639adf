import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { chainHashHex, GENESIS_HEX } from "../../db/auditChain.ts";
import { auditBatch, auditRecord, GENESIS } from "../../db/testing.ts";
import { type AuditMessage, auditLine, auditText } from "../../protocol/audit/line.ts";
import { NodeStorage } from "../../test/simulation/nodeStorage.ts";
import { CheckpointStore, CHECKPOINTS_KEPT } from "./checkpointStore.ts";
import { ChainStore } from "./chainStore.ts";

let disk: NodeStorage;
beforeEach(() => (disk = new NodeStorage(() => undefined)));
afterEach(() => disk.close());

const open = (): ChainStore => new ChainStore({ sql: disk, transactionSync: (work) => disk.transactionSync(work) }, 3);
/** Appends an event in a commit of its own. */
const append = (store: ChainStore, seq: number, message: AuditMessage): void => {
  store.append(seq, message);
  store.write();
  store.committed();
};
const several = (count: number) => Array.from({ length: count }, (_, n) => auditRecord("deposit", { n, text: "é 😀" }));
const MANY = 1_000_000;

test("AU-3: undrained records form the chain, also after a restart, and the last drained event leaves its hash", () => {
  const records = several(5);
  const store = open();
  expect([store.nextBatch(MANY, MANY), store.head, store.drained]).toEqual([null, null, null]);
  for (const [n, record] of records.entries()) append(store, n + 1, record);
  const all = auditBatch(3, GENESIS, records);
  for (const at of [store, open()]) {
    expect(at.nextBatch(MANY, MANY)).toEqual({ batch: all, full: false });
    expect([at.head, at.drained]).toEqual([all.last, GENESIS]);
  }
  const begin = auditBatch(3, GENESIS, records.slice(0, 2));
  store.dropThrough(2);
  for (const at of [store, open()]) {
    expect(at.nextBatch(MANY, MANY)).toEqual({ batch: auditBatch(3, begin.last, records.slice(2)), full: false });
    expect([at.head, at.drained]).toEqual([all.last, begin.last]);
    expect([1, 2, 3, 6].map((seq) => at.hashAt(seq) !== null)).toEqual([false, true, true, false]);
  }
  store.dropThrough(5);
  const more = auditRecord("deposit", { n: 6 });
  const again = open();
  expect(again.nextBatch(MANY, MANY)).toBeNull();
  append(again, 6, more);
  expect(again.nextBatch(MANY, MANY)?.batch).toEqual(auditBatch(3, all.last, [more]));
  expect([...disk.exec("SELECT count(*) AS rows, count(line) AS lines FROM events")]).toEqual([{ rows: 1, lines: 0 }]);
  expect([...disk.exec("SELECT first, last FROM event_runs")]).toEqual([{ first: 6, last: 6 }]);
});

test("AU-2: a batch is bounded in events and in bytes, and has at least one event", () => {
  const store = open();
  const records = several(10);
  for (const [n, record] of records.entries()) append(store, n + 1, record);
  expect(store.nextBatch(4, MANY)).toEqual({ batch: auditBatch(3, GENESIS, records.slice(0, 4)), full: true });
  expect(store.nextBatch(MANY, 1)).toEqual({ batch: auditBatch(3, GENESIS, records.slice(0, 1)), full: true });
  const { lines } = auditBatch(3, GENESIS, records.slice(0, 3));
  expect(store.nextBatch(MANY, lines.length - 2)?.batch.last.seq).toBe(3);
});

test("AU-3: events of one commit are written together, whether they came as records or as texts", () => {
  const store = open();
  const records = several(63);
  for (const [n, record] of records.entries()) store.append(n + 1, n % 2 === 0 ? record : auditText(record));
  const rows = () => [...disk.exec("SELECT first, last FROM event_runs")];
  expect(rows()).toEqual([]);
  store.write();
  store.committed();
  expect(rows()).toEqual([{ first: 1, last: 63 }]);
  const all = auditBatch(3, GENESIS, records);
  for (const at of [store, open()]) expect(at.nextBatch(MANY, MANY)).toEqual({ batch: all, full: false });
});

test("AU-2: events of a commit that was rolled back are in no batch", () => {
  const store = open();
  const [a, b] = [auditRecord("a", {}), auditRecord("b", {})];
  append(store, 1, a);
  const failing = () =>
    disk.transactionSync(() => {
      store.append(2, b);
      store.write();
      throw new Error("the disk is full");
    });
  expect(failing).toThrow("the disk is full");
  expect(store.nextBatch(MANY, MANY)?.batch).toEqual(auditBatch(3, GENESIS, [a]));
});

test("AU-2: batches are the same when more events wait than are kept in memory", () => {
  const store = open();
  const text = "x".repeat(400_000);
  const records = Array.from({ length: 9 }, (_, n) => auditRecord("deposit", { n, text }));
  for (const [n, record] of records.slice(0, 7).entries()) append(store, n + 1, record);
  const batchOf = (from: number, through: number) =>
    auditBatch(3, auditBatch(3, GENESIS, records.slice(0, from)).last, records.slice(from, through));
  // The first four are in memory, the others on the disk alone.
  expect(store.nextBatch(3, MANY * 9)).toEqual({ batch: batchOf(0, 3), full: true });
  store.dropThrough(3);
  expect(store.nextBatch(MANY, MANY * 9)).toEqual({ batch: batchOf(3, 4), full: true });
  store.dropThrough(4);
  expect(store.nextBatch(MANY, MANY * 9)).toEqual({ batch: batchOf(4, 7), full: false });
  append(store, 8, records[7] ?? auditRecord("none", {}));
  // The answer to the batch was lost: it is made again, with what was added meanwhile.
  expect(store.nextBatch(MANY, MANY * 9)).toEqual({ batch: batchOf(4, 8), full: false });
  store.dropThrough(7);
  expect(store.nextBatch(MANY, MANY * 9)).toEqual({ batch: batchOf(7, 8), full: false });
  store.dropThrough(8);
  append(store, 9, records[8] ?? auditRecord("none", {}));
  // In memory again.
  disk.exec("UPDATE event_runs SET lines = 'changed on the disk' WHERE last = 9");
  expect(store.nextBatch(MANY, MANY * 9)).toEqual({ batch: batchOf(8, 9), full: false });
  store.dropThrough(9);
  expect(store.nextBatch(MANY, MANY * 9)).toBeNull();
});

describe("AU-2: events of one commit", () => {
  const records = several(1_203);
  /** A store with a commit of these events, after a first event in a commit of its own. */
  function stored() {
    const store = open();
    append(store, 1, records[0] ?? auditRecord("none", {}));
    for (const [n, record] of records.slice(1).entries()) store.append(n + 2, record);
    store.write();
    store.committed();
    return store;
  }
  const all = auditBatch(3, GENESIS, records);
  const position = (seq: number) => auditBatch(3, GENESIS, records.slice(0, seq)).last;

  test("are in rows of at most 500, which a batch has whole", () => {
    const store = stored();
    expect([...disk.exec("SELECT first, last FROM event_runs")]).toEqual([
      { first: 1, last: 1 },
      { first: 2, last: 501 },
      { first: 502, last: 1_001 },
      { first: 1_002, last: 1_203 },
    ]);
    for (const at of [store, open()]) {
      expect(at.nextBatch(1_000, MANY * 10)).toMatchObject({ batch: { last: position(501) }, full: true });
      expect(at.nextBatch(MANY, MANY * 10)).toEqual({ batch: all, full: false });
    }
  });

  test("are found by their number, and dropped also when PostgreSQL has only some of them", () => {
    const store = stored();
    for (const seq of [1, 2, 300, 501, 502, 1_203]) expect(store.hashAt(seq)).toBe(position(seq).hash);
    expect(store.hashAt(1_204)).toBeNull();
    store.dropThrough(300);
    for (const at of [store, open()]) {
      expect([at.drained, at.head]).toEqual([position(300), all.last]);
      const rest = auditBatch(3, position(300), records.slice(300));
      expect(at.nextBatch(MANY, MANY * 10)).toEqual({ batch: rest, full: false });
      expect([299, 300, 301].map((seq) => at.hashAt(seq))).toEqual([null, position(300).hash, position(301).hash]);
    }
    expect([...disk.exec("SELECT min(first) AS first FROM event_runs")]).toEqual([{ first: 301 }]);
  });

  test("are in a row of at most about 300,000 characters", () => {
    const store = open();
    for (let seq = 1; seq <= 7; seq++) store.append(seq, auditRecord("deposit", { text: "x".repeat(100_000) }));
    store.write();
    expect([...disk.exec("SELECT first, last FROM event_runs")]).toEqual([
      { first: 1, last: 3 },
      { first: 4, last: 6 },
      { first: 7, last: 7 },
    ]);
  });
});

test("AK-7: events that a release before format 8 has kept, one a row, come before those in runs", () => {
  const mine = crypto.randomUUID();
  const records = several(6).map((record) => ({ ...record, accountId: mine }));
  const old = open();
  let last = GENESIS;
  disk.exec("INSERT INTO events (seq, line, hash) VALUES (0, NULL, unhex(?))", GENESIS_HEX);
  for (const record of records.slice(0, 3)) {
    const line = auditLine(3, last.seq + 1, record);
    last = { seq: last.seq + 1, hash: chainHashHex(last.hash, line) };
    disk.exec("INSERT INTO events (seq, line, hash) VALUES (?, ?, unhex(?))", last.seq, line, last.hash);
  }
  expect(old.head).toBeNull();
  const store = open();
  expect([store.head, store.drained]).toEqual([last, GENESIS]);
  for (const [n, record] of records.slice(3).entries()) store.append(4 + n, record);
  store.write();
  store.committed();
  const all = auditBatch(3, GENESIS, records);
  for (const at of [store, open()]) {
    expect(at.nextBatch(MANY, MANY)).toEqual({ batch: all, full: false });
    expect(at.nextBatch(2, MANY)).toMatchObject({ batch: { last: { seq: 2 } }, full: true });
    expect(at.undrainedOf(mine, 9).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(at.undrainedOf(mine, 4).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(at.hashAt(2)).not.toBeNull();
  }
  store.dropThrough(2);
  expect(open().nextBatch(MANY, MANY)?.batch.lines).toBe(all.lines.split("\u001e").slice(2).join("\u001e"));
  store.dropThrough(5);
  for (const at of [store, open()]) {
    expect([at.drained?.seq, at.head?.seq, at.nextBatch(MANY, MANY)?.batch.after.seq]).toEqual([5, 6, 5]);
  }
});

test("AU-3: a gap in the sequence, in memory or on disk, is detected", () => {
  const store = open();
  const [a, b, c] = [auditRecord("a", {}), auditRecord("b", {}), auditRecord("c", {})];
  append(store, 1, a);
  expect(() => append(store, 3, c)).toThrow("audit event 3 does not follow event 1");
  append(store, 2, b);
  append(store, 3, c);
  disk.exec("DELETE FROM event_runs WHERE last = 2");
  expect(() => open().nextBatch(MANY, MANY)).toThrow("audit event 3 follows event 1");
  expect(() => store.dropThrough(2)).toThrow("audit event 2 is not waiting");
});

test("AU-2: undrained records of version 1 are migrated: the chain begins with the oldest of them", () => {
  disk.exec("CREATE TABLE records (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const records = several(1_203).map(({ before: _before, after: _after, ...old }) => old);
  for (const [n, record] of records.entries()) {
    disk.exec("INSERT INTO records (seq, body) VALUES (?, ?)", 41 + n, JSON.stringify(record));
  }
  const store = open();
  const taken = store.nextBatch(MANY, MANY * 1_000)?.batch;
  expect(taken?.after).toEqual({ ...GENESIS, seq: 40 });
  expect([taken?.last.seq, taken?.lines.split("\u001e").length]).toEqual([40 + 1_203, 1_203]);
  const line = auditLine(3, 41, { ...auditRecord("deposit", {}), ...records[0] });
  expect(taken?.lines.split("\u001e")[0]).toBe(`${line}\u001f${chainHashHex(GENESIS_HEX, line)}`);
  expect(open().nextBatch(MANY, MANY * 1_000)?.batch).toEqual(taken);
  expect([...disk.exec("SELECT name FROM sqlite_master WHERE name = 'records'")]).toEqual([]);
});

test("AU-2: a shard of version 1 that had drained everything continues its sequence", () => {
  disk.exec("CREATE TABLE records (seq INTEGER PRIMARY KEY, body TEXT NOT NULL)");
  const store = open();
  const record = auditRecord("deposit", {});
  append(store, 778, record);
  expect(store.nextBatch(MANY, MANY)?.batch).toEqual(auditBatch(3, { ...GENESIS, seq: 777 }, [record]));
});

test("AU-6: a bounded number of checkpoints is stored, newest first, with every key that signed them", () => {
  const store = new CheckpointStore(disk);
  expect([store.last, store.newest(5), store.unsent, store.keys()]).toEqual([null, [], [], []]);
  for (let seq = 1; seq <= CHECKPOINTS_KEPT + 3; seq++) {
    store.keep(seq, `jws ${seq}`, 1_000 * seq, { kid: seq < 10 ? "old" : "new" });
    if (seq !== CHECKPOINTS_KEPT + 3) store.markSent(seq);
  }
  const newest = { seq: CHECKPOINTS_KEPT + 3, jws: `jws ${CHECKPOINTS_KEPT + 3}` };
  for (const at of [store, new CheckpointStore(disk)]) {
    expect(at.last).toMatchObject({ ...newest, at: 1_000 * newest.seq });
    expect(at.unsent).toEqual([newest]);
    expect(at.newest(2).map(({ seq }) => seq)).toEqual([newest.seq, newest.seq - 1]);
    expect(at.newest(MANY)).toHaveLength(CHECKPOINTS_KEPT);
    expect(at.keys()).toEqual([{ kid: "old" }, { kid: "new" }]);
  }
  store.markSent(newest.seq);
  expect([store.unsent, new CheckpointStore(disk).unsent]).toEqual([[], []]);
});

test("PV-14: the undrained events of one account are found, and of no other", () => {
  const store = open();
  const [mine, other] = [crypto.randomUUID(), crypto.randomUUID()];
  for (const [n, accountId] of [mine, other, mine, mine].entries()) {
    append(store, n + 1, { ...auditRecord("deposit", { n, other: mine }), accountId });
  }
  store.dropThrough(1);
  expect(store.undrainedOf(mine, 9).map(({ seq }) => seq)).toEqual([3, 4]);
  expect(store.undrainedOf(mine, 1).map(({ seq }) => seq)).toEqual([3]);
});

test("PV-14: the events of an account are not those that its owner has caused in others", () => {
  // The id of a user is that of the first account.
  const [mine, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const actor = { userId: mine, credentialKind: "session", credentialId: "c" } as const;
  const records = [
    auditRecord("deposit", { nth: 1 }, { accountId: other, actor }),
    auditRecord("deposit", { nth: 2 }, { accountId: other, userId: mine }),
    auditRecord("deposit", { nth: 3 }, { accountId: other, requestId: mine }),
    auditRecord("deposit", { nth: 4 }, { accountId: mine, actor }),
    auditRecord("deposit", { nth: 5 }, { accountId: mine, actor }),
  ];
  const store = open();
  // Those of a release before format 8 are one a row.
  const [old, runs] = [new NodeStorage(() => undefined), disk];
  disk = old;
  const before = open();
  for (const [n, record] of records.entries()) {
    old.exec("INSERT INTO events (seq, line, hash) VALUES (?, ?, unhex(?))", n + 1, auditLine(3, n + 1, record), "00");
  }
  disk = runs;
  for (const [n, record] of records.entries()) append(store, n + 1, record);
  for (const each of [store, before]) {
    expect(each.undrainedOf(mine, 9).map(({ seq }) => seq)).toEqual([4, 5]);
    expect(each.undrainedOf(mine, 1).map(({ seq }) => seq)).toEqual([4]);
    expect(each.undrainedOf(other, 9).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  }
  old.close();
});
