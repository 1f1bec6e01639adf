import { mulDivCeil, mulDivHalfEven } from "../decimal.ts";

/** What is traded: fixes the price step (tick) and the quantity step (lot) of its book. */
export interface Instrument {
  /** UUID of the asset. */
  readonly id: string;
  readonly symbol: string;
  readonly name: string;
  readonly assetClass: "us_equity" | "crypto";
  readonly exchange: "NASDAQ" | "NYSE" | "ARCA" | "CRYPTO";
  /** One lot is 10^-qtyDecimals shares (or coins). */
  readonly qtyDecimals: number;
  /** Price before the first trade, in 1/10,000 dollar. */
  readonly referencePrice: number;
  /** Least value of an order in 1/10,000 dollar, but for whole shares and for a sale of all there is (AC-46). */
  readonly leastValue: number;
  /** How far beyond its market's reference an order may be priced, in hundredths of a percent (OB-38). */
  readonly priceLimit: number;
}

/** Largest order quantity in lots; with PRICE_MAX it keeps every notional far inside 2^53 cash units. */
export const ORDER_QTY_LOTS_MAX = 1_000_000_000_000;
/** Largest price: 10 million dollars, in 1/10,000 dollar. */
export const PRICE_MAX = 100_000_000_000;
/** Largest notional of one order: 100 billion dollars, in 1/10,000 dollar. */
export const ORDER_NOTIONAL_MAX = 1_000_000_000_000_000;

/**
 * Price step in 1/10,000 dollar at a price. US equities: one cent from $1 upwards, 1/100 cent below
 * (SEC Rule 612, the sub-penny rule). Crypto: one cent.
 */
export function tickSize(instrument: Instrument, price: number): number {
  return instrument.assetClass === "us_equity" && price < 10_000 ? 1 : 100;
}

/** Lots in one whole share. */
export function lotsPerShare(instrument: Instrument): number {
  return 10 ** instrument.qtyDecimals;
}

/** Cash value of a trade in 1/10,000 dollar, rounded half-even once: the same number for buyer and seller. */
export function notional(instrument: Instrument, price: number, qtyLots: number): number {
  return mulDivHalfEven(price, qtyLots, lotsPerShare(instrument));
}

/** Cash that surely covers a buy of `qtyLots` at `price`, rounded up. */
export function notionalCeil(instrument: Instrument, price: number, qtyLots: number): number {
  return mulDivCeil(price, qtyLots, lotsPerShare(instrument));
}

/** Whole lots that `cash` (1/10,000 dollar) buys at `price`; more than an order may have when the price is tiny. */
export function lotsFor(instrument: Instrument, price: number, cash: number): number {
  return Number((BigInt(cash) * BigInt(lotsPerShare(instrument))) / BigInt(price));
}
