/** Prices of a market when an order is decided, in 1/10,000 dollar; null when there are none. */
export interface MarketPrices {
  /** What a market order of the order's side would meet now. */
  readonly marketPrice: number | null;
  /** That of the last trade. */
  readonly lastPrice: number | null;
}
