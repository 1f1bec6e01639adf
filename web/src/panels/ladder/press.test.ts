import { expect, test } from "vitest";
import { isRepeated } from "../../design/heldKeys.ts";
import { cancelOf, keyActOf, releaseOf, type Press, type Release } from "./press.ts";

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

const press: Press = { pointerId: 1, y: 100, key: 2_495, column: "buy", own: [] };
const release: Release = { pointerId: 1, button: 0, y: 104, at: { key: 2_495, column: "buy" } };

test("UI-177: a release where the press was places an order, or cancels the orders that were pressed", () => {
  expect(releaseOf(press, release)).toBe("place");
  expect(releaseOf({ pointerId: 1, y: 100, key: 2_495, column: "buy", own: ["one"] }, release)).toBe("cancel");
});

test("UI-177: a release without its press, or in another row or column, does nothing", () => {
  const other = (part: Partial<Release>): Release => Object.assign({}, release, part);
  expect(releaseOf(null, release)).toBeNull();
  for (const one of [
    other({ pointerId: 2 }),
    other({ button: 2 }),
    other({ at: null }),
    other({ at: { key: 2_495, column: "sell" } }),
    other({ at: { key: 2_495, column: "other" } }),
    other({ at: { key: 2_494, column: "buy" } }),
    // A finger that has scrolled: the row went with it.
    other({ y: 144 }),
  ])
    expect(releaseOf(press, one)).toBeNull();
});

test("UI-175: a key that is held down trades once", () => {
  for (const key of ["b", "S", "m", "Delete", "Backspace"])
    expect(keyActOf({ key, repeat: true }, false, true)).toBe("nothing");
  for (const key of ["Enter", "M"]) expect(keyActOf({ key, repeat: true }, true, true)).toBe("nothing");
  expect(keyActOf({ key: "B", repeat: false }, false, true)).toBe("buy");
  expect(keyActOf({ key: "Enter", repeat: false }, true, true)).toBe("drop");
  expect(keyActOf({ key: "x", repeat: true }, false, true)).toBeNull();
  const isHeldDown = (key: string, repeat: boolean): boolean =>
    isRepeated({ key, repeat, ctrlKey: false, metaKey: false });
  expect([isHeldDown("Enter", true), isHeldDown(" ", true)]).toEqual([true, true]);
  expect([isHeldDown("Enter", false), isHeldDown("Tab", true)]).toEqual([false, false]);
});

test("UI-178: without a cursor that is seen a key shows it, and trades nothing", () => {
  for (const key of ["b", "s", "m", "Delete"]) expect(keyActOf({ key, repeat: false }, false, false)).toBe("show");
  expect(keyActOf({ key: "c", repeat: false }, false, false)).toBe("centre");
});
