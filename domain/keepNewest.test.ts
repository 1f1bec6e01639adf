import { expect, test } from "vitest";
import { keepNewest } from "./keepNewest.ts";

test("ID-50: the map is bounded: the oldest entry is evicted, and an entry that is set again is the newest", () => {
  const map = new Map<string, number>();
  for (const [key, value] of [
    ["a", 1],
    ["b", 2],
    ["a", 3],
    ["c", 4],
  ] as const)
    keepNewest(map, key, value, 2);
  expect([...map]).toEqual([
    ["a", 3],
    ["c", 4],
  ]);
  for (const key of ["d", "e", "f"]) map.set(key, 0);
  keepNewest(map, "a", 5, 2);
  expect([...map]).toEqual([
    ["f", 0],
    ["a", 5],
  ]);
});
