import { trailingStop } from "../market/collar.ts";
import type { SideNumber } from "./engine/engine.ts";
import { NONE } from "./engine/priceIndex.ts";
import type { Market } from "./market.ts";
import { sideName } from "./market.ts";
import type { Trail } from "./messages.ts";
import { placeAside, placeInLadder, triggerLadder, unplace } from "./places.ts";
import { stepAbove, stepBelow, stepOf } from "./prices.ts";
import type { Special } from "./special.ts";
import type { Terms } from "../order/terms.ts";

/** Stops, touches and trailing stops: waiting for a trade at their price (OB-28). */

/** The best price of a trailing stop that has not begun to follow the market. */
export const NOT_BEGUN = 0;

/** Whether trades elect anything now. */
function observing({ matching, status }: Market): boolean {
  return matching && status.session === "regular";
}

/** Lets an order wait for its trigger. True, and it waits no more, when the last trade has reached it already. */
export function beginToWait(m: Market, special: Special): boolean {
  const { trigger } = special.terms;
  if (trigger === undefined) throw new Error("an order without a trigger cannot wait for one");
  if (trigger.kind === "trail") {
    // One whose quantity or time alone was replaced goes on from where it was: its stop never turns back.
    if (special.best === NOT_BEGUN) special.best = m.last?.price ?? m.instrument.referencePrice;
    special.stop = trailingStep(m, special);
    m.trailing.add(special);
  } else {
    special.stop = stepOf(m.scale, trigger.price);
  }
  placeInLadder(m, special, "trigger", special.stop);
  if (m.last === null || !observing(m)) return false;
  const ladder = triggerLadder(m, special);
  if ((special.stop ^ ladder.flip) > (stepOf(m.scale, m.last.price) ^ ladder.flip)) return false;
  unplace(m, special);
  special.triggered = true;
  return true;
}

/** Whether the last trade has reached a stop or touch price, so that an order with it would not wait. */
export function isReached(m: Market, side: SideNumber, trigger: NonNullable<Terms["trigger"]>): boolean {
  if (trigger.kind === "trail" || m.last === null || !observing(m)) return false;
  const rises = (side === 0) === (trigger.kind === "stop");
  return rises ? m.last.price >= trigger.price : m.last.price <= trigger.price;
}

/** What a report tells of a trailing stop that has begun; nothing of other orders, and by the first rules. */
export function trailOf(m: Market, special: Special | undefined): { readonly trail?: Trail } {
  if (special?.terms.trigger?.kind !== "trail" || special.best === NOT_BEGUN || m.rules < 2) return {};
  return { trail: { best: special.best, stop: m.price(special.stop) } };
}

/** A trade happened at this price, in steps: trailing stops follow it, then it elects what it reaches. */
export function observe(m: Market, steps: number): void {
  if (!observing(m)) return;
  const price = m.price(steps);
  for (const special of m.trailing) {
    if (special.side === 1 ? price <= special.best : price >= special.best) continue;
    special.best = price;
    const stop = trailingStep(m, special);
    if (stop === special.stop) continue;
    special.stop = stop;
    triggerLadder(m, special).unlink(special.slot);
    placeInLadder(m, special, "trigger", stop);
  }
  elect(m, steps);
}

/** Takes out whatever this price reaches, and lets it enter in order of arrival. */
function elect(m: Market, steps: number): void {
  const elected: Special[] = [];
  for (const ladder of [m.rising, m.falling]) {
    while (ladder.bestKey <= (steps ^ ladder.flip)) {
      const slot = ladder.head(ladder.best, false);
      const special = slot === NONE ? undefined : m.specials.get(slot);
      if (special === undefined) throw new Error("a trigger order that is not known");
      unplace(m, special);
      special.triggered = true;
      elected.push(special);
    }
  }
  elected.sort((a, b) => a.ref - b.ref);
  for (const special of elected) placeAside(m, special, "entering");
}

/** Where a trailing stop triggers now, in steps. */
function trailingStep(m: Market, { side, best, terms }: Special): number {
  if (terms.trigger?.kind !== "trail") throw new Error("not a trailing stop");
  const price = trailingStop(m.instrument, sideName(side), best, terms.trigger);
  return side === 1 ? stepBelow(m.scale, price) : stepAbove(m.scale, price);
}
