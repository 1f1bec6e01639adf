import { expect, test } from "vitest";
import { hmacSha256 } from "./digest.ts";

test("OA-18: no mark is made with a key that is absent or too short to be one", () => {
  for (const key of ["", " ", "null", "undefined", "k".repeat(31)])
    expect(() => hmacSha256(key, "text")).toThrow("needs a key");
  expect(hmacSha256("k".repeat(32), "text")).toHaveLength(32);
});
