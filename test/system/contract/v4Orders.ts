/** Orders by @alpacahq/alpaca-trade-api 4. */
import { expect } from "vitest";
import { type Any, kept, type Probe, refusal, SYMBOL, UNKNOWN_ID, uuid } from "./probes.ts";

/** Expects that a call is refused with this status and code; gives the error. */
export const code = async (call: Promise<unknown>, status: number, number: number): Promise<Any> => {
  const error = await refusal(call);
  expect({ status: error.status, code: error.code }).toEqual({ status, code: number });
  return error;
};

export const rests = { symbol: SYMBOL, qty: 1, side: "buy", limitPrice: 150 } as const;

export const v4Orders: readonly Probe[] = [
  ...(
    [
      ["limit", rests],
      ["stop", { symbol: SYMBOL, qty: 1, side: "buy", stopPrice: 250 }],
      ["stopLimit", { symbol: SYMBOL, qty: 1, side: "buy", stopPrice: 250, limitPrice: 251 }],
      ["trailingStop", { symbol: SYMBOL, qty: 1, side: "buy", trailPercent: 5 }],
      ["bracket", { ...rests, type: "limit", takeProfit: { limitPrice: 220 }, stopLoss: { stopPrice: 120 } }],
      ["oto", { ...rests, type: "limit", stopLoss: { stopPrice: 120 } }],
      ["oco", { symbol: SYMBOL, qty: 1, side: "sell", takeProfit: { limitPrice: 220 }, stopLoss: { stopPrice: 120 } }],
      ["submit", { ...rests, type: "limit", timeInForce: "day" }],
    ] as const
  ).map(([method, input]): Probe => [
    "orders",
    `orders.${method}`,
    async (client, at) => {
      const order = await client.trading.orders[method](input);
      uuid(order.id);
      expect(order).toMatchObject({ symbol: SYMBOL, filledQty: "0" });
      expect(["new", "accepted"]).toContain(order.status);
      at.kept.set(method, order.id);
    },
  ]),
  [
    "orders",
    "orders.market",
    async ({ trading }) => {
      const order = await trading.orders.market({ symbol: SYMBOL, notional: "100.05", side: "buy" });
      expect(order).toMatchObject({ status: "filled", notional: "100.05", qty: undefined, filledQty: "0.5" });
    },
  ],
  [
    "orders",
    "orders.postOrder",
    async ({ trading }, at) => {
      const order = { ...rests, qty: "1", limitPrice: "151", type: "limit", timeInForce: "gtc", clientOrderId: "v4" };
      expect(await trading.orders.postOrder({ postOrderRequest: order })).toMatchObject({ clientOrderId: "v4" });
      at.kept.set("posted", (await trading.orders.postOrder({ postOrderRequest: order })).id);
    },
  ],
  [
    "orders",
    "orders.getOrderByClientOrderId",
    async ({ trading }, at) => {
      expect((await trading.orders.getOrderByClientOrderId({ clientOrderId: "v4" })).id).toBe(kept(at, "posted"));
      await code(trading.orders.getOrderByClientOrderId({ clientOrderId: "none" }), 404, 40_410_000);
    },
  ],
  [
    "orders",
    "orders.getOrderByOrderID",
    async ({ trading }, at) => {
      const order = await trading.orders.getOrderByOrderID({ orderId: kept(at, "bracket"), nested: true });
      expect(order.legs).toHaveLength(2);
      await code(trading.orders.getOrderByOrderID({ orderId: UNKNOWN_ID }), 404, 40_410_000);
    },
  ],
  [
    "orders",
    "orders.patchOrderByOrderId",
    async ({ trading }, at) => {
      const change = { orderId: kept(at, "posted"), patchOrderRequest: { qty: "2", limitPrice: "149.5" } };
      const order = await trading.orders.patchOrderByOrderId(change);
      expect(order).toMatchObject({ qty: "2", limitPrice: "149.5", replaces: kept(at, "posted") });
    },
  ],
  [
    "orders",
    "orders.getAllOrders",
    async ({ trading }) => {
      const open = await trading.orders.getAllOrders({ status: "open", nested: true, symbols: SYMBOL, limit: 500 });
      expect(open.length).toBeGreaterThanOrEqual(8);
      const asked = { status: "closed", direction: "asc", after: "2020-01-01T00:00:00Z", side: "buy" };
      expect((await trading.orders.getAllOrders(asked)).length).toBeGreaterThan(0);
    },
  ],
  [
    "orders",
    "orders.deleteOrderByOrderID",
    async ({ trading }, at) => {
      await trading.orders.deleteOrderByOrderID({ orderId: kept(at, "limit") });
      await code(trading.orders.deleteOrderByOrderID({ orderId: kept(at, "limit") }), 422, 42_210_000);
    },
  ],
  [
    "orders",
    "orders.deleteAllOrders",
    async ({ trading }) => {
      const canceled = await trading.orders.deleteAllOrders();
      expect(canceled.length).toBeGreaterThan(0);
      for (const { status } of canceled) expect(status).toBe(200);
      expect(await trading.orders.getAllOrders({ status: "open" })).toEqual([]);
    },
  ],
];
