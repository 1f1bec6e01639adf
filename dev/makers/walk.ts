/** The fair price that the makers of one symbol quote around: a random walk that never strays for good. */
import type { Instrument } from "../../domain/market/instrument.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import { seededRandom } from "./random.ts";

/** One step moves by 0.6 basis points, or a third of a tick where that is more: cheap shares must move as well. */
const STEP_BASIS = 0.000_06;
const STEP_TICKS = 0.35;
/** Over days the price keeps within some 4 % of its reference (one standard deviation). */
const RANGE = 0.04;

export interface PriceWalk {
  /** In 1/10,000 dollar, not rounded to a tick. */
  price(): number;
  /** Moves once and gives the new price. */
  step(): number;
}

/** A walk that starts at a price (the reference price when null) and is the same for the same seed. */
export function priceWalk(instrument: Instrument, seed: number, startPrice: number | null): PriceWalk {
  const random = seededRandom(seed, `walk:${instrument.symbol}`);
  const reference = instrument.referencePrice;
  const sigma = Math.max(STEP_BASIS, (STEP_TICKS * tickSize(instrument, reference)) / reference);
  // An Ornstein-Uhlenbeck walk of this pull has the standard deviation RANGE in the long run.
  const pull = (sigma / RANGE) ** 2 / 2;
  let deviation = startPrice === null ? 0 : Math.log(startPrice / reference);
  const price = (): number => reference * Math.exp(deviation);
  return {
    price,
    step: () => {
      deviation += sigma * random.normal() - pull * deviation;
      return price();
    },
  };
}
