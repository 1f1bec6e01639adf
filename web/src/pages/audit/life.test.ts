import { expect, test } from "vitest";
import { durationText, lifeOf } from "./life.ts";
import type { TrailEvent } from "./trail.ts";

const event = (seq: number, at: number, action: string, body: object, status?: string): TrailEvent => ({
  shard: 0,
  seq,
  event_id: `e${seq}`,
  at: new Date(at).toISOString(),
  user_id: "u",
  account_id: "a",
  action,
  resource: "order/o",
  result: "ok",
  actor: null,
  request_id: "",
  ip_address: "",
  user_agent: "",
  body: { ...body },
  before: null,
  after: status === undefined ? null : { status },
  hash: "",
});

test("UI-164: the life of an order is its events, oldest first, with the trades of the book", () => {
  const fill = { trade_id: 7, symbol: "F", price: "12.5", qty: "3", executed_at: 1_050 };
  const steps = lifeOf([
    event(2, 1_100, "order.filled", fill, "filled"),
    event(1, 1_000, "order.accepted", { symbol: "F" }, "new"),
  ]);
  expect(steps.map(({ event: of, after, bookAt, status }) => [of.action, after, bookAt, status])).toEqual([
    ["order.accepted", null, null, "new"],
    ["order.filled", 100, 1_050, "filled"],
  ]);
  expect(steps[1]?.trade).toEqual({ id: "7", symbol: "F", price: "12.5", qty: "3" });
});

test.each([
  [12, "12 ms"],
  [1_500, "1.5 s"],
  [90_000, "1 min 30 s"],
  [5_400_000, "1 h 30 min"],
])("UI-164: %d ms is %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});
