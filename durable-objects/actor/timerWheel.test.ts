import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_SLACK } from "./limits.ts";
import { TimerWheel } from "./timerWheel.ts";

/** Timers that the platform allows an object. */
const TIMERS_MAX = 10_000;

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function start() {
  const fired: { key: string; at: number }[] = [];
  const waits = new TimerWheel((key) => fired.push({ key, at: Date.now() }));
  return { waits, fired, keys: () => fired.map(({ key }) => key) };
}

describe("AK-3: a deadline", () => {
  test("alone fires once, exactly when it is due", async () => {
    const { waits, fired } = start();
    waits.set("a", 100);
    expect(waits.has("a")).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fired).toEqual([{ key: "a", at: 100 }]);
    expect(waits.has("a")).toBe(false);
  });

  test("that is set again fires at the earlier of its times", async () => {
    const { waits, fired } = start();
    waits.set("a", 100);
    waits.set("a", 500);
    waits.set("b", 500);
    waits.set("b", 50);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fired).toEqual([
      { key: "b", at: 50 },
      { key: "a", at: 100 },
    ]);
  });

  test("that is cleared does not fire, and leaves one that shares its timer in place", async () => {
    const { waits, keys } = start();
    for (const key of ["a", "b", "c"]) waits.set(key, 100);
    waits.set("d", 300);
    for (const key of ["b", "d", "nobody"]) waits.clear(key);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(keys()).toEqual(["a", "c"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("may be set again by its own callback and by that of another", async () => {
    const fired: string[] = [];
    const waits: TimerWheel = new TimerWheel((key) => {
      fired.push(`${key} ${Date.now()}`);
      if (fired.length <= 2) for (const again of ["a", "b"]) waits.set(again, 100);
    });
    for (const key of ["a", "b"]) waits.set(key, 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fired).toEqual(["a 100", "b 100", "a 200", "b 200"]);
  });
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant("set" as const),
    key: fc.nat(5),
    ms: fc.constantFrom(5, 60, 100, 1_000, 1_020, 5_000),
  }),
  fc.record({ kind: fc.constant("set" as const), key: fc.nat(5), ms: fc.integer({ min: 1, max: 8_000 }) }),
  fc.record({ kind: fc.constant("clear" as const), key: fc.nat(5), ms: fc.constant(0) }),
  fc.record({ kind: fc.constant("pass" as const), key: fc.constant(0), ms: fc.nat(2_000) }),
  fc.record({
    kind: fc.constant("clock" as const),
    key: fc.constant(0),
    ms: fc.integer({ min: -20_000, max: 20_000 }),
  }),
);

test("AK-3: each deadline fires once, at the earliest of its times, whatever the clock does", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      let jumped = 0;
      /** Milliseconds that have passed, however the clock was set. */
      const passed = () => Date.now() - began - jumped;
      const began = Date.now();
      /** When each key may fire: the earliest of what its deadlines allow. */
      const due = new Map<number, { earliest: number; latest: number }>();
      const wrong: string[] = [];
      const waits = new TimerWheel<number>((key) => {
        const { earliest, latest } = due.get(key) ?? { earliest: Number.POSITIVE_INFINITY, latest: 0 };
        if (passed() < earliest - 1 || passed() > latest + 1)
          wrong.push(`${key} at ${passed()}, not ${earliest} to ${latest}`);
        due.delete(key);
      });
      for (const { kind, key, ms } of steps) {
        if (kind === "set") {
          const { earliest, latest } = due.get(key) ?? {
            earliest: Number.POSITIVE_INFINITY,
            latest: Number.POSITIVE_INFINITY,
          };
          const [from, to] = [1 - TIMER_SLACK, 1 + TIMER_SLACK].map((share) => passed() + ms * share) as [
            number,
            number,
          ];
          due.set(key, { earliest: Math.min(earliest, from), latest: Math.min(latest, to) });
          waits.set(key, ms);
        } else if (kind === "clear") {
          due.delete(key);
          waits.clear(key);
        } else if (kind === "pass") await vi.advanceTimersByTimeAsync(ms);
        else {
          jumped += ms;
          vi.setSystemTime(Date.now() + ms);
        }
      }
      await vi.advanceTimersByTimeAsync(20_000);
      expect(wrong).toEqual([]);
      expect([...due.keys()]).toEqual([]);
      expect(vi.getTimerCount()).toBe(0);
    }),
  );
});

test("AK-9: any number of deadlines take few timers, and each fires at about its time", async () => {
  const { waits, fired } = start();
  const due = new Map<string, { at: number; slack: number }>();
  let most = 0;
  for (let second = 0; second < 10; second++) {
    for (let nth = 0; nth < 4_000; nth++) {
      const key = `${second} ${nth}`;
      const waitMs = nth % 2 === 0 ? 5_000 : 50 + ((nth * 7_919) % 7_450);
      due.set(key, { at: Date.now() + waitMs, slack: waitMs * TIMER_SLACK });
      waits.set(key, waitMs);
      if (nth % 4 === 3) await vi.advanceTimersByTimeAsync(1);
      most = Math.max(most, vi.getTimerCount());
    }
  }
  await vi.advanceTimersByTimeAsync(10_000);
  expect(fired).toHaveLength(due.size);
  for (const { key, at } of fired) {
    const wanted = due.get(key);
    expect(Math.abs(at - (wanted?.at ?? 0))).toBeLessThanOrEqual((wanted?.slack ?? 0) + 1);
  }
  expect(most).toBeLessThan(TIMERS_MAX / 10);
});
