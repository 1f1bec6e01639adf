import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AlarmClock } from "./alarmClock.ts";

/** A clock whose reasons are the times in `reasons`, and its timers. */
function setUp(canTakeBack = false) {
  const writes: (number | null)[] = [];
  const reasons = new Set<number>();
  const timers: (() => void)[] = [];
  const world = { restarting: false, now: 0 };
  const write = (at: number | null) => {
    writes.push(at);
    return Promise.resolve();
  };
  const armAll = () => {
    if (world.restarting) throw new Error("the object is restarting");
    for (const at of reasons) clock.armBy(at);
  };
  const clock: AlarmClock = new AlarmClock(
    { setAlarm: write, deleteAlarm: () => write(null) },
    canTakeBack ? armAll : null,
    (_ms, run) => void timers.push(run),
    () => world.now,
  );
  return {
    clock,
    writes,
    reasons,
    world,
    timers,
    arm(at: number) {
      reasons.add(at);
      clock.armBy(at);
    },
    pass() {
      for (const run of timers.splice(0)) run();
    },
  };
}

describe("AK-3: the alarm of an object with several reasons to wake", () => {
  test("is set for the earliest time, and written only when that changes", () => {
    const { clock, writes } = setUp();
    for (const at of [50, 60, 50, 40, 45, 39]) clock.armBy(at);
    expect(writes).toEqual([50, 40, 39]);
  });

  test("is set again after it fired, also for a later time", () => {
    const { clock, writes } = setUp();
    clock.armBy(50);
    clock.fired();
    clock.armBy(70);
    clock.armBy(80);
    expect(writes).toEqual([50, 70]);
  });

  test("is deleted once its reason is gone and the object is quiet, and set again by the next reason", () => {
    const { writes, reasons, timers, arm, pass } = setUp(true);
    arm(5_000);
    reasons.clear();
    // Something happens in each interval: nothing is written.
    for (let nth = 1; nth < 20; nth++) {
      arm(5_000 + nth);
      reasons.clear();
      pass();
    }
    expect(writes).toEqual([5_000]);
    pass();
    expect(writes).toEqual([5_000, null]);
    expect(timers).toEqual([]);
    arm(9_000);
    expect(writes).toEqual([5_000, null, 9_000]);
  });

  test("moves to the next reason once the earlier one is gone", () => {
    const { writes, reasons, timers, arm, pass } = setUp(true);
    arm(60_000);
    pass();
    // It will be due long after: nothing holds the object.
    expect(timers).toEqual([]);
    arm(5_000);
    pass();
    reasons.delete(5_000);
    pass();
    expect(writes).toEqual([60_000, 5_000, 60_000]);
    expect(timers).toEqual([]);
  });

  test("stays while its reason remains, also when that is asked again and again", () => {
    const { clock, writes, reasons, arm, pass } = setUp(true);
    arm(5_000);
    for (let now = 500; now < 4_500; now += 500) {
      // As a sender whose receiver does not answer.
      reasons.clear();
      reasons.add(5_000 + now);
      pass();
    }
    expect(writes).toEqual([5_000]);
    clock.fired();
    clock.armBy(10_000);
    expect(writes).toEqual([5_000, 10_000]);
  });

  test("is looked at again when a reason is told to be gone that was not due soon", () => {
    const { clock, writes, reasons, timers, arm, pass } = setUp(true);
    clock.settled();
    expect(timers).toEqual([]);
    arm(13_000);
    pass();
    expect(timers).toEqual([]);
    reasons.clear();
    clock.settled();
    pass();
    expect(writes).toEqual([13_000, null]);
    expect(timers).toEqual([]);
  });

  test("stays while the object restarts", () => {
    const { writes, reasons, world, arm, pass } = setUp(true);
    arm(5_000);
    reasons.clear();
    world.restarting = true;
    pass();
    expect(writes).toEqual([5_000]);
  });

  test("is never later than the earliest reason, and gone when there is none, whatever happens", () => {
    const step = fc.oneof(
      fc.integer({ min: 0, max: 100_000 }).map((at) => ({ at })),
      fc.integer({ min: 0, max: 20 }).map((gone) => ({ gone })),
      fc.constantFrom("pass" as const, "fire" as const, "restart" as const, "go on" as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { clock, writes, reasons, world, arm, pass } = setUp(true);
        for (const each of steps) {
          if (typeof each !== "string" && "at" in each) arm(each.at);
          else if (typeof each !== "string") reasons.delete([...reasons][each.gone] ?? -1);
          else if (each === "pass") pass();
          else if (each === "fire") {
            clock.fired();
            writes.push(null);
            for (const at of reasons) clock.armBy(at);
          } else world.restarting = each === "restart";
          const alarm = writes.at(-1) ?? Number.POSITIVE_INFINITY;
          expect(alarm).toBeLessThanOrEqual(Math.min(...reasons));
        }
        world.restarting = false;
        reasons.clear();
        clock.settled();
        pass();
        pass();
        expect(writes.at(-1) ?? null).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
