import type { FeedQuote } from "../../domain/market/feeds/feed.ts";

/** A spread wider than this part of its midpoint says nothing about the price. */
const SPREAD_MAX = 0.1;
/** Two midpoints that differ by more than this part of each other do not confirm one another. */
const DIFFERENCE_MAX = 0.05;

/**
 * The price from which the price limits of a day are measured, when a feed gives the prices: the midpoint of a quote with
 * both sides and a narrow spread, once a second quote, of another time, has confirmed it. One wrong price of an upstream
 * would otherwise bound every order of the day.
 */
export class FeedReference {
  #first: { readonly price: number; readonly at: number } | null = null;

  /** The confirmed price with this quote, or null. Rounded down to a whole unit of price. */
  confirmedBy({ bid, ask, at }: FeedQuote): number | null {
    if (bid === null || ask === null) return null;
    const price = Math.floor((bid.price + ask.price) / 2);
    if (ask.price - bid.price > SPREAD_MAX * price) return null;
    const first = this.#first;
    if (first !== null && first.at === at) return null;
    this.#first = { price, at };
    return first !== null && Math.abs(first.price - price) <= DIFFERENCE_MAX * price ? price : null;
  }
}
