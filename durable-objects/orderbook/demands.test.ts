import { expect, test } from "vitest";
import { Demands } from "./demands.ts";

function kept() {
  const values = new Map<string, unknown>();
  const kv = {
    get: <T>(key: string) => values.get(key) as T | undefined,
    put: (key: string, value: unknown) => void values.set(key, structuredClone(value)),
  };
  const relays = new Set<string>();
  const start = () => new Demands({ kv, relays: () => [...relays] });
  return { values, relays, start };
}

test("MD-104: a book knows what each relay asks for, also after a restart", () => {
  const { relays, start } = kept();
  const demands = start();
  relays.add("one").add("two");
  demands.subscribed("one", ["bars", "orders"]);
  demands.subscribed("two", ["depth"]);
  for (const each of [demands, start()]) {
    expect([...each.of("one")].sort()).toEqual(["bars", "orders"]);
    expect(each.of("two")).toEqual(["depth"]);
    expect(each.of("three")).toEqual([]);
    expect([...each.depth].sort()).toEqual(["depth", "orders"]);
    expect(each.bars).toBe(true);
  }
  demands.subscribed("one", []);
  expect([demands.bars, start().bars, [...start().depth]]).toEqual([false, false, ["depth"]]);
});

test("MD-90: a relay that the book no longer pushes to does not ask for bars", () => {
  const { relays, start } = kept();
  const demands = start();
  relays.add("one");
  demands.subscribed("one", ["bars"]);
  relays.delete("one");
  expect(demands.bars).toBe(false);
});

test("MD-41: what a release without bars reads has none of them", () => {
  const { values, relays, start } = kept();
  relays.add("one").add("two");
  const demands = start();
  demands.subscribed("one", ["bars"]);
  demands.subscribed("two", ["bars", "depth"]);
  expect(values.get("depthListeners")).toEqual({ two: ["depth"] });
  expect(values.get("barListeners")).toEqual(["one", "two"]);
});
