import { mulDivCeil, mulDivHalfEven } from "../decimal.ts";
import type { Asset } from "./asset.ts";

/** A listed asset with the properties that the exchange decides and may change at run time. */
export interface Instrument extends Asset {
  readonly name: string;
  readonly exchange: "NASDAQ" | "NYSE" | "ARCA" | "CRYPTO";
  /** Price before the first trade, in 1/10,000 dollar. */
  readonly referencePrice: number;
  /** Minimum value of an order in 1/10,000 dollar. Whole shares and a sale of the whole position are exempt (AC-46). */
  readonly leastValue: number;
  /** Largest distance of an order's price from the reference price, in hundredths of a percent (OB-38). */
  readonly priceLimit: number;
  /** Price step of new orders in 1/10,000 dollar, whole cents: of shares from $1 upwards, of coins at every price. */
  readonly tick: number;
  /** Quantity step of new orders, in units of the asset. */
  readonly lot: number;
  /** Left out: quotes and trades are those of its own book. `feed`: they are those of an upstream (MD-114). */
  readonly priceSource?: "feed";
  /** A delisted instrument never trades again. */
  readonly status: "active" | "delisted";
  /** Increases with each change; 0 for a seeded instrument. */
  readonly version: number;
}

/** Largest order quantity in lots; with PRICE_MAX it keeps every notional far inside 2^53 cash units. */
export const ORDER_QTY_LOTS_MAX = 1_000_000_000_000;
/** Largest price: 10 million dollars, in 1/10,000 dollar. */
export const PRICE_MAX = 100_000_000_000;
/** Largest notional of one order: 100 billion dollars, in 1/10,000 dollar. */
export const ORDER_NOTIONAL_MAX = 1_000_000_000_000_000;

/** The smallest tick: a cent. The book's price steps are half of it, so every tick is a whole number of steps. */
export const CENT = 100;

/**
 * Price step in 1/10,000 dollar at a price. US equities: 1/100 cent below $1 (SEC Rule 612, the sub-penny rule), from there
 * upwards the tick of the instrument, as coins have at every price.
 */
export function tickSize({ assetClass, tick }: Instrument, price: number): number {
  return assetClass === "us_equity" && price < 10_000 ? 1 : tick;
}

/** Lots in one whole share. */
export function lotsPerShare(asset: Asset): number {
  return 10 ** asset.qtyDecimals;
}

/** Cash value of a trade in 1/10,000 dollar, rounded half-even once: the same number for buyer and seller. */
export function notional(asset: Asset, price: number, qtyLots: number): number {
  return mulDivHalfEven(price, qtyLots, lotsPerShare(asset));
}

/** Cash that is sufficient for a buy of `qtyLots` at `price`, rounded up. */
export function notionalCeil(asset: Asset, price: number, qtyLots: number): number {
  return mulDivCeil(price, qtyLots, lotsPerShare(asset));
}

/** True when `qty` at `price` exceeds the largest value of an order. Uses floats: the exact product may exceed 2^53. */
export function exceedsNotional(instrument: Asset, price: number, qty: number): boolean {
  return (price * qty) / lotsPerShare(instrument) > ORDER_NOTIONAL_MAX;
}

/** Whole lots that `cash` (1/10,000 dollar) buys at `price`; more than an order may have when the price is tiny. */
export function lotsFor(asset: Asset, price: number, cash: number): number {
  return Number((BigInt(cash) * BigInt(lotsPerShare(asset))) / BigInt(price));
}
