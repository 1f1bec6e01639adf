import { expect, test } from "vitest";
import { mergedOrders, sumOf } from "./mergedOrders.ts";
import type { Order } from "./order.ts";

const order = (id: string, status: string, second = 0): Order =>
  ({ id, status, updated_at: `2026-11-30T10:00:0${second}Z` }) as Order;
const mapOf = (...all: readonly Order[]): ReadonlyMap<string, Order> => new Map(all.map((one) => [one.id, one]));

test("UI-186: an order that closed unseen is not open after the next reading", () => {
  const before = mapOf(order("ghost", "new"), order("old", "filled"), order("open", "new"));
  const next = mergedOrders([order("open", "new")], before, before);
  expect([...next.keys()]).toEqual(["open", "old"]);
});

test("UI-186: what the stream brought during the reading stays", () => {
  const before = mapOf(order("a", "new"));
  const known = mapOf(order("a", "filled", 2), order("b", "new", 1));
  const next = mergedOrders([order("a", "new")], known, before);
  expect([...next.values()].map(({ id, status }) => [id, status])).toEqual([
    ["a", "filled"],
    ["b", "new"],
  ]);
});

test("UI-187: a total with an unknown part is unknown", () => {
  expect([sumOf([]), sumOf([1, 2]), sumOf([1, null, 2])]).toEqual([0, 3, null]);
});
