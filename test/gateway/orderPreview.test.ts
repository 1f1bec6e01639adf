import { expect, test } from "vitest";
import { account, send, trade } from "./fakes.ts";

const PATH = "/v1/orders/preview";
const ORDER = { symbol: "AAPL", side: "buy", type: "limit", qty: "2", limit_price: "101", time_in_force: "day" };

test("RK-12: a preview has every refusal in its wire form, the fills, costs and the buying power after", async () => {
  expect(await trade("POST", PATH, ORDER)).toMatchObject({
    status: 200,
    body: {
      symbol: "AAPL",
      side: "buy",
      accepted: false,
      refusals: [
        { rule: "kill_switch", status: 403, error: { code: 40310000, reason: "kill_switch", set_by: "owner" } },
      ],
      warnings: [{ warning: "not_filled_at_once", leaves_qty: "0.5" }],
      buying_power: "1000",
      estimate: {
        qty: "2",
        fills: [
          { price: "100", qty: "1" },
          { price: "101", qty: "0.5" },
        ],
        filled_qty: "1.5",
        filled_avg_price: "100.33333333",
        slippage: "0.33333333",
        value: "201",
        fee: "0.0005",
        fee_max: "0.001",
        cash_held: "202.001",
        qty_held: null,
        buying_power_after: "797.999",
      },
    },
  });
  const ticket = expect.objectContaining({ symbol: "AAPL", qty: "2", limitPrice: "101" }) as object;
  expect(account.previewOrder).toHaveBeenCalledWith(ticket);
  expect(account.submitOrder).not.toHaveBeenCalled();
});

test("RK-12: a preview needs a caller, a readable body and an open account", async () => {
  expect((await send("POST", PATH)).status).toBe(401);
  expect(await trade("POST", PATH, { ...ORDER, qtty: "1" })).toMatchObject({ status: 422 });
  account.previewOrder.mockResolvedValueOnce(null);
  expect(await trade("POST", PATH, ORDER)).toMatchObject({ status: 404 });
});
