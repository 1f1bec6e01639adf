import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TIMER_SLACK } from "./limits.ts";
import { TimerWheel } from "./timerWheel.ts";

/** Timers that the platform allows an object. */
const TIMERS_MAX = 10_000;

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

function start() {
  const fired: { key: string; at: number }[] = [];
  const waits = new TimerWheel(
    () => Date.now(),
    (key) => fired.push({ key, at: Date.now() }),
  );
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
    const waits: TimerWheel = new TimerWheel(
      () => Date.now(),
      (key) => {
        fired.push(`${key} ${Date.now()}`);
        if (fired.length <= 2) for (const again of ["a", "b"]) waits.set(again, 100);
      },
    );
    for (const key of ["a", "b"]) waits.set(key, 100);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fired).toEqual(["a 100", "b 100", "a 200", "b 200"]);
  });
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
