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

/** The one list of terms: a term that is missing here does not compile. */
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

/** The terms of a simple order, apart from its price limit (`within`): all are absent. */
type NoComplexTerms = { readonly [Name in Exclude<keyof Terms, "within">]-?: undefined };

/**
 * True when an order has no term that makes it complex. The book calls this for each order, so the terms are compared one
 * by one: a loop takes several times as long.
 */
export function isSimple(order: Terms): boolean {
  const { trigger, display, postOnly, minQty, allOrNone, peg, selfTrade, cash, extended } = order;
  if (trigger !== undefined || display !== undefined || postOnly !== undefined) return false;
  if (minQty !== undefined || allOrNone !== undefined || peg !== undefined) return false;
  if (selfTrade !== undefined || cash !== undefined || extended !== undefined) return false;
  // Only for the compiler, which demands that every term is compared above.
  void ({ trigger, display, postOnly, minQty, allOrNone, peg, selfTrade, cash, extended } satisfies NoComplexTerms);
  return true;
}

/** True when both have the same terms. The order of fields does not matter. */
export function sameTerms(a: Terms, b: Terms): boolean {
  return sameData(everyTerm(a), everyTerm(b));
}
