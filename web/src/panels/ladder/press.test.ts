import { expect, test } from "vitest";
import { cancelOf } from "./press.ts";

test("UI-56: the right button cancels one order at once, several only on an armed ladder", () => {
  expect(cancelOf("mouse", 1, false)).toBe("at once");
  expect(cancelOf("mouse", 2, false)).toBe("ask");
  expect(cancelOf("mouse", 2, true)).toBe("at once");
});

test("UI-56: a long press asks, also on an armed ladder, and a key cancels nothing", () => {
  for (const pressed of ["touch", "pen"] as const) expect(cancelOf(pressed, 1, true)).toBe("ask");
  expect(cancelOf(null, 1, true)).toBeNull();
  expect(cancelOf("touch", 0, true)).toBeNull();
});
