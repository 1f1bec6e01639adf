import { sameData } from "../sameData.ts";

/**
 * Waits until a trade happens at its price: a stop is reached by a market that moves away, a touch by one that comes.
 */
export type Trigger =
  | { readonly kind: "stop" | "touch"; readonly price: number }
  /**
   * The stop follows the best price since entry at this distance: an amount, or hundredths of a percent of that price.
   */
  | { readonly kind: "trail"; readonly amount: number }
  | { readonly kind: "trail"; readonly basisPoints: number };

export const PEG_REFERENCES = ["primary", "mid"] as const;

/** Follows the best displayed price of its own side, or the middle of both; `offset` ≥ 0 keeps it that far behind. */
export interface Peg {
  readonly to: (typeof PEG_REFERENCES)[number];
  readonly offset: number;
}

/** Who gives way when an order would trade with one of the same account: the mode of the incoming order decides. */
export const SELF_TRADE_MODES = ["cancel_newest", "cancel_oldest", "cancel_both", "decrement"] as const;
export type SelfTrade = (typeof SELF_TRADE_MODES)[number];

/**
 * What an order may ask for beyond side, price and quantity. The ticket, the account's order and the command to the book
 * carry the same terms. Prices are in 1/10,000 dollar, quantities in lots; an absent term was not asked for.
 */
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

/** Every term by name, `undefined` for one that was not asked for. */
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

/** The terms of an order or a command alone. */
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

/** True when both ask for the same, in whatever order their fields were written. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return sameData(everyTerm(a), everyTerm(b));
}
