import { expect, test, vi } from "vitest";
import type { Activity } from "./fills.ts";

vi.mock("../../feed/store.ts", () => ({ onTrading: () => {} }));
vi.mock("../../api/client.ts", () => ({ call: () => {}, whenSignedOut: () => {}, keepCsrfToken: () => {} }));
vi.mock("../../api/session.ts", () => ({ accountId: () => null }));

const { fillOf, fillOfEvent, merged } = await import("./fills.ts");

const ACTIVITY = {
  id: "1",
  activity_type: "FILL",
  transaction_time: "2026-11-30T15:00:00.000Z",
  type: "partial_fill",
  price: "100",
  qty: "2",
  side: "buy",
  symbol: "AAPL",
  leaves_qty: "3",
  order_id: "order",
  cum_qty: "7",
  order_status: "partially_filled",
} as unknown as Activity;

const EVENT = {
  event: "partial_fill",
  timestamp: "2026-11-30T15:00:00.000Z",
  price: "100",
  qty: "2",
  order: { id: "order", symbol: "AAPL", side: "buy", qty: "10", filled_qty: "7", status: "partially_filled" },
};

test("UI-93: a fill of the stream and the same one of the list are one", () => {
  const [listed, told] = [fillOf(ACTIVITY), fillOfEvent(EVENT)];
  expect(told).toEqual(listed);
  expect(merged([told as never], [listed as never])).toHaveLength(1);
});

test("events without an execution are no fills", () => {
  expect(fillOfEvent({ event: "canceled", order: EVENT.order })).toBeNull();
  expect(fillOf({ ...ACTIVITY, activity_type: "FEE" } as unknown as Activity)).toBeNull();
});
