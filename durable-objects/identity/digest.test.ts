import { expect, test } from "vitest";
import { hmacSha256 } from "./digest.ts";

test("OA-18: HMAC refuses a key that is missing or too short", () => {
  for (const key of ["", " ", "null", "undefined", "k".repeat(31)])
    expect(() => hmacSha256(key, "text")).toThrow("needs a key");
  expect(hmacSha256("k".repeat(32), "text")).toHaveLength(32);
});
