/** Prices in 1/10,000 dollar, quantities in lots; of an empty side both are 0. */
export interface QuotePrices {
  readonly bidPrice: number;
  readonly bidQty: number;
  readonly askPrice: number;
  readonly askQty: number;
}

/** A quote as the tape has it: the one with which a second ended. Time in epoch milliseconds. */
export interface TapeQuote extends QuotePrices {
  /** The book's market-data sequence then. */
  readonly sequence: number;
  /** The last change of the book in that second. */
  readonly at: number;
}

/** Whether two quotes show the same. */
export function sameQuote(one: QuotePrices, other: QuotePrices): boolean {
  return (
    one.bidPrice === other.bidPrice &&
    one.askPrice === other.askPrice &&
    one.bidQty === other.bidQty &&
    one.askQty === other.askQty
  );
}
