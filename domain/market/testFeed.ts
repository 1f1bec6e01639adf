/**
 * The test feed: quotes and trades of a symbol that is not listed, computed from the time alone. So every relay sends the
 * same, and a minute's bar needs nothing that was kept.
 */
import { type Bar, barOf, withTrade } from "./bars/bar.ts";
import { CENT, type Instrument } from "./instrument.ts";
import { MINUTE } from "./newYork.ts";

/** Alpaca's test stream has this symbol. */
export const TEST_SYMBOL = "FAKEPACA";
/** A quote for each slot of time, and a trade for every second one. */
export const TEST_SLOT_MS = 500;
const SLOTS_OF_MINUTE = MINUTE / TEST_SLOT_MS;
const SEED = 0x46414b45;

export const TEST_INSTRUMENT: Instrument = {
  id: "46414b45-5041-4341-8000-000000000000",
  symbol: TEST_SYMBOL,
  assetClass: "us_equity",
  qtyDecimals: 0,
  name: "Test feed",
  exchange: "NASDAQ",
  referencePrice: 1_000_000,
  leastValue: 0,
  priceLimit: 5_000,
  tick: CENT,
  lot: 1,
  status: "active",
  version: 0,
};

/** Prices in 1/10,000 dollar, quantities in shares. */
export interface TestQuote {
  readonly slot: number;
  readonly at: number;
  readonly bid: { readonly price: number; readonly qty: number };
  readonly ask: { readonly price: number; readonly qty: number };
}
export interface TestTrade {
  readonly slot: number;
  readonly tradeId: number;
  readonly at: number;
  readonly price: number;
  readonly qty: number;
  readonly takerSide: "buy" | "sell";
}

/** The slot that a time is in, counted from 1970. */
export function testSlotOf(at: number): number {
  return Math.floor(at / TEST_SLOT_MS);
}

export function testQuote(slot: number): TestQuote {
  const bid = 1_000_000 + 100 * Math.round(2_000 * noise(slot / 7_200) + 100 * noise(slot / 120) + 5 * noise(slot));
  const spread = 100 * (1 + Math.floor(5 * random(slot, 1)));
  return {
    slot,
    at: slot * TEST_SLOT_MS,
    bid: { price: bid, qty: 100 * (1 + Math.floor(9 * random(slot, 2))) },
    ask: { price: bid + spread, qty: 100 * (1 + Math.floor(9 * random(slot, 3))) },
  };
}

/** The trade of a slot, at the bid or the ask; null for a slot without one. */
export function testTrade(slot: number): TestTrade | null {
  if (slot % 2 !== 0) return null;
  const { at, bid, ask } = testQuote(slot);
  const isBuy = random(slot, 4) < 0.5;
  const { price } = isBuy ? ask : bid;
  const qty = 1 + Math.floor(300 * random(slot, 5));
  return { slot, tradeId: slot / 2, at, price, qty, takerSide: isBuy ? "buy" : "sell" };
}

/** The bar of the minute that ends with the beginning of a slot; null within a minute. */
export function testBar(slot: number): Bar | null {
  if (slot % SLOTS_OF_MINUTE !== 0) return null;
  let bar: Bar | null = null;
  for (let each = slot - SLOTS_OF_MINUTE; each < slot; each++) {
    const trade = testTrade(each);
    if (trade === null) continue;
    const taped = { ...trade, sequence: each, auction: false, regular: true };
    bar = bar === null ? barOf((slot - SLOTS_OF_MINUTE) * TEST_SLOT_MS, taped) : withTrade(bar, taped);
  }
  return bar;
}

/** From -1 to 1, smooth between whole numbers. */
function noise(x: number): number {
  const whole = Math.floor(x);
  const part = x - whole;
  const weight = part * part * (3 - 2 * part);
  return 2 * (random(whole, 0) * (1 - weight) + random(whole + 1, 0) * weight) - 1;
}

/** From 0 to 1, the same for the same arguments. */
function random(slot: number, which: number): number {
  let hash = (SEED ^ Math.imul(slot | 0, 0x9e3779b1) ^ Math.imul(which + 1, 0x85ebca6b)) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b) >>> 0;
  return ((hash ^ (hash >>> 16)) >>> 0) / 0x100000000;
}
