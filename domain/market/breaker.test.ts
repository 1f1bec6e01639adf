import { expect, test } from "vitest";
import { breakerHalt, type BreakerLevel, breakerLevel } from "./breaker.ts";

const at = (time: string, date = "2026-11-18"): number => Date.parse(`${date}T${time}-05:00`);
const BASE = 6_000;
/** The level that a fall by this percentage trips; null for none. */
const level = (fall: number, now: number, tripped: BreakerLevel | 0 = 0): BreakerLevel | null =>
  breakerHalt("us_equities", breakerLevel(BASE, BASE * (1 - fall / 100)), tripped, now)?.level ?? null;

test("MK-14: falls of 7, 13 and 20 % trip the levels, and a fall through several levels trips the worst one", () => {
  const noon = at("12:00");
  expect([6.99, 7, 12.99, 13, 19.99, 20, 40].map((fall) => level(fall, noon))).toEqual([null, 1, 1, 2, 2, 3, 3]);
  expect(level(-20, noon)).toBeNull();
});

test("MK-14: levels 1 and 2 halt for 15 minutes, level 3 for the rest of the trading day", () => {
  const noon = at("12:00");
  const halt = (level: BreakerLevel) => breakerHalt("us_equities", level, 0, noon);
  expect(halt(1)).toEqual({ level: 1, reason: "breaker_1", until: at("12:15") });
  expect(halt(2)).toEqual({ level: 2, reason: "breaker_2", until: at("12:15") });
  expect(halt(3)).toEqual({ level: 3, reason: "breaker_3", until: at("20:00") });
});

test("MK-14: each level halts once a day", () => {
  const noon = at("12:00");
  expect([level(8, noon, 1), level(14, noon, 1), level(8, noon, 2), level(14, noon, 2), level(21, noon, 2)]).toEqual([
    null,
    2,
    null,
    null,
    3,
  ]);
});

test("MK-14: levels 1 and 2 halt until 35 minutes before the close, level 3 at any time of regular hours", () => {
  expect([level(8, at("15:25")), level(8, at("15:25:00.001")), level(14, at("15:30"))]).toEqual([1, null, null]);
  expect([level(21, at("15:59:59")), level(21, at("16:00")), level(21, at("09:29:59"))]).toEqual([3, null, null]);
  expect([level(8, at("12:25", "2026-11-27")), level(8, at("12:26", "2026-11-27"))]).toEqual([1, null]);
  expect(level(21, at("12:00", "2026-11-21"))).toBeNull();
});

test("MK-14: around the clock a level halts at any time", () => {
  const night = at("19:50");
  expect(breakerHalt("always", 1, 0, night)?.until).toBe(at("20:05"));
  expect(breakerHalt("always", 3, 0, night)?.until).toBe(at("20:00"));
});
