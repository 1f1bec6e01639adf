/** Phases and status of a market. */
import type { Instrument } from "./instrument.ts";

/** Part of the trading day, which decides the orders that are eligible. Around the clock it is always `regular`. */
export type Session = "pre" | "regular" | "post" | "overnight" | "closed";

/**
 * `pre_open` and the three auctions gather orders without matching; each auction ends with its uncross. `halted` is a
 * halt, pause or breaker: orders may be cancelled and entered, nothing matches. `closed`: orders can only be cancelled.
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

/** Price bands of Limit Up-Limit Down, in 1/10,000 dollar: no trade happens outside them. */
export interface Bands {
  readonly lower: number;
  readonly upper: number;
  readonly reference: number;
  readonly since: number;
}

/** Indicative result of an auction. Prices in 1/10,000 dollar, quantities in lots; `price` null when nothing matches. */
export interface Indicative {
  readonly price: number | null;
  readonly paired: number;
  readonly imbalance: number;
  readonly imbalanceSide: "buy" | "sell" | null;
  readonly reference: number;
}

/** The status of a market, as it is published. */
export interface MarketStatus {
  readonly phase: Phase;
  readonly session: Session;
  /** When the phase began, and when it ends; null when only an administrator ends it. */
  readonly since: number;
  readonly until: number | null;
  readonly halt: HaltReason | null;
  readonly calendar: CalendarName;
  readonly bands: Bands | null;
  /** The band at which the market is in a limit state, and since when; null when it is in none. */
  readonly limitState: { readonly side: "upper" | "lower"; readonly since: number } | null;
}

/** Entries of a market other than orders. They are journalled, so that a newer calendar does not change a replay. */
export type MarketEntry =
  /** Time has passed: orders that are due expire. */
  | { readonly kind: "expire" }
  | {
      readonly kind: "phase";
      readonly phase: Phase;
      readonly session: Session;
      readonly until: number | null;
      /** The uncross that happens before the phase begins, if the previous phase gathered orders. */
      readonly uncross?: "opening" | "closing" | "reopening";
    }
  | { readonly kind: "halt"; readonly reason: HaltReason; readonly until: number | null }
  /** Ends a halt by a reopening auction, which ends at `until`. */
  | { readonly kind: "resume"; readonly until: number }
  | { readonly kind: "configure"; readonly calendar: CalendarName; readonly luldTier: 1 | 2 | null }
  /** Replaces the book's instrument, unless the book has the same version or a newer one. */
  | { readonly kind: "instrument"; readonly instrument: Instrument }
  /** The price of an upstream, from which price limits are measured until the trading day ends (OB-38). */
  | { readonly kind: "reference"; readonly price: number }
  /** The book follows this version of the rules from now on. */
  | { readonly kind: "rules"; readonly version: number };

/** Duration of the reopening auction after a pause, in milliseconds. */
export const REOPENING_AUCTION = 10_000;
