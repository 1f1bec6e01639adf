/**
 * What an order may ask for beyond side, price and quantity: the same terms in a ticket, in an account's order and in the
 * command to the book. Prices in 1/10,000 dollar, quantities in lots; what is absent is not asked for.
 */

/** Waits until a trade happens at its price: a stop is reached by a market that moves away, a touch by one that comes. */
export type Trigger =
  | { readonly kind: "stop" | "touch"; readonly price: number }
  /** The stop follows the best price since entry at this distance: an amount, or hundredths of a percent of that price. */
  | { readonly kind: "trail"; readonly amount: number }
  | { readonly kind: "trail"; readonly basisPoints: number };

/** Follows the best displayed price of its own side, or the middle of both; `offset` ≥ 0 keeps it that far behind. */
export interface Peg {
  readonly to: "primary" | "mid";
  readonly offset: number;
}

/** Who gives way when an order would trade with one of the same account: the incoming one decides. */
export type SelfTrade = "cancel_newest" | "cancel_oldest" | "cancel_both" | "decrement";

export interface Terms {
  readonly trigger?: Trigger;
  /** Lots shown at a time; 0 hides the order. */
  readonly display?: number;
  readonly postOnly?: true;
  /** Least that may be executed at a time. */
  readonly minQty?: number;
  readonly allOrNone?: true;
  readonly peg?: Peg;
  readonly selfTrade?: SelfTrade;
  /** Cash in 1/10,000 dollar that a market order trades for, at most: what fits is all that it is for (OB-37). */
  readonly cash?: number;
  /** How far beyond the market's reference it may be priced, in hundredths of a percent (OB-38). */
  readonly within?: number;
  /** Trades outside regular hours as well. */
  readonly extended?: true;
}
