import { expect, test } from "vitest";
import { sameData } from "./sameData.ts";

test("AC-12: equal data is the same in any order of its fields, and an absent field is undefined", () => {
  expect(sameData({ a: 1, b: { c: null } }, { b: { c: null }, a: 1 })).toBe(true);
  expect(sameData({ a: 1 }, { a: 1, b: undefined })).toBe(true);
  expect(sameData([1, [2]], [1, [2]])).toBe(true);
});

test.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: 1 }],
  [{ a: { b: 1 } }, { a: { b: "1" } }],
  [{ a: null }, {}],
  [
    [1, 2],
    [2, 1],
  ],
  [{}, null],
])("AC-12: %j and %j differ", (a, b) => {
  expect(sameData(a, b)).toBe(false);
  expect(sameData(b, a)).toBe(false);
});
