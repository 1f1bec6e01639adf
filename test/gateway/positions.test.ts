import { beforeEach, expect, test } from "vitest";
import { ApiFault } from "../../protocol/http/apiFault.ts";
import { account, send, trade } from "./fakes.ts";
import { ORDER, TRADER, VIEW } from "./samples.ts";

const AAPL = { symbol: "AAPL", qty: 3_000_001, available: 3_000_001, costBasis: 1 };
const BOTH = { ...VIEW, positions: [AAPL, ...VIEW.positions] };
beforeEach(() => void account.summary.mockReset().mockResolvedValue(BOTH));

const ticketOf = (nth = 0) => account.submitOrder.mock.calls[nth]?.[1];

test("AC-49: a position is closed by a market order for all of it, under the key of the request", async () => {
  const reply = await trade("DELETE", "/v2/positions/AAPL", undefined, { "Idempotency-Key": "close-1" });
  expect(reply).toMatchObject({ status: 200, body: { id: ORDER.id } });
  expect(account.submitOrder).toHaveBeenCalledTimes(1);
  expect(account.submitOrder.mock.calls[0]?.[0]).toEqual(TRADER);
  expect(ticketOf()).toEqual({
    symbol: "AAPL",
    side: "sell",
    type: "market",
    timeInForce: "day",
    qty: "3.000001",
    notional: null,
    limitPrice: null,
    stopPrice: null,
    orderClass: "",
    extendedHours: false,
    positionIntent: "sell_to_close",
    clientOrderId: "close-1",
  });
  expect((await trade("DELETE", "/v2/positions/BTCUSD")).status).toBe(200);
  expect(ticketOf(1)).toMatchObject({ symbol: "BTC/USD", timeInForce: "gtc", qty: "1", clientOrderId: null });
});

test.each([
  ["qty=1.5", "1.5"],
  ["qty=.5", "0.5"],
  ["percentage=100", "3.000001"],
  ["percentage=50", "1.5"],
  ["percentage=33.333333333", "1"],
  ["percentage=0.000000001", "0"],
])("AC-49: ?%s of 3.000001 shares is an order for %s", async (query, qty) => {
  await trade("DELETE", `/v2/positions/AAPL?${query}`);
  expect(ticketOf()).toMatchObject({ qty });
});

test.each([
  "percentage=0",
  "percentage=-1",
  "percentage=100.1",
  "percentage=half",
  "percentage=1.0000000001",
  "qty=1&percentage=50",
  "quantity=1",
  "cancel_orders=true",
])("AC-49: ?%s sells nothing", async (query) => {
  expect((await trade("DELETE", `/v2/positions/AAPL?${query}`)).status).toBe(422);
  expect(account.submitOrder).not.toHaveBeenCalled();
});

test("AC-49: a symbol without a position is 404, and closing takes the right to trade", async () => {
  expect(await trade("DELETE", "/v2/positions/MSFT")).toMatchObject({
    status: 404,
    body: { reason: "position_not_found" },
  });
  for (const path of ["/v2/positions", "/v2/positions/BTCUSD"])
    expect((await send("DELETE", path, {})).status).toBe(401);
  expect(account.submitOrder).not.toHaveBeenCalled();
});

test("AC-49: all positions are closed by an order each, and what became of each is told, whatever became of the others", async () => {
  const third = { ...AAPL, symbol: "MSFT" };
  account.summary.mockResolvedValueOnce({ ...BOTH, positions: [...BOTH.positions, third] });
  account.submitOrder.mockImplementation(async (_, { symbol }) => {
    if (symbol === "MSFT") throw new ApiFault({ reason: "unavailable" });
    return symbol === "AAPL" ? { ok: true, value: ORDER } : { ok: false, refusal: { reason: "short_not_allowed" } };
  });
  const reply = await trade("DELETE", "/v2/positions");
  account.submitOrder.mockImplementation(async () => ({ ok: true, value: ORDER }));
  expect(reply).toMatchObject({
    status: 207,
    body: [
      { symbol: "AAPL", status: 200, body: { id: ORDER.id } },
      { symbol: "BTCUSD", status: 403, body: { code: 40310000, reason: "short_not_allowed" } },
      { symbol: "MSFT", status: 503, body: { reason: "unavailable" } },
    ],
  });
  expect(account.cancelAllOrders).not.toHaveBeenCalled();
});

test("AC-49: on demand every open order is cancelled before what is owned is looked at", async () => {
  const steps: string[] = [];
  account.cancelAllOrders.mockImplementationOnce(async () => (steps.push("cancel"), []));
  account.summary.mockImplementationOnce(async () => (steps.push("look"), { ...VIEW, positions: [] }));
  expect(await trade("DELETE", "/v2/positions?cancel_orders=True")).toMatchObject({ status: 207, body: [] });
  expect(steps).toEqual(["cancel", "look"]);
  expect((await trade("DELETE", "/v2/positions?cancel_order=true")).status).toBe(422);
  expect(account.cancelAllOrders).toHaveBeenCalledTimes(1);
});
