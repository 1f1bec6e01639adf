import { beforeEach, expect, test } from "vitest";
import { account, send, trade } from "./fakes.ts";
import { ORDER, TRADER } from "./samples.ts";

beforeEach(() => {
  account.closePosition.mockReset().mockResolvedValue({ ok: true, value: ORDER });
  account.closePositions.mockReset().mockResolvedValue([]);
});

const asked = (nth = 0) => account.closePosition.mock.calls[nth]?.slice(1, 3);

test("AC-49: a position is closed under the key of the request, by symbol, compact symbol or asset id", async () => {
  const reply = await trade("DELETE", "/v2/positions/AAPL", undefined, { "Idempotency-Key": "close-1" });
  expect(reply).toMatchObject({ status: 200, body: { id: ORDER.id } });
  expect(account.closePosition).toHaveBeenCalledTimes(1);
  expect(account.closePosition.mock.calls[0]?.[0]).toEqual(TRADER);
  expect(asked()).toEqual([{ symbol: "AAPL", qty: null, percentage: null, clientOrderId: "close-1" }, false]);
  const { body: coin } = await trade("GET", "/v2/assets/BTCUSD");
  for (const name of ["BTCUSD", "BTC%2FUSD", (coin as { id: string }).id]) {
    account.closePosition.mockClear();
    expect((await trade("DELETE", `/v2/positions/${name}?cancel_orders=True`)).status).toBe(200);
    expect(asked()).toEqual([{ symbol: "BTC/USD", qty: null, percentage: null, clientOrderId: null }, true]);
  }
});

test.each<[string, object]>([
  ["qty=1.5", { qty: "1.5" }],
  ["qty=.5", { qty: "0.5" }],
  ["percentage=100", { percentage: 100_000_000_000 }],
  ["percentage=33.333333333", { percentage: 33_333_333_333 }],
  ["percentage=0.000000001", { percentage: 1 }],
])("AC-49: ?%s asks to close %j", async (query, part) => {
  await trade("DELETE", `/v2/positions/AAPL?${query}`);
  expect(asked()?.[0]).toMatchObject(part);
});

test.each([
  "percentage=0",
  "percentage=-1",
  "percentage=100.1",
  "percentage=half",
  "percentage=1.0000000001",
  "qty=",
  "percentage",
  "qty=1&percentage=50",
  "quantity=1",
  "cancel_orders=perhaps",
])("AC-49: ?%s sells nothing", async (query) => {
  expect((await trade("DELETE", `/v2/positions/AAPL?${query}`)).status).toBe(422);
  expect(account.closePosition).not.toHaveBeenCalled();
});

test("AC-49: a symbol without a position is 404, and closing takes the right to trade", async () => {
  account.closePosition.mockResolvedValue({ ok: false, refusal: { reason: "position_not_found" } });
  for (const name of ["MSFT", "UNLISTED"]) {
    expect(await trade("DELETE", `/v2/positions/${name}`)).toMatchObject({
      status: 404,
      body: { code: 40410000, message: "position does not exist", reason: "position_not_found" },
    });
  }
  expect(account.closePosition).toHaveBeenCalledTimes(1);
  for (const path of ["/v2/positions", "/v2/positions/BTCUSD"])
    expect((await send("DELETE", path, {})).status).toBe(401);
  expect(account.closePositions).not.toHaveBeenCalled();
});

test("AC-49: all positions are closed by an order each, and what became of each is told, whatever became of the others", async () => {
  account.closePositions.mockResolvedValueOnce([
    { symbol: "AAPL", outcome: { ok: true, value: ORDER } },
    { symbol: "BTC/USD", outcome: { ok: false, refusal: { reason: "short_not_allowed" } } },
    { symbol: "MSFT", outcome: { ok: false, refusal: { reason: "book_unavailable" } } },
  ]);
  expect(await trade("DELETE", "/v2/positions")).toMatchObject({
    status: 207,
    body: [
      { symbol: "AAPL", status: 200, body: { id: ORDER.id } },
      { symbol: "BTCUSD", status: 403, body: { code: 40310000, reason: "short_not_allowed" } },
      { symbol: "MSFT", status: 503, body: { code: 50310000, reason: "book_unavailable" } },
    ],
  });
  expect(account.closePositions.mock.calls[0]?.slice(0, 2)).toEqual([TRADER, false]);
});

test("AC-49: on demand every open order is cancelled first", async () => {
  expect(await trade("DELETE", "/v2/positions?cancel_orders=True")).toMatchObject({ status: 207, body: [] });
  expect(account.closePositions.mock.calls[0]?.[1]).toBe(true);
  expect((await trade("DELETE", "/v2/positions?cancel_order=true")).status).toBe(422);
  expect(account.closePositions).toHaveBeenCalledTimes(1);
});
