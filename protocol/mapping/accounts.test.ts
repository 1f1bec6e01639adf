import { expect, test } from "vitest";
import { requireInstrument } from "../../domain/market/listing.ts";
import { accountToWire, marketPrice, marksOf, positionToWire } from "./accounts.ts";
import { assetToWire } from "./assets.ts";
import type { AccountView } from "../rpc/account.ts";
import type { BookTop } from "../rpc/orderBook.ts";

const AAPL = requireInstrument("AAPL");

const EMPTY: BookTop = { symbol: "AAPL", bid: null, ask: null, last: null, sequence: 0, at: 0 };
const BID = { price: 2_670_000, qty: 1 };
const ASK = { price: 2_670_300, qty: 1 };

test("the price of a share is its last trade, else the middle, else the only side, else the reference", () => {
  const last = { price: 2_600_000, qty: 1, tradeId: 1, at: 0 };
  expect(marketPrice(AAPL, { ...EMPTY, bid: BID, ask: ASK, last })).toBe(2_600_000);
  expect(marketPrice(AAPL, { ...EMPTY, bid: BID, ask: ASK })).toBe(2_670_150);
  expect(marketPrice(AAPL, { ...EMPTY, bid: BID })).toBe(2_670_000);
  expect(marketPrice(AAPL, { ...EMPTY, ask: ASK })).toBe(2_670_300);
  expect(marketPrice(AAPL, EMPTY)).toBe(AAPL.referencePrice);
});

test("WS-1: a position is valued exactly, with amounts as strings", () => {
  const position = { symbol: "AAPL", qty: 3_000_000, available: 2_500_000, costBasis: 8_000_000 };
  expect(positionToWire(position, { exchange: "NASDAQ", price: 2_680_000, close: 2_640_000 }, 1_000_000)).toEqual({
    asset_id: AAPL.id,
    symbol: "AAPL",
    exchange: "NASDAQ",
    asset_class: "us_equity",
    asset_marginable: false,
    side: "long",
    qty: "3",
    qty_available: "2.5",
    avg_entry_price: "266.66666667",
    market_value: "804",
    cost_basis: "800",
    unrealized_pl: "4",
    unrealized_plpc: "0.005",
    // One was there at 264, two were bought since at 266.66… each: 804 from 264 and 533.3333.
    unrealized_intraday_pl: "6.6667",
    unrealized_intraday_plpc: "0.00836125",
    current_price: "268",
    lastday_price: "264",
    change_today: "0.01515152",
    avg_entry_swap_rate: null,
    swap_rate: null,
    prev_swap_rate: null,
  });
});

test("AC-48: what is left of today's lots counts from its own cost, also after a sale of older lots", () => {
  // Ten were held at the close of 264, five were bought today at 270, five of the old ones were sold: first in first out.
  const position = { symbol: "AAPL", qty: 10_000_000, available: 10_000_000, costBasis: 5 * 2_000_000 + 5 * 2_700_000 };
  const marks = { exchange: "NASDAQ", price: 2_680_000, close: 2_640_000 } as const;
  const today = { qty: 5_000_000, costBasis: 5 * 2_700_000 };
  expect(positionToWire({ ...position, today }, marks, 10_000_000)).toMatchObject({
    unrealized_pl: "330",
    unrealized_intraday_pl: "10",
    unrealized_intraday_plpc: "0.00374532",
  });
  const nothing = { qty: 0, costBasis: 0 };
  expect(positionToWire({ ...position, today: nothing }, marks, 0)).toMatchObject({ unrealized_intraday_pl: "40" });
});

test("WS-1: coins have no slash; a position without cost has no ratio; any size can be valued", () => {
  const huge = { symbol: "BTC/USD", qty: 9e15, available: 0, costBasis: 0 };
  expect(positionToWire(huge, { exchange: "CRYPTO", price: 100_000_000_000, close: 0 }, 9e15)).toMatchObject({
    symbol: "BTCUSD",
    qty: "90000000",
    market_value: "900000000000000",
    unrealized_plpc: "0",
  });
});

const VIEW: AccountView = {
  accountId: "5a8f2d0e-1b2c-4d3e-8f90-0123456789ab",
  accountNumber: "EX1",
  createdAt: Date.parse("2026-11-01T00:00:00Z"),
  cash: 10_000_000,
  cashHeld: 2_500_001,
  positions: [{ symbol: "AAPL", qty: 500_000, available: 500_000, costBasis: 1_000_000 }],
};

const MARKS = new Map([
  ["AAPL", { price: 2_600_000, close: 2_500_000 }],
  ["MSFT", { price: 5_000_000, close: 4_000_000 }],
]);
const NOW = Date.parse("2026-11-21T03:00:00Z");

test("AC-47: a closed account says so", () => {
  const [status, blocked] = [
    "ACCOUNT_CLOSED",
    { trading_blocked: true, transfers_blocked: true, account_blocked: true },
  ];
  const closed = accountToWire({ ...VIEW, closedAt: NOW }, MARKS, NOW);
  expect(closed).toMatchObject({ status, crypto_status: status, ...blocked });
  const open = { status: "ACTIVE", trading_blocked: false, transfers_blocked: false, account_blocked: false };
  expect(accountToWire(VIEW, MARKS, NOW)).toMatchObject(open);
});

test("AC-47: cash is the available cash; equity is all cash and the market value", () => {
  const account = accountToWire(VIEW, MARKS, NOW);
  expect(account).toMatchObject({
    id: VIEW.accountId,
    account_number: "EX1",
    status: "ACTIVE",
    currency: "USD",
    cash: "749.9999",
    buying_power: "749.9999",
    long_market_value: "130",
    position_market_value: "130",
    equity: "1130",
    portfolio_value: "1130",
    multiplier: "1",
    shorting_enabled: false,
    created_at: "2026-11-01T00:00:00.000Z",
    balance_asof: "2026-11-20",
  });
  for (const [field, value] of Object.entries(account)) {
    if (typeof value === "number") expect(field).toMatch(/^(options_|crypto_tier|daytrade_count)/);
  }
});

test("AC-47: holds are equity less cash and positions; cash may be negative, buying power may not", () => {
  const { equity, cash, position_market_value: positions } = accountToWire(VIEW, MARKS, NOW);
  expect(Number(equity) - Number(cash) - Number(positions)).toBeCloseTo(250.0001, 10);
  expect(accountToWire({ ...VIEW, cash: 2_500_000 }, MARKS, NOW)).toMatchObject({ cash: "-0.0001", buying_power: "0" });
});

test("AC-48: last_equity is the equity at the previous close, at its closing prices", () => {
  const atClose = { cash: 5_000_000, lots: [["MSFT", 2_000_000] as const, ["AAPL", 1_000_000] as const] };
  expect(accountToWire({ ...VIEW, atClose }, MARKS, NOW)).toMatchObject({ equity: "1130", last_equity: "1550" });
  expect(accountToWire({ ...VIEW, atClose: { cash: 0, lots: [] } }, MARKS, NOW).last_equity).toBe("0");
  // Of a symbol that has never closed the reference price counts; an account of an earlier release does not say.
  const unknown = { cash: 0, lots: [["F", 1_000_000] as const] };
  const F = requireInstrument("F");
  const marks = new Map([...MARKS, ["F", marksOf(F, EMPTY)] as const]);
  expect(accountToWire({ ...VIEW, atClose: unknown }, marks, NOW).last_equity).toBe(String(F.referencePrice / 10_000));
  expect(accountToWire(VIEW, MARKS, NOW).last_equity).toBe("1130");
});

test("AC-48: the closing price of a share is that of its book, or the reference price", () => {
  expect(marksOf(AAPL, { ...EMPTY, bid: BID, previousClose: 2_600_000 })).toEqual({
    exchange: "NASDAQ",
    price: 2_670_000,
    close: 2_600_000,
  });
  expect(marksOf(AAPL, EMPTY)).toMatchObject({ price: AAPL.referencePrice, close: AAPL.referencePrice });
});

test("WS-1: an asset carries the three increments, equities too", () => {
  const increments = { min_order_size: "0.000001", min_trade_increment: "0.000001", price_increment: "0.01" };
  expect(assetToWire(AAPL)).toMatchObject({ id: AAPL.id, class: "us_equity", status: "active", ...increments });
  expect(assetToWire(requireInstrument("BTC/USD"))).toMatchObject({ class: "crypto", min_order_size: "0.00000001" });
});
