import { expect, test } from "vitest";
import { CommitPace } from "./commitPace.ts";
import { GATHER_FACTOR, GATHER_FROM_MS, GATHER_IDLE_MS, GATHER_MAX_MS } from "./limits.ts";

/** A pace after commits of so many prompt requests every 10 ms from time 0 on, each durable after so many milliseconds. */
function pacedOf(prompt: number, ...durableMs: readonly number[]): { pace: CommitPace; last: number } {
  const pace = new CommitPace();
  for (const [nth, took] of durableMs.entries()) pace.durable(10 * nth, 10 * nth + took, prompt);
  return { pace, last: 10 * (durableMs.length - 1) };
}

const paced = (...durableMs: readonly number[]) => pacedOf(2, ...durableMs);

const many = (took: number): number[] => Array.from({ length: 50 }, () => took);

test.each([
  ["before the first commit", [], 0],
  ["while commits are durable at once", many(0), 0],
  ["while they take no longer than on an idle machine", many(GATHER_FROM_MS), 0],
  ["after one slow commit among quick ones", [...many(1), 1_000], 0],
  ["after one slow commit of a quiet object", [1_000], 0],
  ["under load", many(GATHER_FROM_MS + 3), 3 * GATHER_FACTOR],
  ["while they take longer than the longest window", many(10_000), GATHER_MAX_MS],
  ["when the clock was set back", many(-3_600_000), 0],
  ["when the load has gone", [...many(20), ...many(0)], 0],
])("AK-15: %s requests gather for %s -> %s ms", (_when, durableMs, windowMs) => {
  const { pace } = paced(...durableMs);
  expect(pace.deferrableWindowMs).toBeCloseTo(windowMs, 3);
  expect(pace.promptWindowMs).toBeCloseTo(windowMs, 1);
});

test("AK-15: an object without a commit for GATHER_IDLE_MS is quiet again", () => {
  const { pace, last } = paced(...many(20));
  expect(pace.promptWindowMs).toBeGreaterThan(0);
  const later = last + GATHER_IDLE_MS + 1;
  pace.durable(later, later + GATHER_FROM_MS, 1);
  expect(pace.deferrableWindowMs).toBe(0);
  // Nor does it remember how many its commits had.
  for (let nth = 1; nth < 50; nth++) pace.durable(later + 10 * nth, later + 10 * nth + 1_000, 1);
  expect(pace.promptWindowMs).toBe(0);
});

test("AK-15: a request whose commits are its own waits for nothing, whatever the thread does; deferrable ones gather", () => {
  const { pace, last } = pacedOf(1, ...many(1_000));
  expect(pace.deferrableWindowMs).toBe(GATHER_MAX_MS);
  expect(pace.waitMs(false, last + 1, last + 1)).toBe(0);
  expect(pace.waitMs(true, last + 1, last + 1)).toBe(GATHER_MAX_MS);
});

test("AK-15: requests gather when commits have had several, and less again when the last ones have had one", () => {
  const { pace, last } = pacedOf(1, ...many(1_000));
  const windows: number[] = [];
  const commit = (nth: number, prompt: number) => {
    pace.durable(last + 10 * nth, last + 10 * nth + 1_000, prompt);
    windows.push(pace.promptWindowMs);
  };
  for (let nth = 1; nth <= 20; nth++) commit(nth, 5);
  expect(windows.at(-1)).toBe(GATHER_MAX_MS);
  const full = windows.length - 1;
  for (let nth = 21; nth <= 60; nth++) commit(nth, 1);
  const shrinking = windows.slice(full);
  expect(shrinking).toEqual(shrinking.toSorted((a, b) => b - a));
  expect(windows.at(-1)).toBeLessThan(0.1);
});

test("AK-15: a commit of deferrable requests alone tells nothing about how many others gather", () => {
  const { pace, last } = pacedOf(2, ...many(1_000));
  const before = pace.promptWindowMs;
  for (let nth = 1; nth < 50; nth++) pace.durable(last + 10 * nth, last + 10 * nth + 1_000, 0);
  expect(pace.promptWindowMs).toBe(before);
});

/** When an object whose last commit was at 490 has become quiet. */
const QUIET = 490 + GATHER_IDLE_MS + 1;

/** Of a pace whose window is GATHER_MAX_MS and whose last commit was at 490. */
test.each([
  ["a request right after a commit waits for most of a window", false, 491, 491, GATHER_MAX_MS - 1],
  ["a request that has waited for a part of it waits for the rest", false, 491, 500, GATHER_MAX_MS - 10],
  ["a request after the window waits for half of one", false, 600, 600, GATHER_MAX_MS / 2],
  ["and no longer", false, 600, 600 + GATHER_MAX_MS / 2, 0],
  ["a deferrable one waits for a window of its own", true, 490 + GATHER_MAX_MS, 490 + GATHER_MAX_MS, GATHER_MAX_MS],
  ["and no longer", true, 500, 500 + GATHER_MAX_MS, 0],
  ["a request of an object that has become quiet waits for nothing", false, QUIET, QUIET, 0],
  ["nor does a deferrable one", true, QUIET, QUIET, 0],
  ["a request just before that waits for half a window", false, QUIET - 1, QUIET - 1, GATHER_MAX_MS / 2],
  ["a clock that was set back makes nobody wait longer than a window", false, 491, -3_600_000, GATHER_MAX_MS],
  ["nor does one that was set forward", true, 491, 3_600_000, 0],
])("AK-15: %s", (_what, deferrable, arrivedAt, now, waitMs) => {
  const { pace } = pacedOf(5, ...many(1_000));
  expect(pace.waitMs(deferrable, arrivedAt, now)).toBe(waitMs);
});
