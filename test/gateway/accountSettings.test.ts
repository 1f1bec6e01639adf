import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../domain/account/settings/accountSettings.ts";
import { NO_LIMITS } from "../../domain/risk/limits.ts";
import { account, send, trade } from "./fakes.ts";
import { TRADER, VIEW } from "./samples.ts";

const CONFIGURATIONS = {
  dtbp_check: "entry",
  pdt_check: "entry",
  trade_confirm_email: "all",
  suspend_trade: false,
  no_shorting: false,
  fractional_trading: true,
  max_margin_multiplier: "4",
  max_options_trading_level: null,
  ptp_no_exception_entry: false,
  disable_overnight_trading: false,
};

test("RK-3: configurations have Alpaca's fields, and a change may repeat them all with nulls", async () => {
  expect(await trade("GET", "/v2/account/configurations")).toMatchObject({ status: 200, body: CONFIGURATIONS });
  // alpaca-py sends the whole object.
  const asked = { ...CONFIGURATIONS, suspend_trade: true, dtbp_check: null, pdt_check: null };
  expect(await trade("PATCH", "/v2/account/configurations", asked)).toMatchObject({
    status: 200,
    body: { ...CONFIGURATIONS, suspend_trade: true },
  });
  expect(account.changeSettings).toHaveBeenCalledWith(
    TRADER,
    {
      tradeConfirmEmail: "all",
      suspendTrade: true,
      noShorting: false,
      fractionalTrading: true,
      maxMarginMultiplier: "4",
      ptpNoExceptionEntry: false,
      disableOvernightTrading: false,
    },
    expect.objectContaining({ userAgent: "" }),
  );
  for (const path of ["/v2/account/configurations", "/v1/account/settings"]) {
    expect((await send("GET", path)).status).toBe(401);
    expect((await send("PATCH", path)).status).toBe(401);
    account.settings.mockResolvedValueOnce(null);
    expect(await trade("GET", path)).toMatchObject({ status: 404 });
  }
});

test.each([
  [{ suspend_trade: "yes" }, "suspend_trade"],
  [{ max_margin_multiplier: "3" }, "max_margin_multiplier"],
  [{ max_options_trading_level: 4 }, "max_options_trading_level"],
  [{ trade_confirm_email: "some" }, "trade_confirm_email"],
  [{ suspend: true }, "suspend"],
])("RK-3: %j is refused by name", async (body, name) => {
  const answer = await trade("PATCH", "/v2/account/configurations", body);
  expect(answer).toMatchObject({ status: 422, body: { message: expect.stringContaining(name) as string } });
  expect(account.changeSettings).not.toHaveBeenCalled();
});

test("RK-4: settings are read and changed in dollars, units of the symbol and seconds", async () => {
  const settings = {
    lot_method: "fifo",
    limits: { max_order_value: null, max_position_value: null, symbols: {} },
    duplicate_orders: { mode: "off", window_seconds: 1 },
    daily_loss_limit: null,
    daily_loss_basis: "realized",
    daily_loss_action: "refuse",
  };
  expect(await trade("GET", "/v1/account/settings")).toMatchObject({ status: 200, body: settings });
  const limits = {
    max_order_value: "1000.5",
    max_position_value: null,
    symbols: { AAPL: { max_order_qty: "1.5", max_order_value: null, max_position_qty: "10" } },
  };
  const asked = {
    lot_method: "highest_cost",
    limits,
    duplicate_orders: { mode: "warn", window_seconds: 2.5 },
    daily_loss_limit: 500,
  };
  expect(await trade("PATCH", "/v1/account/settings", asked)).toMatchObject({
    status: 200,
    body: { ...asked, daily_loss_limit: "500" },
  });
  expect(account.changeSettings).toHaveBeenCalledWith(
    TRADER,
    expect.objectContaining({
      lotMethod: "highest_cost",
      duplicateWindowMs: 2_500,
      dailyLossLimit: 5_000_000,
      limits: {
        orderValue: 10_005_000,
        positionValue: null,
        symbols: [{ symbol: "AAPL", orderQty: 1_500_000, orderValue: null, positionQty: 10_000_000 }],
      },
    }),
    expect.anything(),
  );
  expect(await trade("PATCH", "/v1/account/settings", { daily_loss_limit: null })).toMatchObject({ status: 200 });
  expect(account.changeSettings).toHaveBeenLastCalledWith(TRADER, { dailyLossLimit: null }, expect.anything());
});

test.each([
  [{ limits: { max_order_value: "-1" } }, "limits.max_order_value"],
  [{ limits: { symbols: { NONE: {} } } }, "limits.symbols.NONE"],
  [{ limits: { symbols: { "BTC/USD": {}, BTCUSD: { max_order_qty: "1" } } } }, "limits.symbols.BTCUSD"],
  [{ limits: { symbols: { AAPL: { max_order_qty: "x" } } } }, "limits.symbols.AAPL.max_order_qty"],
  [{ daily_loss_limit: "1.00001" }, "daily_loss_limit"],
  [{ duplicate_orders: { window_seconds: 301 } }, "duplicate_orders.window_seconds"],
  [{ lot_method: "best" }, "lot_method"],
])("RK-4: %j is refused by name", async (body, name) => {
  const answer = await trade("PATCH", "/v1/account/settings", body);
  expect(answer).toMatchObject({ status: 422, body: { detail: expect.stringContaining(name) as string } });
  expect(account.changeSettings).not.toHaveBeenCalled();
});

test("RK-4: the owner sees the limits of the exchange and of the plan", async () => {
  const none = { max_order_qty: null, max_order_value: null, max_position_qty: null, max_position_value: null };
  expect(await trade("GET", "/v1/account/settings")).toMatchObject({
    body: { exchange_limits: { ...none, symbols: {} } },
  });
  const apple = { symbol: "AAPL", orderQty: 1_500_000, orderValue: null, positionQty: null };
  const exchangeLimits = { ...NO_LIMITS, orderQty: 5, symbols: [apple] };
  account.settings.mockResolvedValueOnce({ ...DEFAULT_SETTINGS, exchangeLimits });
  expect(await trade("GET", "/v1/account/settings")).toMatchObject({
    body: {
      limits: { ...none, symbols: {} },
      exchange_limits: { ...none, max_order_qty: "5", symbols: { AAPL: { ...none, max_order_qty: "1.5" } } },
    },
  });
});

test("RK-2: the account says that its owner has suspended trading", async () => {
  expect(await trade("GET", "/v2/account")).toMatchObject({ body: { trade_suspended_by_user: false } });
  account.summary.mockResolvedValueOnce({ ...VIEW, suspended: true });
  expect(await trade("GET", "/v2/account")).toMatchObject({ body: { trade_suspended_by_user: true } });
  expect(DEFAULT_SETTINGS.suspendTrade).toBe(false);
});

test("RK-8: a name that is no symbol is refused, not left out", async () => {
  const limits = JSON.parse('{"symbols": {"__proto__": {"max_order_qty": "1"}}}') as object;
  const body = { detail: "invalid limits.symbols.__proto__" };
  expect(await trade("PATCH", "/v1/account/settings", { limits })).toMatchObject({ status: 422, body });
  expect(account.changeSettings).not.toHaveBeenCalled();
});
