import { assetOf } from "./asset.ts";
import { CENT } from "./instrument.ts";
import type { Instrument } from "./instrument.ts";
import { InstrumentList, instrumentOf } from "./instruments.ts";
import type { Instruments } from "./instruments.ts";

/** Minimum value of an order: one dollar, as at Alpaca for fractional shares. */
const LEAST_DOLLARS = 1;

/** 50 %: more than markets move in a day, and narrow enough that one order with a stolen key cannot empty an account. */
const PRICE_LIMIT = 5_000;

type Row = readonly [symbol: string, name: string, exchange: Instrument["exchange"], referenceDollars: number];

// Reference prices only start the demo market; they are not quotes of the real companies.
const EQUITIES: readonly Row[] = [
  ["AAPL", "Apple Inc. Common Stock", "NASDAQ", 268],
  ["AMD", "Advanced Micro Devices, Inc. Common Stock", "NASDAQ", 212],
  ["AMZN", "Amazon.com, Inc. Common Stock", "NASDAQ", 221],
  ["AVGO", "Broadcom Inc. Common Stock", "NASDAQ", 342],
  ["BAC", "Bank of America Corporation Common Stock", "NYSE", 52],
  ["COST", "Costco Wholesale Corporation Common Stock", "NASDAQ", 905],
  ["DIS", "The Walt Disney Company Common Stock", "NYSE", 105],
  ["F", "Ford Motor Company Common Stock", "NYSE", 13],
  ["GOOGL", "Alphabet Inc. Class A Common Stock", "NASDAQ", 289],
  ["INTC", "Intel Corporation Common Stock", "NASDAQ", 36],
  ["JPM", "JPMorgan Chase & Co. Common Stock", "NYSE", 303],
  ["KO", "The Coca-Cola Company Common Stock", "NYSE", 71],
  ["META", "Meta Platforms, Inc. Class A Common Stock", "NASDAQ", 594],
  ["MSFT", "Microsoft Corporation Common Stock", "NASDAQ", 478],
  ["NFLX", "Netflix, Inc. Common Stock", "NASDAQ", 110],
  ["NVDA", "NVIDIA Corporation Common Stock", "NASDAQ", 181],
  ["QQQ", "Invesco QQQ Trust, Series 1", "NASDAQ", 590],
  ["SPY", "SPDR S&P 500 ETF Trust", "ARCA", 659],
  ["TSLA", "Tesla, Inc. Common Stock", "NASDAQ", 391],
  ["WMT", "Walmart Inc. Common Stock", "NYSE", 105],
];

function equity([symbol, name, exchange, dollars]: Row): Instrument {
  return {
    ...assetOf(symbol),
    name,
    exchange,
    referencePrice: dollars * 10_000,
    leastValue: LEAST_DOLLARS * 10_000,
    priceLimit: PRICE_LIMIT,
    tick: CENT,
    lot: 1,
    status: "active",
    version: 0,
  };
}

function coin(symbol: string, name: string, dollars: number): Instrument {
  return {
    ...assetOf(symbol),
    name,
    exchange: "CRYPTO",
    referencePrice: dollars * 10_000,
    leastValue: LEAST_DOLLARS * 10_000,
    priceLimit: PRICE_LIMIT,
    tick: CENT,
    lot: 1,
    status: "active",
    version: 0,
  };
}

/** The instruments of a new exchange. Later releases must keep these symbols, because journals do not contain them. */
export const SEEDED: Instruments = new InstrumentList([
  ...EQUITIES.map(equity),
  coin("BTC/USD", "Bitcoin / US Dollar", 236),
]);

/** The seeded instruments in symbol order. */
export const INSTRUMENTS: readonly Instrument[] = SEEDED.all;

/** The seeded instrument of a symbol; throws on a symbol that is not seeded. */
export function requireInstrument(symbol: string): Instrument {
  return instrumentOf(SEEDED, symbol);
}

/** The seeded instrument of a symbol or asset id; undefined when none is seeded. */
export function findInstrument(symbolOrId: string): Instrument | undefined {
  return SEEDED.find(symbolOrId);
}
