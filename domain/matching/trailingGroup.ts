import { trailingStop } from "../market/collar.ts";
import { tickSize } from "../market/instrument.ts";
import type { Instrument } from "../market/instrument.ts";
import type { Trigger } from "../order/terms.ts";
import type { SideNumber } from "./engine/engine.ts";
import { meld, nodesOf, remove } from "./pairingHeap.ts";
import type { HeapNode } from "./pairingHeap.ts";
import { stepAbove, stepBelow } from "./prices.ts";
import type { PriceScale } from "./prices.ts";

const DOLLAR = 10_000;

/** A trailing stop in a group. Its key is its distance from the best price. */
export interface Trailer extends HeapNode<Trailer> {
  readonly slot: number;
  readonly trail: Extract<Trigger, { kind: "trail" }>;
  group: TrailingGroup;
}

/**
 * Trailing stops of one side with one best price, which follow the market together. Of all with an amount the one with the
 * smallest is the first to be reached, and the same for percentages: only these leaders wait in a trigger ladder. A new
 * best price changes the group and its leaders, and no other order.
 */
export class TrailingGroup {
  readonly side: SideNumber;
  /** Best price since entry, in 1/10,000 dollar. */
  best: number;
  /** Stop prices are on its tick. */
  instrument: Instrument;
  /** The stop price in steps of its only order, when that is on the tick of an earlier instrument; null otherwise. */
  stop: number | null;
  #amounts: Trailer | null = null;
  #percents: Trailer | null = null;
  /** The group that it has been merged into. */
  #mergedInto: TrailingGroup | null = null;

  constructor(side: SideNumber, best: number, instrument: Instrument, stop: number | null) {
    this.side = side;
    this.best = best;
    this.instrument = instrument;
    this.stop = stop;
  }

  get leaders(): readonly Trailer[] {
    return [this.#amounts, this.#percents].filter((leader) => leader !== null);
  }

  get isEmpty(): boolean {
    return this.#amounts === null && this.#percents === null;
  }

  /** Every order of the group, in no particular order. */
  get trailers(): readonly Trailer[] {
    return [...nodesOf(this.#amounts), ...nodesOf(this.#percents)];
  }

  /** The leader of the orders with the same kind of distance. */
  leaderFor({ trail }: Trailer): Trailer | null {
    return "amount" in trail ? this.#amounts : this.#percents;
  }

  add(trailer: Trailer): void {
    trailer.group = this;
    if ("amount" in trailer.trail) this.#amounts = meld(this.#amounts, trailer);
    else this.#percents = meld(this.#percents, trailer);
  }

  remove(trailer: Trailer): void {
    const leader = this.leaderFor(trailer);
    if (leader === null) throw new Error("a trailing stop is not in its group");
    const left = remove(leader, trailer);
    if ("amount" in trailer.trail) this.#amounts = left;
    else this.#percents = left;
  }

  /** Adds the orders of another group, which is empty afterwards. */
  absorb(other: TrailingGroup): void {
    this.#amounts = meld(this.#amounts, other.#amounts);
    this.#percents = meld(this.#percents, other.#percents);
    other.#amounts = null;
    other.#percents = null;
    other.#mergedInto = this;
  }

  /** The stop price of one of its orders, in steps. */
  stopOf(scale: PriceScale, { trail }: Trailer): number {
    return this.stop ?? stopStep(scale, this.instrument, this.side, this.best, trail);
  }

  /** The group that has the order now. */
  static of(trailer: Trailer): TrailingGroup {
    let { group } = trailer;
    while (group.#mergedInto !== null) {
      const into: TrailingGroup = group.#mergedInto;
      // Shortens the path for the next question.
      if (into.#mergedInto !== null) group.#mergedInto = into.#mergedInto;
      group = into;
    }
    trailer.group = group;
    return group;
  }
}

/** A trailing stop that is in no group yet. */
export function newTrailer(slot: number, trail: Trailer["trail"], group: TrailingGroup): Trailer {
  const key = "amount" in trail ? trail.amount : trail.basisPoints;
  return { slot, trail, key, group, child: null, next: null, previous: null };
}

/** The stop price of a trailing stop in steps. */
export function stopStep(
  scale: PriceScale,
  instrument: Instrument,
  side: SideNumber,
  best: number,
  trail: Trailer["trail"],
): number {
  const price = trailingStop(instrument, side === 1 ? "sell" : "buy", best, trail);
  return side === 1 ? stepBelow(scale, price) : stepAbove(scale, price);
}

/**
 * Whether a smaller distance never gives a stop price that is reached later. That fails around a dollar, below which the
 * tick of equities is another, when the tick does not divide a dollar: then every order needs a group of its own.
 */
export function keepsOrder(instrument: Instrument): boolean {
  const tick = tickSize(instrument, DOLLAR);
  return tickSize(instrument, DOLLAR - 1) === tick || tick > DOLLAR || DOLLAR % tick === 0;
}
