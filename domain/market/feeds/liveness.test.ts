import * as fc from "fast-check";
import { expect, test } from "vitest";
import { feedStateAt, knownState, RETRY_LONGEST_MS, retryWait } from "./liveness.ts";

test("MD-110: a feed is live while it was heard in the last ten seconds, and down without a connection", () => {
  expect([0, 9_999, 10_000, 60_000].map((age) => feedStateAt(5_000, 5_000 + age))).toEqual([
    "live",
    "live",
    "stale",
    "stale",
  ]);
  expect(feedStateAt(null, 5_000)).toBe("down");
  // A clock that was set back makes nothing stale.
  expect(feedStateAt(5_000, 1_000)).toBe("live");
});

test("MD-110: a book takes its feed for stale when it has heard nothing of it for fifteen seconds", () => {
  expect([0, 14_999, 15_000].map((age) => knownState("live", 1_000, 1_000 + age))).toEqual(["live", "live", "stale"]);
  expect(knownState("down", 1_000, 99_000)).toBe("down");
  expect(knownState("stale", 1_000, 1_000)).toBe("stale");
});

test("MD-111: waits between tries double up to thirty seconds, and are spread by half", () => {
  expect([1, 2, 3, 4].map((failures) => retryWait(failures, 0.5))).toEqual([500, 1_000, 2_000, 4_000]);
  expect([retryWait(1, 0), retryWait(1, 1)]).toEqual([250, 750]);
  fc.assert(
    fc.property(fc.nat(10_000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const wait = retryWait(failures, random);
      expect(wait).toBeGreaterThanOrEqual(250);
      expect(wait).toBeLessThanOrEqual(RETRY_LONGEST_MS * 1.5);
    }),
  );
});
