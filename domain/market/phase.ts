/** What a market does at a time, as accounts, books and subscribers name it. */
import type { Instrument } from "./instrument.ts";

/** Part of the trading day: says which orders take part. Around the clock it is always `regular`. */
export type Session = "pre" | "regular" | "post" | "overnight" | "closed";

/**
 * `pre_open` and the three auctions gather orders without matching; each auction ends with its uncross. `halted` is a
 * halt, pause or breaker: orders may be cancelled and entered, nothing matches. `closed`: only cancels.
 */
export type Phase =
  | "pre_open"
  | "opening_auction"
  | "continuous"
  | "halted"
  | "reopening_auction"
  | "closing_auction"
  | "closed";

/** Why a market is halted: by hand, by its price bands, by the market-wide breaker and its level, or for good. */
export type HaltReason = "manual" | "news" | "luld" | "breaker_1" | "breaker_2" | "breaker_3" | "delisted";

export type CalendarName = "always" | "us_equities";

/** Price bands of Limit Up-Limit Down, in 1/10,000 dollar: nothing trades outside. */
export interface Bands {
  readonly lower: number;
  readonly upper: number;
  readonly reference: number;
  readonly since: number;
}

/** What an auction would come to now. Prices in 1/10,000 dollar, quantities in lots; `price` null when nothing matches. */
export interface Indicative {
  readonly price: number | null;
  readonly paired: number;
  readonly imbalance: number;
  readonly imbalanceSide: "buy" | "sell" | null;
  readonly reference: number;
}

/** What a market does now, as it is published. */
export interface MarketStatus {
  readonly phase: Phase;
  readonly session: Session;
  /** When the phase began, and when it ends by itself: null when only an administrator ends it. */
  readonly since: number;
  readonly until: number | null;
  readonly halt: HaltReason | null;
  readonly calendar: CalendarName;
  readonly bands: Bands | null;
  /** The market leans on a band since; null when it does not. */
  readonly limitState: { readonly side: "upper" | "lower"; readonly since: number } | null;
}

/** What a market is told besides orders; journalled, so that a newer calendar does not change the past. */
export type MarketEntry =
  /** Time has passed: what is due ends. */
  | { readonly kind: "expire" }
  | {
      readonly kind: "phase";
      readonly phase: Phase;
      readonly session: Session;
      readonly until: number | null;
      /** An uncross happens before the phase begins, when the one before gathered orders for it. */
      readonly uncross?: "opening" | "closing" | "reopening";
    }
  | { readonly kind: "halt"; readonly reason: HaltReason; readonly until: number | null }
  /** Ends a halt: a reopening auction begins that is over at `until`. */
  | { readonly kind: "resume"; readonly until: number }
  | { readonly kind: "configure"; readonly calendar: CalendarName; readonly luldTier: 1 | 2 | null }
  /** The instrument as it is from here on; one that is no newer than the book's changes nothing. */
  | { readonly kind: "instrument"; readonly instrument: Instrument }
  /** From here on the book follows this version of the rules. */
  | { readonly kind: "rules"; readonly version: number };

/** How long orders gather after a pause that ends by itself, before the reopening uncross, in milliseconds. */
export const REOPENING_AUCTION = 10_000;
