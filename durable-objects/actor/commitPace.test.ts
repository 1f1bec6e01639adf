import { expect, test } from "vitest";
import { CommitPace } from "./commitPace.ts";
import { GATHER_FACTOR, GATHER_FROM_MS, GATHER_IDLE_MS, GATHER_MAX_MS } from "./limits.ts";

/** A pace after commits every 10 ms from time 0 on, each durable after so many milliseconds. */
function paced(...durableMs: readonly number[]): { pace: CommitPace; last: number } {
  const pace = new CommitPace();
  for (const [nth, took] of durableMs.entries()) pace.durable(10 * nth, 10 * nth + took);
  return { pace, last: 10 * (durableMs.length - 1) };
}

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
  expect(paced(...durableMs).pace.windowMs).toBeCloseTo(windowMs, 3);
});

test("AK-15: an object without a commit for GATHER_IDLE_MS is quiet again", () => {
  const { pace, last } = paced(...many(20));
  expect(pace.windowMs).toBeGreaterThan(0);
  const later = last + GATHER_IDLE_MS + 1;
  pace.durable(later, later + GATHER_FROM_MS);
  expect(pace.windowMs).toBe(0);
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
  const { pace } = paced(...many(1_000));
  expect(pace.waitMs(deferrable, arrivedAt, now)).toBe(waitMs);
});
