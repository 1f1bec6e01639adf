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

/** Price bands in a market (OB-35): what they let trade, where orders beyond them lie, when they pause it. */

/** A price in steps, or that of the band if it is beyond. */
export function withinBands(m: BookState, side: SideNumber, steps: number): number {
  const { bands } = m.status;
  if (bands === null) return steps;
  return side === 0
    ? Math.min(steps, stepBelow(m.scale, bands.upper))
    : Math.max(steps, stepAbove(m.scale, Math.max(1, bands.lower)));
}

/** A phase has begun: bands are in effect while the market matches in regular hours. */
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

/** Follows the market after something has happened: the bands move, and it leans on one or no longer does. */
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

/** When the pause ends that is due because the market has leant on a band for too long; null when none is due. */
export function pauseUntil(m: BookState): number | null {
  return m.luld === null || m.status.bands === null ? null : pauseDue(m.luld, m.now);
}

/** What lies at a band because its limit is beyond goes back to its limit, in order of arrival. */
function returnToLimits(m: BookState): void {
  const away = [...new Set(m.complexOrders.values())].filter((complex) => {
    const ladder = complex.queue === "book" || complex.queue === "condition" ? ladderOf(m, complex) : null;
    return ladder !== null && complex.terms.peg === undefined && ladder.priceOf(complex.slot) !== complex.limit;
  });
  for (const complex of away.sort((a, b) => a.ref - b.ref)) moveTo(m, complex, complex.limit);
}

/** To another price of where it is, in the book or beside it, behind what is there. */
function moveTo(m: BookState, complex: ComplexOrder, price: number): void {
  const isBeside = complex.queue === "condition";
  removeFromQueue(m, complex);
  if (isBeside) addToLadder(m, complex, "condition", price);
  else restInBook(m, complex, price);
}

/** New bands: what lies beyond them goes to the band, behind what is there. */
function applyBands(m: BookState, bands: Bands): void {
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
