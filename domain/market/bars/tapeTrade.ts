import type { Side } from "../../order/side.ts";

/** A trade as the tape has it. Price in 1/10,000 dollar, quantity in lots, time in epoch milliseconds. */
export interface TapeTrade {
  /** The trades of a symbol are numbered from 1 on, without a gap. */
  readonly tradeId: number;
  /** The book's market-data sequence after the trade. */
  readonly sequence: number;
  readonly at: number;
  readonly price: number;
  readonly qty: number;
  /** Side of the incoming order; null in an auction. */
  readonly takerSide: Side | null;
  /** It was made in the uncross of an auction. */
  readonly auction: boolean;
  /** It was made in regular hours. */
  readonly regular: boolean;
}
