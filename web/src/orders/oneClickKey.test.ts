import { expect, test } from "vitest";
import { isOneClickKey, oneClickKey } from "./oneClickKey.ts";

test("UI-171: one click is kept for one user and one account", () => {
  const keys = [oneClickKey("ann", "live"), oneClickKey("ann", "paper"), oneClickKey("bob", "live")];
  expect(new Set(keys).size).toBe(3);
  expect(keys.every((key) => key !== null && isOneClickKey(key))).toBe(true);
  expect([oneClickKey(undefined, "live"), oneClickKey("ann", null)]).toEqual([null, null]);
  // What was kept for everybody does not hold any more.
  expect([isOneClickKey("one-click"), isOneClickKey("symbol"), isOneClickKey(null)]).toEqual([false, false, true]);
});
