import { describe, expect, test } from "vitest";
import type { AuditBatch, ChainPosition } from "../../db/auditWriter.ts";
import { DRAIN_EVENTS, AuditDrain } from "./drain.ts";

const hashOf = (chain: string, seq: number): string => `${chain}${seq}`;

/** A queue, a database that can go away, and timers that run when the test says so. Batches are sequences as text. */
function setUp() {
  const rows: number[] = [];
  const writes: number[][] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const armed: number[] = [];
  const log: string[] = [];
  /** How many batches had been written whenever the drain let others at the database. */
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
      // What a statement sees that waited for the one before: the head as it was.
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
  /** Runs the timer that is set and gives its wait; null when none is. There is never more than one. */
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
  test("lets the records of a moment gather, and writes them in order in one statement", async () => {
    const { add, tick, run, writes, waiting, armed } = setUp();
    add(1);
    add(2);
    expect(writes).toEqual([]);
    // Each record asks to be woken: the alarm of an earlier one may have rung while a statement was under way.
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

  test("works a backlog off in bounded statements, one at a time, without a wait between", async () => {
    const { add, tick, run, writes, rows, numbers } = setUp();
    add(2 * DRAIN_EVENTS + 1);
    await tick();
    expect(await tick()).toBe(0);
    await run();
    expect(writes.map((batch) => batch.length)).toEqual([DRAIN_EVENTS, DRAIN_EVENTS, 1]);
    expect(rows).toEqual(numbers(2 * DRAIN_EVENTS + 1));
  });

  test("keeps everything while the database is away, waits longer each time up to a bound, and says so", async () => {
    const { add, tick, database, waiting, log, alert, armed } = setUp();
    database.fate = "away";
    add(3);
    const waits: (number | null)[] = [];
    for (let i = 0; i < 9; i++) waits.push(await tick());
    expect(waits).toEqual([50, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(waiting()).toBe(3);
    expect([log.length, alert()]).toEqual([9, null]);
    // The alarm that would wake a dead object is set with the first record and after every failure.
    expect(armed).toHaveLength(10);
  });

  test("is complete afterwards, without gap or duplicate, though records came and an answer was lost meanwhile", async () => {
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
    // The next trouble begins with a short wait again.
    database.fate = "away";
    add(1);
    await tick();
    expect(await tick()).toBe(250);
  });

  test("an earlier statement that is still under way is waited for", async () => {
    const { add, tick, run, database, alert, log, rows } = setUp();
    database.fate = "raced";
    add(2);
    await tick();
    expect([rows, alert(), log]).toEqual([[], null, ["audit.database_away"]]);
    database.fate = "there";
    await run();
    expect([rows, alert(), log.at(-1)]).toEqual([[1, 2], null, "audit.database_back"]);
  });

  test("data that the database refuses raises an alert and stays", async () => {
    const { add, tick, run, database, alert, waiting, rows } = setUp();
    database.fate = "refuses";
    add(1);
    await tick();
    expect([alert(), waiting()]).toEqual(["audit_refused", 1]);
    database.fate = "there";
    await run();
    expect([rows, alert()]).toEqual([[1], null]);
  });

  test("lets others at the database between two batches, and whenever they have something to do", async () => {
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

test("AU-4: a trail that is not ours raises an alert, keeps the records, and is looked at again slowly", async () => {
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

test("AU-3: events on disk that are no chain are not written: an alert says so", async () => {
  const { add, tick, database, alert, writes, waiting } = setUp();
  database.chain = "broken";
  add(3);
  await tick();
  expect([alert(), writes, waiting()]).toEqual(["audit_chain_broken", [], 3]);
  expect(await tick()).toBe(60_000);
});
