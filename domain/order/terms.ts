import { sameData } from "../sameData.ts";

/**
 * The order waits until a trade reaches this price: for a stop the market moves against the order, for a touch (market if
 * touched) in its favour.
 */
export type Trigger =
  | { readonly kind: "stop" | "touch"; readonly price: number }
  /**
   * A trailing stop: its stop price follows the best price since entry at this distance, an amount or hundredths of a
   * percent of that price.
   */
  | { readonly kind: "trail"; readonly amount: number }
  | { readonly kind: "trail"; readonly basisPoints: number };

export const PEG_REFERENCES = ["primary", "mid"] as const;

/**
 * The order's price follows the best displayed price of its own side, or the midpoint. `offset` ≥ 0 is the distance by
 * which it is less aggressive.
 */
export interface Peg {
  readonly to: (typeof PEG_REFERENCES)[number];
  readonly offset: number;
}

/** What is cancelled when an order would trade with one of the same account. The mode of the incoming order applies. */
export const SELF_TRADE_MODES = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] as const;
export type SelfTrade = (typeof SELF_TRADE_MODES)[number];

/**
 * The optional terms of an order, besides side, price and quantity. The ticket, the account's order and the command to the
 * book carry the same terms. Prices are in 1/10,000 dollar, quantities in lots. An absent term was not requested.
 */
export interface Terms {
  readonly trigger?: Trigger;
  /** Lots shown at a time; 0 hides the order. */
  readonly display?: number;
  readonly postOnly?: true;
  /** Smallest quantity of one execution. */
  readonly minQty?: number;
  readonly allOrNone?: true;
  readonly peg?: Peg;
  readonly selfTrade?: SelfTrade;
  /** Most cash in 1/10,000 dollar that a market order trades for. It determines the order's quantity (OB-37). */
  readonly cash?: number;
  /** Price limit: the largest distance from the reference price, in hundredths of a percent (OB-38). */
  readonly within?: number;
  /** The order also trades outside regular hours. */
  readonly extended?: true;
}

/** Every term by name; `undefined` when it was not requested. */
type EveryTerm = { readonly [Name in keyof Required<Terms>]: Terms[Name] | undefined };

/**
 * The one list of terms. `copyTerms`, `isSimple` and `sameTerms` read it, so a term that is added to `Terms` and forgotten
 * here does not compile. Written out, because the book reads it for each order: a loop over names would be slower.
 */
function everyTerm(from: Terms): EveryTerm {
  return {
    trigger: from.trigger,
    display: from.display,
    postOnly: from.postOnly,
    minQty: from.minQty,
    allOrNone: from.allOrNone,
    peg: from.peg,
    selfTrade: from.selfTrade,
    cash: from.cash,
    within: from.within,
    extended: from.extended,
  };
}

/** The terms of an order or a command, without its other fields. */
export function copyTerms(from: Terms): Terms {
  return Object.fromEntries(Object.entries(everyTerm(from)).filter(([, value]) => value !== undefined));
}

/**
 * True when an order has no term that makes the book handle it as a complex order. A price limit (`within`) does not.
 */
export function isSimple(order: Terms): boolean {
  const terms = everyTerm(order);
  for (const name in terms) {
    if (terms[name as keyof EveryTerm] !== undefined && name !== "within") return false;
  }
  return true;
}

/** True when both have the same terms. The order of fields does not matter. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return sameData(everyTerm(a), everyTerm(b));
}
