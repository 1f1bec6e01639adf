/** Market prices at the time an order is decided, in 1/10,000 dollar; null when there are none. */
export interface MarketPrices {
  /** The price at which a market order of the same side would trade now. */
  readonly marketPrice: number | null;
  /** The price of the last trade. */
  readonly lastPrice: number | null;
  /** The prices are those of a feed that is not live: nobody may trade at them. */
  readonly stale?: true;
}
