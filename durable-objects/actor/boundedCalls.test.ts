import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BoundedCalls } from "./boundedCalls.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("AK-9: a call has its outcome, or fails when it hangs; nothing is left of either", async () => {
  const calls = new BoundedCalls();
  expect(await calls.within(1_000, "hangs", () => Promise.resolve(7))).toBe(7);
  await expect(calls.within(1_000, "hangs", () => Promise.reject(new Error("away")))).rejects.toThrow("away");
  const thrown = (): Promise<never> => {
    throw new Error("not called");
  };
  await expect(calls.within(1_000, "hangs", thrown)).rejects.toThrow("not called");
  expect(vi.getTimerCount()).toBe(0);

  const late = Promise.withResolvers<number>();
  const outcomes: unknown[] = [];
  const told = (outcome: unknown): void => void outcomes.push(outcome);
  void calls.within(1_000, "hangs", () => late.promise).then(told, (error: Error) => told(error.message));
  await vi.advanceTimersByTimeAsync(990);
  expect(outcomes).toEqual([]);
  await vi.advanceTimersByTimeAsync(110);
  expect(outcomes).toEqual(["hangs"]);
  late.resolve(8);
  await vi.advanceTimersByTimeAsync(0);
  expect(outcomes).toEqual(["hangs"]);
  expect(vi.getTimerCount()).toBe(0);
});
