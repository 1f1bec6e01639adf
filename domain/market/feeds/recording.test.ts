import { expect, test } from "vitest";
import { readHeader, ReplayClock } from "./recording.ts";

test("MD-115: a recorded day says its format and its day", () => {
  const header = { format: "edge-feed/1", day: "2026-11-30", source: "itch" };
  expect(readHeader(JSON.stringify(header))).toEqual(header);
  expect(() => readHeader('{"T":"q"}')).toThrow("no recorded day");
});

test("MD-115: elements are due in their own distances, divided by the speed", () => {
  const clock = new ReplayClock(1_000_000, 10);
  expect([500, 500, 1_500, 60_500].map((at) => clock.dueAt(at))).toEqual([1_000_000, 1_000_000, 1_000_100, 1_006_000]);
  // What is out of order is not before the first.
  expect(clock.dueAt(100)).toBe(1_000_000);
  expect(() => new ReplayClock(0, 0)).toThrow("above zero");
});
