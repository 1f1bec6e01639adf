import { bandsAt, updateLimitState, newLuld, pauseDue, reopenedLuld } from "../market/luld.ts";
import type { Bands } from "../market/phase.ts";
import { referencePrice } from "./auction.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { SideNumber } from "./engine/engine.ts";
import type { BookState } from "./bookState.ts";
import { ladderOf, restInBook, addToLadder, removeFromQueue } from "./queues.ts";
import { complexFromSimple } from "./makeComplex.ts";
import { stepAbove, stepBelow } from "./prices.ts";
import type { ComplexOrder } from "./complexOrder.ts";

/** Price bands (OB-35): they bound prices of trades, move orders beyond them, and pause the market. */

/** The price in steps, or the band if the price is beyond it. */
export function withinBands(m: BookState, side: SideNumber, steps: number): number {
  const { bands } = m.status;
  if (bands === null) return steps;
  return side === 0
    ? Math.min(steps, stepBelow(m.scale, bands.upper))
    : Math.max(steps, stepAbove(m.scale, Math.max(1, bands.lower)));
}

/** At the beginning of a phase: starts or ends the bands, which are in effect in continuous matching in regular hours. */
export function beginBands(m: BookState): void {
  const { phase, session, until } = m.status;
  if (m.luldTier === null || session !== "regular") m.luld = null;
  const active = m.luldTier !== null && session === "regular" && phase === "continuous";
  if (!active || m.luldTier === null) {
    m.status = { ...m.status, bands: null, limitState: null };
    // While orders gather the book may be crossed.
    if (phase !== "continuous") returnToLimits(m);
    return;
  }
  const reference = referencePrice(m);
  const again = m.luld !== null && m.luld.tier === m.luldTier ? m.luld : null;
  m.luld = again === null ? newLuld(m.luldTier, reference, m.now, until) : reopenedLuld(again, reference, m.now);
  applyBands(m, m.luld.bands);
}

/** Updates the bands and the limit state after each change. */
export function followBands(m: BookState): void {
  const { luld } = m;
  if (luld === null || m.status.bands === null) return;
  const bands = bandsAt(luld, m.now);
  if (bands !== m.status.bands) applyBands(m, bands);
  const best = (side: SideNumber): number | null => {
    const ladder = m.ladder(side);
    const level = ladder.bestDisplayed();
    return level === NONE ? null : m.price(ladder.price(level));
  };
  if (updateLimitState(luld, best(0), best(1), m.now)) m.status = { ...m.status, limitState: luld.limitState };
}

/** End of the pause that is due after a long limit state; null when none is due. */
export function pauseUntil(m: BookState): number | null {
  return m.luld === null || m.status.bands === null ? null : pauseDue(m.luld, m.now);
}

/** Moves orders from a band back to their limits, in order of arrival. */
export function returnToLimits(m: BookState): void {
  const away = [...new Set(m.complexOrders.values())].filter((complex) => {
    const ladder = complex.queue === "book" || complex.queue === "condition" ? ladderOf(m, complex) : null;
    return ladder !== null && complex.terms.peg === undefined && ladder.priceOf(complex.slot) !== complex.limit;
  });
  for (const complex of away.sort((a, b) => a.ref - b.ref)) moveTo(m, complex, complex.limit);
}

/** Moves an order in or beside the book to another price, behind the orders there. */
function moveTo(m: BookState, complex: ComplexOrder, price: number): void {
  const isBeside = complex.queue === "condition";
  removeFromQueue(m, complex);
  if (isBeside) addToLadder(m, complex, "condition", price);
  else restInBook(m, complex, price);
}

/** Moves orders beyond new bands to the band, behind the orders there. */
export function applyBands(m: BookState, bands: Bands): void {
  m.status = { ...m.status, bands };
  m.pegsPricedAt = null;
  m.markChanged();
  for (const side of [0, 1] as const) {
    for (const ladder of [m.ladder(side), m.conditions[side]]) {
      for (let level = ladder.best; level !== NONE; level = ladder.best) {
        const price = ladder.price(level);
        const inside = withinBands(m, side, price);
        if (inside === price) break;
        const slot = ladder.first(level);
        moveTo(m, m.complexOrders.get(slot) ?? complexFromSimple(m, slot), inside);
      }
    }
  }
}
