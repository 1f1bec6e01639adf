import { expect, test } from "vitest";
import { duration, milliseconds } from "./durations.ts";

test("spans of time are short", () => {
  expect([0, 12_400, 185_000, 7_385_000, 273_600_000].map(duration)).toEqual([
    "0 s",
    "12 s",
    "3:05",
    "2:03:05",
    "3 d 4 h",
  ]);
  expect([null, 3.44, 42.4].map(milliseconds)).toEqual(["–", "3.4 ms", "42 ms"]);
});
