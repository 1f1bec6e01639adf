import type { Ladder } from "./engine/ladder.ts";
import { withinBands } from "./bands.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { BookState } from "./bookState.ts";
import { ladderOf } from "./queues.ts";
import { stepAbove, stepBelow } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/** Pegged orders (OB-29). */

/** Price in steps at which a pegged order should be; NONE without its reference. */
export function pegPrice(m: BookState, { side, limit, terms }: ComplexOrder): number {
  const bid = m.engine.bids.bestDisplayed();
  const ask = m.engine.asks.bestDisplayed();
  const own = side === 0 ? bid : ask;
  const mid = terms.peg?.to === "mid";
  if (own === NONE || (mid && (bid === NONE || ask === NONE))) return NONE;
  const bidPrice = bid === NONE ? 0 : m.price(m.engine.bids.price(bid));
  const askPrice = ask === NONE ? 0 : m.price(m.engine.asks.price(ask));
  const reference = mid ? (bidPrice + askPrice) / 2 : side === 0 ? bidPrice : askPrice;
  const offset = terms.peg?.offset ?? 0;
  const price = side === 0 ? reference - offset : reference + offset;
  if (price < 1) return NONE;
  const steps = side === 0 ? Math.min(stepBelow(m.scale, price), limit) : Math.max(stepAbove(m.scale, price), limit);
  return withinBands(m, side, steps);
}

/** The oldest pegged order that is not at its price; undefined when all are. */
export function mispricedPeg(m: BookState): ComplexOrder | undefined {
  const now = { bid: displayedStep(m.engine.bids), ask: displayedStep(m.engine.asks) };
  if (m.pegsPricedAt?.bid === now.bid && m.pegsPricedAt.ask === now.ask) return undefined;
  const oldest = oldestMispriced(m);
  if (oldest === undefined) m.pegsPricedAt = now;
  return oldest;
}

function displayedStep(ladder: Ladder): number {
  const level = ladder.bestDisplayed();
  return level === NONE ? NONE : ladder.price(level);
}

function oldestMispriced(m: BookState): ComplexOrder | undefined {
  let oldest: ComplexOrder | undefined;
  for (const complex of m.pegged) {
    const ladder = ladderOf(m, complex);
    const price = ladder === null ? NONE : ladder.priceOf(complex.slot);
    if (price === pegPrice(m, complex)) continue;
    if (oldest === undefined || complex.born < oldest.born) oldest = complex;
  }
  return oldest;
}
