import { expect, test } from "vitest";
import { isIgnored, isRepeated, type Place } from "./heldKeys.ts";

const held = (key: string, ctrlKey = false) => ({ key, ctrlKey, metaKey: false, repeat: true });

test("UI-169: a key that is held down confirms, deletes and trades once; moving and undoing go on", () => {
  for (const key of ["Enter", " ", "Delete", "Backspace", "b", "X", "7", "ö", "?"]) {
    expect(isRepeated(held(key)), key).toBe(true);
    expect(isRepeated({ ...held(key), repeat: false }), key).toBe(false);
  }
  for (const key of ["ArrowUp", "PageDown", "Home", "Tab", "+", "-", "Shift"]) {
    expect(isRepeated(held(key)), key).toBe(false);
  }
  expect(isRepeated(held("z", true))).toBe(false);
});

test.each<[string, Place, boolean]>([
  ["Enter", "control", true],
  ["Enter", "line", true],
  ["Enter", "page", true],
  ["Enter", "lines", false],
  ["1", "line", false],
  ["Backspace", "line", false],
  [" ", "lines", false],
  [" ", "control", true],
  [" ", "page", false],
  ["Delete", "control", true],
  ["ArrowDown", "control", false],
])("UI-169: held %j in a %s does nothing: %j", (key, place, is) => {
  expect(isIgnored(held(key), place)).toBe(is);
  expect(isIgnored({ ...held(key), repeat: false }, place)).toBe(false);
});
