import { beforeAll, expect, test, vi } from "vitest";
import type { Action } from "./actions.ts";

beforeAll(() => vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} }));

const action = (id: string, key?: string): Action => ({
  id,
  title: id,
  group: "g",
  run: () => {},
  ...(key === undefined ? {} : { key }),
});
const ALL = [action("buy", "B"), action("trade", "G T"), { ...action("line", "/"), alsoKey: "Mod+K" }];

test("UI-76: a key of another action, of a browser or of fields is refused", async () => {
  const { clashOf } = await import("./keys.ts");
  const own = action("new");
  expect(clashOf(own, "N", ALL, {})).toBeNull();
  expect(clashOf(own, "B", ALL, {})).toMatchObject({ kind: "taken", by: { id: "buy" } });
  expect(clashOf(own, "Mod+K", ALL, {})).toMatchObject({ kind: "taken", by: { id: "line" } });
  expect(clashOf(own, "G", ALL, {})).toMatchObject({ kind: "taken", by: { id: "trade" } });
  expect(clashOf(own, "Mod+W", ALL, {})).toEqual({ kind: "reserved" });
  expect(clashOf(own, "Enter", ALL, {})).toEqual({ kind: "reserved" });
});

test("UI-76: a chosen key takes the place of the action's own, and frees it", async () => {
  const { clashOf, keyFor, readKeys } = await import("./keys.ts");
  const keys = { buy: "U", trade: null };
  expect(ALL.map((each) => keyFor(each, keys))).toEqual(["U", null, "/"]);
  expect(clashOf(action("new"), "B", ALL, keys)).toBeNull();
  expect(clashOf(action("buy", "B"), "B", ALL, keys)).toBeNull();
  expect(readKeys('{"buy":"U","bad":7,"none":null}')).toEqual({ buy: "U", none: null });
  expect(readKeys("not json")).toEqual({});
});
