/** The fair price of a symbol that makers quote around: a mean-reverting random walk. */
import type { Instrument } from "../../domain/market/instrument.ts";
import { tickSize } from "../../domain/market/instrument.ts";
import { seededRandom } from "./random.ts";

/** A step is 0.6 basis points, or a third of a tick if that is more, so that cheap shares move too. */
const STEP_BASIS = 0.000_06;
const STEP_TICKS = 0.35;
/** Long-run standard deviation of the price around its reference: 4 %. */
const RANGE = 0.04;

export interface PriceWalk {
  /** In 1/10,000 dollar, not rounded to a tick. */
  price(): number;
  /** Moves once and returns the new price. */
  step(): number;
}

/** A seeded walk that starts at a price (null: at the reference price). */
export function priceWalk(instrument: Instrument, seed: number, startPrice: number | null): PriceWalk {
  const random = seededRandom(seed, `walk:${instrument.symbol}`);
  const reference = instrument.referencePrice;
  const sigma = Math.max(STEP_BASIS, (STEP_TICKS * tickSize(instrument, reference)) / reference);
  // An Ornstein-Uhlenbeck process with this rate of reversion has the long-run standard deviation RANGE.
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
