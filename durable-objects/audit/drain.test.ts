import { describe, expect, test } from "vitest";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { DRAIN_EVENTS, AuditDrain } from "./drain.ts";

const hashOf = (chain: string, seq: number): string => `${chain}${seq}`;

/** A queue, a database that can be unreachable, and timers that the test runs. Batches are sequences as text. */
function setUp() {
  const rows: number[] = [];
  const writes: number[][] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const armed: number[] = [];
  const log: string[] = [];
  /** Number of batches written at each call of `afterBatch`. */
  const quiet: number[] = [];
  const others = { due: false };
  let alert: string | null = null;
  const database = { fate: "there" as "there" | "away" | "answer lost" | "refuses" | "raced", chain: "ours" };
  let head: ChainPosition | null = null;
  let taken = 0;
  let drained = 0;
  const place = (seq: number): ChainPosition => ({ seq, hash: hashOf("ours", seq) });
  const sequences = (batch: AuditBatch): number[] => batch.lines.split(",").map(Number);
  const drain = new AuditDrain({
    hasUndrained: () => drained < taken,
    nextBatch: (eventsMax) => {
      if (database.chain === "broken") throw new Error("audit event 3 follows event 1");
      const last = Math.min(taken, drained + eventsMax);
      if (last === drained) return null;
      const lines = Array.from({ length: last - drained }, (_, n) => drained + 1 + n).join(",");
      return { batch: { shard: 0, after: place(drained), last: place(last), lines }, full: last < taken };
    },
    append: (batch) => {
      writes.push(sequences(batch));
      if (database.fate === "away") return Promise.reject(new Error("no answer"));
      if (database.fate === "refuses") {
        return Promise.reject(Object.assign(new Error("not a uuid"), { code: "22P02" }));
      }
      // A statement that waited for the previous one reads the head of before.
      if (database.fate === "raced") return Promise.resolve({ written: false, head: batch.after });
      const continues = head === null ? batch.after.seq === 0 : head.hash === batch.after.hash;
      if (continues) {
        rows.push(...sequences(batch));
        head = { seq: batch.last.seq, hash: hashOf(database.chain, batch.last.seq) };
      }
      return database.fate === "there"
        ? Promise.resolve({ written: continues, head })
        : Promise.reject(new Error("answer lost"));
    },
    hashAt: (seq) => (seq >= drained && seq <= taken ? hashOf("ours", seq) : null),
    dropThrough: (through) => (drained = through),
    checkpointDue: () => others.due,
    afterBatch: () => {
      others.due = false;
      quiet.push(writes.length);
      return Promise.resolve();
    },
    after: (ms, run) => timers.push({ ms, run }),
    armBy: (waitMs) => armed.push(waitMs),
    random: () => 0.5,
    log: (...[event]) => void log.push(event),
    reportFinding: (kind) => (alert = kind),
  });
  const add = (count: number) => {
    taken += count;
    drain.schedule();
  };
  /** Runs the timer that is set and returns its delay; null when none is. There is never more than one. */
  const tick = async (): Promise<number | null> => {
    expect(timers.length).toBeLessThanOrEqual(1);
    const timer = timers.pop();
    timer?.run();
    await new Promise<void>((resolve) => setImmediate(resolve));
    return timer?.ms ?? null;
  };
  const run = async () => {
    while ((await tick()) !== null);
  };
  const waiting = (): number => taken - drained;
  const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth + 1);
  const setHead = (next: ChainPosition | null) => (head = next);
  return {
    rows,
    writes,
    quiet,
    others,
    timers,
    armed,
    log,
    alert: () => alert,
    database,
    drain,
    add,
    tick,
    run,
    waiting,
    numbers,
    setHead,
  };
}

describe("AU-2: the drain", () => {
  test("batches the records of a short time and writes them in order in one statement", async () => {
    const { add, tick, run, writes, waiting, armed } = setUp();
    add(1);
    add(2);
    expect(writes).toEqual([]);
    // Each record arms the alarm: that of an earlier one may have fired while a statement was in flight.
    expect(armed).toEqual([15_000, 15_000]);
    expect(await tick()).toBe(50);
    expect(writes).toEqual([[1, 2, 3]]);
    expect(waiting()).toBe(0);
    await run();
    add(1);
    await run();
    expect(writes).toEqual([[1, 2, 3], [4]]);
  });

  test("sleeps without timers when there is nothing to drain", async () => {
    const { drain, timers, armed, add, run } = setUp();
    drain.schedule();
    expect([timers, armed]).toEqual([[], []]);
    add(1);
    await run();
    expect(timers).toEqual([]);
  });

  test("drains a backlog in bounded statements, one at a time, without a delay between", async () => {
    const { add, tick, run, writes, rows, numbers } = setUp();
    add(2 * DRAIN_EVENTS + 1);
    await tick();
    expect(await tick()).toBe(0);
    await run();
    expect(writes.map((batch) => batch.length)).toEqual([DRAIN_EVENTS, DRAIN_EVENTS, 1]);
    expect(rows).toEqual(numbers(2 * DRAIN_EVENTS + 1));
  });

  test("keeps all events while the database is unreachable, with growing back-off, and logs it", async () => {
    const { add, tick, database, waiting, log, alert, armed } = setUp();
    database.fate = "away";
    add(3);
    const waits: (number | null)[] = [];
    for (let i = 0; i < 9; i++) waits.push(await tick());
    expect(waits).toEqual([50, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(waiting()).toBe(3);
    expect([log.length, alert()]).toEqual([9, null]);
    // The alarm for the case of a crash is set with the first record and after every failure.
    expect(armed).toHaveLength(10);
  });

  test("is complete afterwards, without gap or duplicate, although records arrived and a response was lost meanwhile", async () => {
    const { add, tick, run, database, rows, waiting, log, alert, numbers } = setUp();
    database.fate = "away";
    add(3);
    await tick();
    add(DRAIN_EVENTS);
    await tick();
    database.fate = "answer lost";
    await tick();
    add(2);
    await tick();
    database.fate = "there";
    await run();
    expect(rows).toEqual(numbers(DRAIN_EVENTS + 5));
    expect(waiting()).toBe(0);
    expect([log.at(-1), alert()]).toEqual(["audit.database_back", null]);
    // The next failure starts with a short back-off again.
    database.fate = "away";
    add(1);
    await tick();
    expect(await tick()).toBe(250);
  });

  test("an earlier statement that is still in flight is waited for", async () => {
    const { add, tick, run, database, alert, log, rows } = setUp();
    database.fate = "raced";
    add(2);
    await tick();
    expect([rows, alert(), log]).toEqual([[], null, ["audit.database_away"]]);
    database.fate = "there";
    await run();
    expect([rows, alert(), log.at(-1)]).toEqual([[1, 2], null, "audit.database_back"]);
  });

  test("data that the database rejects raises an alert and stays undrained", async () => {
    const { add, tick, run, database, alert, waiting, rows } = setUp();
    database.fate = "refuses";
    add(1);
    await tick();
    expect([alert(), waiting()]).toEqual(["audit_refused", 1]);
    database.fate = "there";
    await run();
    expect([rows, alert()]).toEqual([[1], null]);
  });

  test("calls afterBatch between two batches, and whenever a checkpoint is due", async () => {
    const { add, run, drain, quiet, others } = setUp();
    add(2 * DRAIN_EVENTS);
    await run();
    expect(quiet).toEqual([1, 2]);
    drain.schedule();
    await run();
    expect(quiet).toEqual([1, 2]);
    others.due = true;
    drain.schedule();
    await run();
    expect(quiet).toEqual([1, 2, 2]);
  });
});

test("AU-4: a foreign trail raises an alert, keeps the records, and is checked again once a minute", async () => {
  const { add, tick, run, alert, waiting, rows, setHead } = setUp();
  add(2);
  await run();
  add(3);
  for (const stranger of [{ seq: 7, hash: "theirs7" }, null, { seq: 1, hash: "ours1" }]) {
    setHead(stranger);
    await tick();
    expect([alert(), waiting(), rows]).toEqual(["audit_foreign_trail", 3, [1, 2]]);
  }
  setHead({ seq: 2, hash: "ours2" });
  expect(await tick()).toBe(60_000);
  expect([alert(), waiting(), rows]).toEqual([null, 0, [1, 2, 3, 4, 5]]);
});

test("AU-3: events on disk that do not form a chain are not written, and raise an alert", async () => {
  const { add, tick, database, alert, writes, waiting } = setUp();
  database.chain = "broken";
  add(3);
  await tick();
  expect([alert(), writes, waiting()]).toEqual(["audit_chain_broken", [], 3]);
  expect(await tick()).toBe(60_000);
});
