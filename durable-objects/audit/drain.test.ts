import { describe, expect, test } from "vitest";
import type { AuditRecord } from "../../protocol/rpc.ts";
import { AuditDrain, DRAIN_BATCH } from "./drain.ts";

const RECORD: AuditRecord = {
  eventId: "e",
  at: 0,
  userId: "u",
  accountId: "a",
  action: "order.accepted",
  resource: "order/o",
  result: "ok",
  ip: "",
  userAgent: "",
  requestId: "",
  body: {},
  before: null,
  after: null,
};

/** A queue, a database that can go away, and timers that run when the test says so. */
function setUp() {
  const queue: { seq: number; record: AuditRecord }[] = [];
  const rows: number[] = [];
  const writes: number[][] = [];
  const timers: { ms: number; run: () => void }[] = [];
  const armed: number[] = [];
  const log: string[] = [];
  const database: { fate: "there" | "away" | "answer lost" } = { fate: "there" };
  let taken = 0;
  const drain = new AuditDrain({
    next: (limit) => queue.slice(0, limit),
    write: (records) => {
      const numbers = records.map(({ seq }) => seq);
      writes.push(numbers);
      if (database.fate !== "away") rows.push(...numbers.filter((seq) => !rows.includes(seq)));
      return database.fate === "there" ? Promise.resolve() : Promise.reject(new Error("no answer"));
    },
    drop: (through) => void queue.splice(0, queue.findLastIndex(({ seq }) => seq <= through) + 1),
    after: (ms, run) => timers.push({ ms, run }),
    armBy: (waitMs) => armed.push(waitMs),
    random: () => 0.5,
    log: (event) => log.push(event),
  });
  const add = (count: number) => {
    for (let i = 0; i < count; i++) queue.push({ seq: ++taken, record: RECORD });
    drain.poke();
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
  const numbers = (count: number) => Array.from({ length: count }, (_, nth) => nth + 1);
  return { queue, rows, writes, timers, armed, log, database, drain, add, tick, run, numbers };
}

describe("AU-2: the drain", () => {
  test("lets the records of a moment gather, and writes them in order in one statement", async () => {
    const { add, tick, run, writes, queue, armed } = setUp();
    add(1);
    add(2);
    expect(writes).toEqual([]);
    expect(armed).toEqual([15_000]);
    expect(await tick()).toBe(50);
    expect(writes).toEqual([[1, 2, 3]]);
    expect(queue).toEqual([]);
    await run();
    add(1);
    await run();
    expect(writes).toEqual([[1, 2, 3], [4]]);
  });

  test("sleeps without timers when there is nothing to drain", async () => {
    const { drain, timers, armed, add, run } = setUp();
    drain.poke();
    expect([timers, armed]).toEqual([[], []]);
    add(1);
    await run();
    expect(timers).toEqual([]);
  });

  test("works a backlog off in bounded statements, one at a time, without a wait between", async () => {
    const { add, tick, run, writes, rows, numbers } = setUp();
    add(2 * DRAIN_BATCH + 1);
    await tick();
    expect(await tick()).toBe(0);
    await run();
    expect(writes.map((batch) => batch.length)).toEqual([DRAIN_BATCH, DRAIN_BATCH, 1]);
    expect(rows).toEqual(numbers(2 * DRAIN_BATCH + 1));
  });

  test("keeps everything while the database is away, waits longer each time up to a bound, and says so", async () => {
    const { add, tick, database, queue, log, armed } = setUp();
    database.fate = "away";
    add(3);
    const waits: (number | null)[] = [];
    for (let i = 0; i < 9; i++) waits.push(await tick());
    expect(waits).toEqual([50, 250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(queue.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(log).toHaveLength(9);
    // The alarm that would wake a dead object is set with the first record and after every failure.
    expect(armed).toHaveLength(10);
  });

  test("is complete afterwards, without gap or duplicate, though records came and an answer was lost meanwhile", async () => {
    const { add, tick, run, database, rows, queue, log, numbers } = setUp();
    database.fate = "away";
    add(3);
    await tick();
    add(DRAIN_BATCH);
    await tick();
    database.fate = "answer lost";
    await tick();
    add(2);
    await tick();
    database.fate = "there";
    await run();
    expect(rows).toEqual(numbers(DRAIN_BATCH + 5));
    expect(queue).toEqual([]);
    expect(log.at(-1)).toBe("audit.database_back");
    // The next trouble begins with a short wait again.
    database.fate = "away";
    add(1);
    await tick();
    expect(await tick()).toBe(250);
  });
});
